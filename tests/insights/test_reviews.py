"""The written review: made once, frozen, published for good, and what it decides."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from genjin.accounts.actions import save_team
from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.customers.actions.records import delete_customers
from genjin.customers.models import Choice, Customer, StageChange
from genjin.events.models import Event
from genjin.followups.actions.ownership import assign_customers
from genjin.followups.actions.tasks import finish_task
from genjin.followups.models import FollowUp, Task
from genjin.insights.actions.review_actions import add_action, remind_of_actions, remove_action, settle_action
from genjin.insights.actions.reviews import (
    count_anew,
    make_due_reviews,
    make_review,
    publish_review,
    save_review_settings,
    write_conclusions,
)
from genjin.insights.actions.targets import NewTarget, set_targets
from genjin.insights.models import Review, ReviewAction
from genjin.insights.queries.reviews.audience import review_settings
from genjin.insights.queries.reviews.reading import Reading
from genjin.insights.queries.reviews.report import report_of
from genjin.insights.queries.reviews.results import results_for
from genjin.insights.rules.reviews import NewDeed
from genjin.kit.errors import RuleError
from genjin.notices.models import Notice
from tests.fields.seed import seed_templates

DAY = date(2026, 3, 11)
SECRET = "嘉兴桐乡秘密轴承有限公司"


@pytest.fixture
def worked(make_customer, alice, charlie, now):
    """Alice spoke twelve times with one customer and lost another; charlie spoke once."""
    mine, gone = (
        make_customer(owner=alice, name=SECRET),
        make_customer(owner=alice, name="平湖失去阀门有限公司"),
    )
    theirs = make_customer(owner=charlie)
    for at in range(12):
        said = now - timedelta(hours=at)
        FollowUp.objects.create(customer=mine, author=alice, happened_at=said, recorded_at=said, summary="谈了价格和交期", method="phone", got_response=at % 3 == 0)  # fmt: skip
    FollowUp.objects.create(
        customer=theirs, author=charlie, happened_at=now, recorded_at=now, summary="谈了价格和交期"
    )
    reason = Choice.objects.filter(kind=Choice.Kind.LOST_REASON).first()
    StageChange.objects.create(customer=gone, origin="lead", target="lost", at=now, by=alice)
    Customer.objects.filter(pk=gone.pk).update(stage="lost", lost_reason=reason)
    return mine


def figure(review, key):
    return review.figures["figures"][key]["now"]


def test_a_lead_makes_the_review_of_their_team(alice, bob, worked, teams, now):
    row = make_review(bob, "week", DAY, teams["A"], now=now)
    assert (row.first, row.last, row.state) == (date(2026, 3, 9), date(2026, 3, 15), "draft")
    assert figure(row, "contacts")["value"] == "12"
    assert [(one["key"], one["part"]) for one in row.figures["figures"]["contacts"]["cells"]] == [(str(alice.pk), 12)]  # fmt: skip
    assert figure(row, "response_rate")["part"] == 4
    assert "method" in [one["code"] for one in row.figures["sentences"]]
    assert [one["person"] for one in row.figures["lost"]] == [alice.pk]
    assert Event.objects.filter(kind="review.made", subject_id=row.pk).exists()
    assert set(Notice.objects.filter(kind="team_review_made").values_list("person_id", flat=True)) == {bob.pk}


def test_what_is_only_known_as_of_now_is_compared_with_nothing(bob, worked, teams, now):
    row = make_review(bob, "week", DAY, teams["A"], now=now)
    for key in ("completeness", "forecast_weighted", "pipeline_amount"):
        assert row.figures["figures"][key]["before"]["part"] == 0
    assert row.figures["figures"]["completeness"]["before"]["value"] is None


def test_a_week_tells_how_far_the_month_s_target_is_reached(bob, dora, worked, teams, now):
    lines = [NewTarget("contacts", "month", date(2026, 3, 1), Decimal(24), team=teams["A"].pk), NewTarget("contacts", "month", date(2026, 3, 1), Decimal(99))]  # fmt: skip
    set_targets(dora, lines, now=now)
    row = make_review(bob, "week", DAY, teams["A"], now=now)
    kept = [
        (one["metric"], one["first"], one["last"], one["actual"], one["target"])
        for one in row.figures["aims"]
    ]
    assert kept == [("contacts", "2026-03-01", "2026-03-31", "12", "24.00")]
    part = next(one for one in report_of(Reading(bob, row, DAY)) if one.key == "figures")
    assert [cell.text for cell in part.tables[0].rows[0]][1:] == ["2026-03", "12", "24", "50.0%"]


def test_of_few_nothing_is_claimed_and_nothing_drawn(bob, worked, teams, now):
    seed_templates()
    row = make_review(bob, "week", DAY, teams["A"], now=now)
    parts = {one.key: one for one in report_of(Reading(bob, row, DAY))}
    missing = parts["known"].tables[-1]
    assert missing.rows and all(line[2].number and line[3].is_few for line in missing.rows)
    assert [len(table.drawn()) for table in parts["known"].tables] == [0, 0]
    assert len(parts["methods"].tables[0].drawn()) == 1


def test_whole_company_for_managers_only(bob, dora, worked, now):
    with pytest.raises(RuleError) as refused:
        make_review(bob, "week", DAY, None, now=now)
    assert refused.value.status == 403
    assert not Review.objects.exists()
    assert figure(make_review(dora, "week", DAY, None, now=now), "contacts")["value"] == "13"


@pytest.mark.parametrize("who", ["alice", "charlie", "erin"])
def test_others_make_none(who, request, teams, worked, bob, now):
    with pytest.raises(RuleError) as refused:
        make_review(request.getfixturevalue(who), "week", DAY, teams["A"], now=now)
    assert refused.value.status == 403
    assert not Review.objects.exists()


def test_a_lead_makes_none_of_another_team(bob, teams, now):
    with pytest.raises(RuleError) as refused:
        make_review(bob, "week", DAY, teams["B"], now=now)
    assert (refused.value.code, refused.value.status) == ("not_your_team", 403)
    assert not Review.objects.exists()


def test_one_review_of_the_same_days(bob, teams, now):
    make_review(bob, "week", DAY, teams["A"], now=now)
    with pytest.raises(RuleError) as refused:
        make_review(bob, "week", DAY + timedelta(days=2), teams["A"], now=now)
    assert (refused.value.code, Review.objects.count()) == ("review_exists", 1)
    make_review(bob, "month", DAY, teams["A"], now=now)
    with pytest.raises(RuleError, match=r".+") as early:
        make_review(bob, "week", DAY + timedelta(days=30), teams["A"], now=now)
    assert early.value.code == "period_not_begun"


def test_numbers_stay_whatever_happens_later(alice, bob, charlie, dora, worked, teams, now):
    row = make_review(bob, "week", DAY, teams["A"], now=now)
    publish_review(bob, row, now=now)
    before = json.dumps(Review.objects.get(pk=row.pk).figures, sort_keys=True)
    FollowUp.objects.filter(author=alice).update(got_response=True, method="visit")
    assign_customers(dora, [worked.pk], charlie, now=now)
    delete_customers(dora, [Customer.objects.get(stage="lost").pk], now=now)
    after = Review.objects.get(pk=row.pk)
    assert json.dumps(after.figures, sort_keys=True) == before
    other = make_review(bob, "month", DAY, teams["A"], now=now)
    assert figure(other, "contacts")["value"] != figure(after, "contacts")["value"]


def test_no_name_of_a_customer_is_frozen(bob, worked, teams, now):
    kept = json.dumps(make_review(bob, "month", DAY, teams["A"], now=now).figures, ensure_ascii=False)
    assert SECRET not in kept
    assert "平湖失去阀门有限公司" not in kept


def test_a_published_review_is_rewritten_by_nobody(bob, worked, teams, now):
    row = publish_review(bob, make_review(bob, "week", DAY, teams["A"], now=now), now=now)
    deeds = (
        lambda: count_anew(bob, row, now=now), lambda: write_conclusions(bob, row, "改一下", row.version, now=now), lambda: publish_review(bob, row, now=now),
        lambda: add_action(bob, row, NewDeed("多拜访", DAY), bob, now=now),
    )  # fmt: skip
    for deed in deeds:
        with pytest.raises(RuleError) as refused:
            deed()
        assert refused.value.code == "review_published"
    for change in (lambda: Review.objects.update(figures={}), lambda: Review.objects.update(conclusions="x"), lambda: Review.objects.all().delete()):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Review.objects.get().figures == row.figures


def test_conclusions_are_of_one_writer_at_a_time(bob, dora, alice, teams, now):
    row = make_review(bob, "week", DAY, teams["A"], now=now)
    write_conclusions(bob, row, "线索质量要盯", 1, now=now)
    with pytest.raises(RuleError) as refused:
        write_conclusions(dora, row, "别的", 1, now=now)
    assert refused.value.code == "version_conflict"
    with pytest.raises(RuleError) as hidden:
        write_conclusions(alice, row, "别的", 2, now=now)
    assert hidden.value.status == 404
    assert Review.objects.get().conclusions == "线索质量要盯"


def test_counting_a_draft_anew_keeps_what_was_written(bob, worked, teams, now, alice):
    row = make_review(bob, "week", DAY, teams["A"], now=now)
    write_conclusions(bob, row, "线索质量要盯", 1, now=now)
    FollowUp.objects.create(
        customer=worked, author=alice, happened_at=now, recorded_at=now, summary="谈了价格和交期"
    )
    again = count_anew(bob, row, now=now)
    assert (figure(again, "contacts")["value"], again.conclusions) == ("13", "线索质量要盯")


def test_who_sees_which(alice, bob, charlie, dora, erin, lena, teams, now):
    row, whole = (
        make_review(bob, "week", DAY, teams["A"], now=now),
        make_review(dora, "week", DAY, None, now=now),
    )

    def seen(user):
        return set(Review.objects.visible_to(User.objects.get(pk=user.pk)).values_list("pk", flat=True))

    assert (seen(alice), seen(charlie), seen(lena)) == (set(), set(), set())
    assert seen(bob) == {row.pk}
    assert seen(dora) == seen(erin) == {row.pk, whole.pk}
    publish_review(bob, row, now=now)
    assert (seen(alice), seen(charlie), seen(lena)) == ({row.pk}, set(), set())
    assert alice.pk in Notice.objects.filter(kind="team_review_published").values_list("person_id", flat=True)


def test_an_action_about_a_customer_is_its_task(alice, bob, worked, teams, now):
    row = make_review(bob, "week", DAY, teams["A"], now=now)
    action = add_action(
        bob, row, NewDeed("带技术同事再去一次", DAY + timedelta(days=2)), alice, customer=worked, now=now
    )
    task = Task.objects.get(pk=action.task_id)
    assert (task.customer_id, task.assignee, task.objective) == (worked.pk, alice, "带技术同事再去一次")
    assert not Notice.objects.filter(kind="review_action_given").exists()  # the task has told of itself
    done = settle_action(alice, action, "谈定了交期", now=now)
    task.refresh_from_db()
    assert (done.outcome, task.status, task.outcome) == ("谈定了交期", "done", "谈定了交期")


def test_an_action_of_its_own_is_told_and_settled_by_its_owner(alice, bob, charlie, teams, now):
    row = make_review(bob, "week", DAY, teams["A"], now=now)
    action = add_action(bob, row, NewDeed("更新开场话术", DAY), charlie, now=now)
    assert list(Notice.objects.filter(kind="review_action_given").values_list("person_id", "subject_id")) == [(charlie.pk, action.pk)]  # fmt: skip
    with pytest.raises(RuleError) as hidden:
        settle_action(alice, action, "好了", now=now)
    assert hidden.value.status == 404
    with pytest.raises(RuleError) as empty:
        settle_action(charlie, action, " ", now=now)
    assert (empty.value.code, ReviewAction.objects.get().done_at) == ("outcome_missing", None)
    settle_action(charlie, action, "已更新", now=now)
    with pytest.raises(RuleError) as again:
        settle_action(bob, action, "又一次", now=now)
    assert (again.value.code, ReviewAction.objects.get().outcome) == ("action_settled", "已更新")


def test_who_is_to_do_it_is_reminded_on_its_day_and_once(alice, bob, worked, teams, now):
    row, day = make_review(bob, "week", DAY, teams["A"], now=now), timedelta(days=1)
    action = add_action(bob, row, NewDeed("更新开场话术", DAY + day), alice, now=now)
    done = add_action(bob, row, NewDeed("整理案例", DAY + day), alice, now=now)
    settle_action(alice, done, "已整理", now=now)
    add_action(bob, row, NewDeed("带技术同事再去一次", DAY + day), alice, customer=worked, now=now)
    assert remind_of_actions(now) == 0
    assert (remind_of_actions(now + day), remind_of_actions(now + 2 * day)) == (1, 0)
    told = Notice.objects.get(kind="review_action_due")
    assert (told.person, told.subject_id, told.words["what"]) == (alice, action.pk, "更新开场话术")


def test_an_action_forgotten_for_long_reminds_nobody(alice, bob, teams, now):
    row = make_review(bob, "week", DAY, teams["A"], now=now)
    add_action(bob, row, NewDeed("更新开场话术", DAY), alice, now=now)
    assert remind_of_actions(now + timedelta(days=4)) == 0
    assert not Notice.objects.filter(kind="review_action_due").exists()


def test_an_action_about_a_customer_out_of_sight_is_none(bob, charlie, make_customer, teams, now):
    row, theirs = make_review(bob, "week", DAY, teams["A"], now=now), make_customer(owner=charlie)
    with pytest.raises(Customer.DoesNotExist):
        add_action(bob, row, NewDeed("去一次", DAY), bob, customer=theirs, now=now)
    assert (ReviewAction.objects.count(), Task.objects.filter(objective="去一次").count()) == (0, 0)


def test_reviews_make_themselves_once(bob, teams, now):
    friday = datetime(2026, 3, 13, 7, 0, tzinfo=UTC)  # 15:00 in Shanghai
    assert make_due_reviews(friday - timedelta(minutes=1)) == 0
    assert (make_due_reviews(friday), make_due_reviews(friday + timedelta(hours=2))) == (1, 0)
    assert [(row.kind, row.team, row.made_by, row.state) for row in Review.objects.all()] == [
        ("week", teams["A"], bob, "draft")
    ]
    save_team(None, teams["top"], leads=[bob], now=now)
    first_morning = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)  # a Wednesday, 9:00 in Shanghai
    assert (make_due_reviews(first_morning - timedelta(minutes=1)), make_due_reviews(first_morning)) == (0, 2)
    assert {(row.first, row.team) for row in Review.objects.filter(kind="month")} == {(date(2026, 3, 1), teams["A"]), (date(2026, 3, 1), teams["top"])}  # fmt: skip


def test_the_company_s_review_is_made_for_its_manager_unless_nobody_wants_it(dora, erin, worked, now):
    friday = datetime(2026, 3, 13, 8, 0, tzinfo=UTC)
    save_review_settings(dora, is_automatic=False, week_at=time(17), month_at=time(9), now=now)
    assert (make_due_reviews(friday), Review.objects.count()) == (0, 0)
    save_review_settings(dora, is_automatic=True, week_at=time(17), month_at=time(9), now=now)
    assert make_due_reviews(friday) == 0
    assert make_due_reviews(friday + timedelta(hours=1)) == 1
    row = Review.objects.get()
    assert (row.team, row.made_by, figure(row, "contacts")["value"]) == (None, dora, "13")
    with pytest.raises(RuleError) as refused:
        save_review_settings(erin, is_automatic=False, week_at=time(17), month_at=time(9), now=now)
    assert (refused.value.status, review_settings().is_automatic) == (403, True)


def test_a_review_says_the_same_whoever_makes_it(alice, bob, charlie, dora, worked, teams, now):
    FollowUp.objects.create(
        customer=Customer.objects.get(owner=charlie), author=alice, happened_at=now, recorded_at=now, summary="帮同事接了电话"
    )  # fmt: skip
    one = make_review(dora, "week", DAY, teams["A"], now=now).figures
    Review.objects.all().delete()
    assert make_review(bob, "week", DAY, teams["A"], now=now).figures == one


def test_the_next_review_opens_with_what_came_of_the_last(alice, bob, worked, teams, now):
    row = make_review(bob, "week", DAY, teams["A"], now=now)
    for what, day in (("按时", 5), ("迟了", 1), ("没做", 1), ("还早", 30)):
        add_action(bob, row, NewDeed(what, DAY + timedelta(days=day)), alice, now=now)
    visit = add_action(
        bob, row, NewDeed("上门一次", DAY + timedelta(days=5)), alice, customer=worked, now=now
    )
    publish_review(bob, row, now=now)
    acts = {one.what: one for one in ReviewAction.objects.all()}
    later = now + timedelta(days=3)
    settle_action(alice, acts["按时"], "做了", now=later)
    settle_action(alice, acts["迟了"], "做了", now=later)
    finish_task(alice, Task.objects.get(pk=visit.task_id), outcome="去过了", now=later)
    after = now + timedelta(days=7)
    following = make_review(bob, "week", local_day(after), teams["A"], now=after)

    def results(review, at):
        found = results_for(bob, review, local_day(at))
        return {one["what"]: (str(one["result"]), one["outcome"]) for one in found}

    expected = {"按时": ("done", "做了"), "迟了": ("late", "做了"), "没做": ("overdue", ""), "还早": ("open", ""), "上门一次": ("done", "去过了")}  # fmt: skip
    assert results(following, after) == expected
    published = publish_review(bob, following, now=after)
    much_later = now + timedelta(days=40)
    settle_action(alice, acts["没做"], "补上了", now=much_later)
    assert results(Review.objects.get(pk=published.pk), much_later) == expected
    third = make_review(bob, "week", local_day(after + timedelta(days=7)), teams["A"], now=much_later)
    assert results(third, much_later) == {"还早": ("overdue", "")}  # what is open is told until it is settled


def test_what_a_draft_decided_may_be_taken_back_and_its_task_with_it(alice, bob, charlie, worked, teams, now):
    row = make_review(bob, "week", DAY, teams["A"], now=now)
    action = add_action(bob, row, NewDeed("上门一次", DAY + timedelta(days=5)), alice, customer=worked, now=now)  # fmt: skip
    with pytest.raises(RuleError) as refused:
        remove_action(charlie, action, now=now)
    assert (refused.value.status, ReviewAction.objects.count()) == (404, 1)
    remove_action(bob, action, now=now)
    assert (ReviewAction.objects.count(), Task.objects.get(pk=action.task_id).status) == (0, "cancelled")


def test_decisions_of_a_published_review_stay_but_its_results_are_told(alice, bob, teams, now):
    row = make_review(bob, "week", DAY, teams["A"], now=now)
    action = add_action(bob, row, NewDeed("更新话术", DAY), alice, now=now)
    publish_review(bob, row, now=now)
    rows = ReviewAction.objects.filter(pk=action.pk)
    for change in (lambda: rows.update(what="别的"), lambda: rows.update(due_on=DAY + timedelta(days=9)), rows.delete):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(RuleError) as refused:
        remove_action(bob, action, now=now)
    assert refused.value.code == "review_published"
    settle_action(alice, action, "写好了", now=now)
    assert (ReviewAction.objects.get().what, ReviewAction.objects.get().outcome) == ("更新话术", "写好了")
