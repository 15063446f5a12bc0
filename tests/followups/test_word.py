"""Who hears of it when customers and tasks change hands."""

from genjin.accounts.models import User
from genjin.customers.actions.records import NewCustomer
from genjin.customers.models import Customer
from genjin.followups.actions.ownership import (  # fmt: skip
    add_customer,
    assign_customers,
    claim_customer,
    give_by_rule,
    recycle_customers,
)
from genjin.followups.actions.tasks import NewTask, hand_on_task, plan_for
from genjin.notices.models import Notice


def kinds_of(person: User) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))


def test_the_new_owner_and_the_former_one_hear_of_an_assignment(alice, bob, dora, make_customer, now):
    row = make_customer(owner=alice)
    Notice.objects.all().delete()
    assign_customers(dora, [row.pk], bob, now=now)
    assert (kinds_of(bob), kinds_of(alice), kinds_of(dora)) == (["customer_given"], ["customer_taken"], [])
    told = Notice.objects.get(person=alice)
    assert told.customer_id == row.pk
    assert "鲍勃" in told.text
    assert "朵拉" in told.text


def test_who_gives_or_takes_for_oneself_is_not_told_of_it(alice, bob, pool, make_customer, now):
    row = make_customer(pool=pool)
    claim_customer(alice, row, now=now)
    assign_customers(bob, [row.pk], bob, now=now)
    assert (kinds_of(bob), kinds_of(alice)) == ([], ["customer_taken"])
    add_customer(alice, NewCustomer(fields={"name": "宁波自己录入机电有限公司"}, owner=alice), now=now)
    assert kinds_of(alice) == ["customer_taken"]


def test_many_at_once_are_one_sentence(alice, bob, dora, make_customer, now):
    ids = [make_customer(owner=alice).pk for _n in range(8)]
    Notice.objects.all().delete()
    assign_customers(dora, ids, bob, now=now)
    assert (kinds_of(bob), kinds_of(alice)) == (["customers_given"], ["customers_taken"])
    assert "8" in Notice.objects.get(person=bob).text


def test_a_rule_tells_whom_it_gives_to_and_takes_from(alice, pool, make_customer, now):
    rows = [make_customer(pool=pool)]
    give_by_rule(rows, alice, reason="轮转", now=now)
    assert kinds_of(alice) == ["customer_given"]
    owned = list(Customer.objects.filter(pk=rows[0].pk))
    recycle_customers(owned, pool, reason="未跟进", now=now)
    assert kinds_of(alice) == ["customer_given", "recycled"]


def test_a_task_of_somebody_else_s_is_told_of_and_one_s_own_is_not(alice, bob, customer, plan, now):
    plan(alice, customer)
    task = plan(alice, customer, assignee=bob, objective="寄样品")
    assert kinds_of(alice) == ["customer_given"]
    assert kinds_of(bob) == ["task_given"]
    hand_on_task(alice, task, alice, now=now)
    assert kinds_of(alice) == ["customer_given"]


def test_what_nobody_in_particular_asks_for_is_told_as_such(alice, customer, now):
    plan_for(None, customer, NewTask("客户填写了问卷", now, assignee=alice), now=now)
    assert kinds_of(alice) == ["customer_given", "task_arisen"]
