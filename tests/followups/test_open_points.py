"""What a record leaves open, and what it changes about the customer."""

from decimal import Decimal

import pytest

from genjin.accounts.actions import NewUser, add_user
from genjin.customers.actions.records import change_customer
from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.followups.actions.issues import settle_issue
from genjin.followups.models import FollowUp
from genjin.followups.queries.open_issues import open_issues
from genjin.followups.queries.timeline import STARS, timeline
from tests.refusals import refused, unseen


def open_texts(customer, now):
    return [issue.text for issue in open_issues(customer, now).issues]


def test_needs_risks_and_questions_stay_open_until_settled(alice, customer, say, now):
    first = say(
        alice,
        customer,
        "第一次沟通,客户介绍了产线情况",
        new_needs="想要双轴",
        questions="交期能否提前到五月?",
    )
    say(alice, customer, "第二次沟通,谈了预算和付款方式", risks="技术部要签字", feedback="价格偏高")
    found = open_issues(customer, now)
    assert open_texts(customer, now) == ["技术部要签字", "交期能否提前到五月?", "想要双轴"]
    assert found.last.feedback == "价格偏高"
    settle_issue(alice, first, "questions", now=now)
    assert open_texts(customer, now) == ["技术部要签字", "想要双轴"]
    assert FollowUp.objects.get(pk=first.pk).settled == {"questions": [alice.pk, now.isoformat()]}
    assert Event.objects.about(customer.pk).filter(kind="issue.settled").count() == 1
    settle_issue(alice, first, "questions", now=now)  # a second click is no second deed
    assert Event.objects.about(customer.pk).filter(kind="issue.settled").count() == 1


def test_the_next_record_settles_what_the_last_left_open(alice, customer, make_customer, say, now):
    first = say(alice, customer, "第一次沟通,客户介绍了产线情况", questions="交期?")
    other = say(alice, make_customer(owner=alice), "别的客户的记录,与此无关", questions="别的?")
    say(alice, customer, "第二次沟通,回答了交期", settles=[(first.pk, "questions"), (other.pk, "questions")])
    assert open_texts(customer, now) == []
    assert (
        FollowUp.objects.get(pk=other.pk).settled == {}
    )  # another customer's record is none of its business


def test_who_may_settle_and_what(alice, bob, charlie, erin, customer, say, now):
    row = say(alice, customer, questions="交期?")
    with unseen():
        settle_issue(charlie, row, "questions", now=now)
    with refused("forbidden", status=403):
        settle_issue(erin, row, "questions", now=now)
    with refused("issue_unknown", status=404):
        settle_issue(alice, row, "risks", now=now)
    with refused("issue_unknown", status=404):
        settle_issue(alice, row, "summary", now=now)
    settle_issue(bob, row, "questions", now=now)


def test_a_budget_that_grew_keeps_old_and_new_in_the_record(alice, make_customer, say, now):
    customer = make_customer(owner=alice, budget="10万", competitors="")
    row = say(
        alice, customer, "客户说预算从十万加到了十五万", changes={"budget": "15万", "competitors": "用友"},
        version=customer.version,
    )  # fmt: skip
    assert row.changes == {
        "budget_min": ["100000.00", "150000.00"], "budget_max": ["100000.00", "150000.00"], "competitors": ["", "用友"],
    }  # fmt: skip
    after = Customer.objects.get(pk=customer.pk)
    assert (after.budget_max, after.competitors, after.version) == (
        Decimal(150_000),
        "用友",
        customer.version + 1,
    )
    assert after.last_contact_at == now  # the record counted all the same
    assert Event.objects.about(customer.pk).filter(kind="customer.changed").count() == 1


def test_what_is_written_again_changes_nothing(alice, make_customer, say):
    customer = make_customer(owner=alice, budget="10万")
    assert say(alice, customer, changes={"budget": "100000"}).changes == {}
    assert Customer.objects.get(pk=customer.pk).version == customer.version


def test_a_colleagues_change_meanwhile_is_shown_not_overwritten(alice, bob, make_customer, say, now):
    customer = make_customer(owner=alice, need="旧需求")
    change_customer(bob, customer, {"need": "主管写的"}, version=customer.version, now=now)
    with refused("version_conflict", status=409):
        say(alice, customer, changes={"need": "我听到的"}, version=customer.version)
    say(
        alice, customer, changes={"competitors": "金蝶"}, version=customer.version
    )  # another field: both stay
    row = Customer.objects.get(pk=customer.pk)
    assert (row.need, row.competitors) == ("主管写的", "金蝶")


def test_a_record_changes_only_what_a_talk_changes(alice, customer, say):
    with refused("change_unknown"):
        say(alice, customer, changes={"name": "别的名字"})


def test_a_helper_records_but_does_not_change_the_customer(alice, teams, customer, plan, say, now):
    helper = add_user(None, NewUser("service", name="小服", role="service", team=teams["B"]), now=now)
    plan(alice, customer, objective="看一下设备", assignee=helper)
    with refused("forbidden", status=403):
        say(helper, customer, "设备看过了,客户想加预算", next_in=None, changes={"budget": "20万"})
    assert say(helper, customer, "设备看过了,客户想加预算", next_in=None).changes == {}


@pytest.mark.parametrize(("unmasked", "shown"), [(True, "十万以内"), (False, STARS)])
def test_what_a_pool_hides_stays_hidden_in_the_record(
    alice, bob, make_customer, pool, pointless, say, now, unmasked, shown
):
    from genjin.followups.actions.ownership import release_customers

    customer = make_customer(owner=alice)
    say(alice, customer, changes={"need": "十万以内"})
    pool.hidden_fields = ["need"]
    pool.save()
    release_customers(alice, [customer.pk], pool, reason=pointless.name, choice=pointless, now=now)
    row = Customer.objects.select_related("pool").get(pk=customer.pk)
    item = next(item for item in timeline(row, only="contacts", unmasked=unmasked))
    changes = item.data.get("changes", item.followup.changes)
    assert changes["need"][1] == shown
