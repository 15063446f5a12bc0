"""Known customers in a sheet get the need of their row, and no twin (S0-14)."""

import pytest

from genjin.customers.models import Choice, Customer
from genjin.events.models import Event
from genjin.followups.models import Task
from genjin.intake.actions.undo import undo_import
from genjin.intake.models import ImportProblem

HEADER = "客户名称,联系人姓名,手机/电话,线索来源,需求描述"
SHEET = f"{HEADER}\n泰兴机电有限公司,王一,13800000001,行业展会,还要两台空压机\n泰州新机电有限公司,王二,13800000002,行业展会,想看演示\n"


@pytest.fixture(autouse=True)
def source(db):
    return Choice.objects.get_or_create(kind="source", name="行业展会")[0]


@pytest.fixture
def known(make_customer, alice):
    return make_customer(owner=alice, name="泰兴机电有限公司", need="换一台空压机")


def test_a_known_customer_gets_the_need_and_its_owner_a_task(known, alice, let_in):
    batch = let_in(alice, SHEET, owner=alice, mode="attach")
    assert {name: batch.counts[name] for name in ("rows", "created", "updated", "duplicates")} == {
        "rows": 2, "created": 1, "updated": 1, "duplicates": 0,
    }  # fmt: skip
    known.refresh_from_db()
    assert known.need.splitlines()[0] == "换一台空压机"
    assert known.need.splitlines()[1].endswith("行业展会: 还要两台空压机")
    assert Task.objects.open().get(customer=known).assignee == alice
    assert Event.objects.filter(kind="customer.need_added", customer_id=known.pk).count() == 1
    assert Customer.objects.count() == 2


def test_taken_back_the_need_is_as_it_was(known, alice, let_in, now):
    batch = let_in(alice, SHEET, owner=alice, mode="attach")
    undo_import(alice, batch, now=now)
    known.refresh_from_db()
    assert known.need == "换一台空压机"
    assert list(Customer.objects.values_list("name", flat=True)) == ["泰兴机电有限公司"]


def test_without_a_need_the_row_stays_out_as_before(known, alice, let_in):
    batch = let_in(
        alice, f"{HEADER}\n泰兴机电有限公司,王一,13800000001,行业展会,\n", owner=alice, mode="attach"
    )
    assert (batch.counts["updated"], batch.counts["duplicates"]) == (0, 1)
    assert not ImportProblem.objects.filter(code="need_not_attached").exists()


def test_a_strangers_customer_that_the_row_is_gets_the_need_too(known, charlie, let_in):
    let_in(charlie, SHEET, owner=charlie, mode="attach")
    known.refresh_from_db()
    assert "还要两台空压机" in known.need
    assert not Customer.objects.visible_to(charlie).filter(pk=known.pk).exists()
