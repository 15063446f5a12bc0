"""Chances from the company's own history: what was known on the seventh day, and who is told."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from genjin.customers.models import Choice, Customer, StageChange
from genjin.customers.rules import Stage
from genjin.followups.models import FollowUp
from genjin.insights.actions.chances import learn_chances
from genjin.insights.models import ChanceModel, CustomerChance
from genjin.insights.queries.chances import chance_of, early_table
from genjin.insights.rules.early import Fact
from tests.insights.test_asking import came, moved

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 11, 4, tzinfo=UTC)
BEGAN = datetime(2025, 1, 6, 1, tzinfo=UTC)


def talked(customer, author, at, recorded_at=None):
    FollowUp.objects.create(
        customer=customer,
        author=author,
        happened_at=at,
        recorded_at=recorded_at or at,
        summary="谈过",
        method="visit",
    )


@pytest.fixture
def history(db):
    """Three hundred customers, of whom those from one source were mostly won, and forty that are open."""
    dice = Random(4)
    good, bad = (
        Choice.objects.create(kind=Choice.Kind.SOURCE, name=name) for name in ("老客转介绍", "买来的名单")
    )
    rows, ends = [], []
    for place in range(340):
        source = good if place % 2 else bad
        ended = (
            ""
            if place >= 300
            else Stage.WON
            if dice.random() < (0.8 if source == good else 0.15)
            else Stage.LOST
        )
        at = BEGAN + timedelta(days=place)
        rows.append(
            Customer(
                name=f"历史客户{place}有限公司",
                source=source,
                stage=ended or Stage.LEAD,
                created_at=at,
                updated_at=at,
                stage_entered_at=at,
            )
        )
        ends.append(ended)
    rows = Customer.objects.bulk_create(rows)
    changes = [StageChange(customer=row, target=Stage.LEAD, at=row.created_at) for row in rows]
    changes += [
        StageChange(customer=row, origin=Stage.LEAD, target=end, at=row.created_at + timedelta(days=20))
        for row, end in zip(rows, ends, strict=True)
        if end
    ]
    StageChange.objects.bulk_create(changes)
    return rows


def test_only_what_was_on_record_by_the_seventh_day_is_known(make_customer, alice):
    began = NOW - timedelta(days=40)
    customer = make_customer(owner=alice)
    came(customer, began)
    talked(customer, alice, began + timedelta(days=2))
    talked(customer, alice, began + timedelta(days=9))
    talked(customer, alice, began + timedelta(days=3), recorded_at=began + timedelta(days=30))
    moved(customer, Stage.LEAD, Stage.PROSPECT, began + timedelta(days=5))
    moved(customer, Stage.PROSPECT, Stage.WON, began + timedelta(days=20))
    row = early_table(NOW).row(0, named=True)
    assert (row[Fact.CONTACTS], row[Fact.VISITS], row[Fact.HOURS]) == ("1", "1", "48.0")
    assert (row[Fact.STAGE], row["ended"]) == (Stage.PROSPECT, "won")
    assert early_table(began + timedelta(days=6)).is_empty()


def test_who_was_closed_within_the_week_teaches_nothing(make_customer, alice):
    began = NOW - timedelta(days=40)
    customer = make_customer(owner=alice)
    came(customer, began)
    moved(customer, Stage.LEAD, Stage.LOST, began + timedelta(days=3))
    assert early_table(NOW).is_empty()


def test_the_night_tells_open_customers_their_chance(history, dora):
    assert learn_chances(NOW) == 40
    model = ChanceModel.objects.get()
    assert model.is_reliable
    assert model.report["split"]["fit"]["to"] < model.report["split"]["test"]["from"]
    good, bad = (chance_of(dora, row) for row in (history[301], history[300]))
    assert bad.chance < good.chance
    assert good.low <= good.chance <= good.high
    assert good.reasons[0] == {"column": "source", "value": "老客转介绍", "raises": True}
    assert not CustomerChance.objects.exclude(customer__stage=Stage.LEAD).exists()
    assert learn_chances(NOW + timedelta(days=1)) == 40
    assert set(CustomerChance.objects.values_list("model", flat=True)) == {model.pk + 1}


def test_too_little_history_is_called_not_reliable(make_customer, alice):
    came(make_customer(owner=alice), NOW - timedelta(days=40))
    assert learn_chances(NOW) == 0
    model = ChanceModel.objects.get()
    assert (model.is_reliable, model.report["reasons"][0]["code"]) == (False, "sample_too_small")
    assert not CustomerChance.objects.exists()


def test_without_scikit_learn_the_night_changes_nothing(history, monkeypatch):
    learn_chances(NOW)
    monkeypatch.setitem(__import__("sys").modules, "sklearn", None)
    assert learn_chances(NOW + timedelta(days=1)) == 0
    assert (ChanceModel.objects.count(), CustomerChance.objects.count()) == (1, 40)


def test_whoever_sees_the_customer_sees_its_chance(history, client, alice, bob, charlie):
    customer = history[301]
    Customer.objects.filter(pk=customer.pk).update(owner=alice, next_action_at=NOW)
    learn_chances(NOW)
    for user in (alice, bob):
        client.force_login(user)
        page = client.get(f"/customers/{customer.pk}/").content.decode()
        assert "成交概率" in page
        assert "来源 = 老客转介绍" in page
    client.force_login(charlie)
    assert client.get(f"/customers/{customer.pk}/").status_code == 404
    customer.refresh_from_db()
    assert chance_of(charlie, customer) is None


def test_the_page_of_a_customer_says_why_there_is_none(make_customer, client, alice):
    customer = make_customer(owner=alice)
    client.force_login(alice)
    assert "成交概率" not in client.get(f"/customers/{customer.pk}/").content.decode()
    learn_chances(NOW)
    page = client.get(f"/customers/{customer.pk}/").content.decode()
    assert "不可靠" in page
    assert "50" not in page[page.index("成交概率") : page.index("成交概率") + 400]


def test_the_report_is_for_who_sees_everything(history, client, alice, dora, django_assert_max_num_queries):
    learn_chances(NOW)
    client.force_login(dora)
    with django_assert_max_num_queries(12):
        page = client.get("/insights/chances/").content.decode()
    assert "AUC" in page
    client.force_login(alice)
    assert client.get("/insights/chances/").status_code == 403
