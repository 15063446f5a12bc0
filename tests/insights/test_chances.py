"""Chances from the company's own history: what was known on the seventh day, and who is told."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from django.utils import timezone

from genjin.customers.actions.records import change_customer
from genjin.customers.models import Choice, Customer, StageChange
from genjin.customers.rules import Stage
from genjin.followups.actions.merge import merge_customers, unmerge
from genjin.followups.models import FollowUp
from genjin.insights.actions.chances import learn_chances
from genjin.insights.models import ChanceModel, CustomerChance
from genjin.insights.queries.chances import chance_of, known_table, waiting_table
from genjin.insights.rules.early import HORIZON, Early
from genjin.kit.errors import RuleError
from genjin.web.insights.chance import percent
from tests.insights.test_asking import came, moved

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 11, 4, tzinfo=UTC)
BEGAN = datetime(2024, 1, 6, 1, tzinfo=UTC)


def talked(customer, author, at, recorded_at=None):
    FollowUp.objects.create(
        customer=customer,
        author=author,
        happened_at=at,
        recorded_at=recorded_at or at,
        summary="谈过",
        method="visit",
    )


def past(rows):
    """Write customers with what became of them: (source, when they came, the stage they reached or "", after how many days)."""
    made = Customer.objects.bulk_create(
        Customer(
            name=f"历史客户{place}有限公司",
            source=source,
            stage=ended or Stage.LEAD,
            created_at=at,
            updated_at=at,
            stage_entered_at=at,
        )
        for place, (source, at, ended, _days) in enumerate(rows)
    )
    changes = [StageChange(customer=row, target=Stage.LEAD, at=row.created_at) for row in made]
    changes += [
        StageChange(customer=row, origin=Stage.LEAD, target=ended, at=row.created_at + timedelta(days=days))
        for row, (_source, _at, ended, days) in zip(made, rows, strict=True)
        if ended
    ]
    StageChange.objects.bulk_create(changes)
    return made


@pytest.fixture
def sources(db):
    return [
        Choice.objects.create(kind=Choice.Kind.SOURCE, name=name) for name in ("买来的名单", "老客转介绍")
    ]


@pytest.fixture
def history(sources):
    """Six hundred customers of two years, of whom those from one source were mostly won, and forty that are open."""
    dice = Random(4)
    old = [
        (sources[place % 2], BEGAN + timedelta(days=place), Stage.WON if dice.random() < (0.15, 0.8)[place % 2] else Stage.LOST, 20)
        for place in range(600)
    ]  # fmt: skip
    young = [(sources[place % 2], NOW - timedelta(days=60 - place), "", 0) for place in range(40)]
    return past(old + young)


def test_only_what_was_on_record_by_the_seventh_day_is_known(make_customer, alice):
    began = NOW - timedelta(days=140)
    customer = make_customer(owner=alice)
    came(customer, began)
    talked(customer, alice, began + timedelta(days=2))
    talked(customer, alice, began + timedelta(days=9))
    talked(customer, alice, began + timedelta(days=3), recorded_at=began + timedelta(days=30))
    moved(customer, Stage.LEAD, Stage.PROSPECT, began + timedelta(days=5))
    moved(customer, Stage.PROSPECT, Stage.WON, began + timedelta(days=20))
    row = known_table(NOW).row(0, named=True)
    assert (row[Early.CONTACTS], row[Early.VISITS], row[Early.HOURS]) == ("1", "1", "48.0")
    assert (row[Early.STAGE], row["ended"]) == (Stage.PROSPECT, "won")
    assert known_table(began + timedelta(days=96)).is_empty()


@pytest.mark.parametrize(
    ("days", "ended", "after", "found"),
    [
        (120, Stage.WON, 20, "won"),
        (120, Stage.WON, 97, "won"),
        (120, Stage.WON, 98, "not_won"),
        (120, Stage.LOST, 20, "not_won"),
        (120, "", 0, "not_won"),
        (120, Stage.WON, 3, None),
        (40, Stage.WON, 20, None),
        (40, Stage.LOST, 20, None),
        (40, "", 0, ""),
        (5, "", 0, None),
    ],
)
def test_won_within_the_days_is_what_is_asked(sources, days, ended, after, found):
    past([(sources[0], NOW - timedelta(days=days), ended, after)])
    told = [*known_table(NOW)["ended"], *waiting_table(NOW)["ended"]]
    assert told == ([] if found is None else [found])


def test_who_was_lost_within_the_week_teaches_nothing_even_if_taken_up_again(make_customer, alice):
    began = NOW - timedelta(days=140)
    customer = make_customer(owner=alice)
    came(customer, began)
    moved(customer, Stage.LEAD, Stage.LOST, began + timedelta(days=3))
    assert known_table(NOW).is_empty()
    moved(customer, Stage.LOST, Stage.LEAD, began + timedelta(days=10))
    assert known_table(NOW).is_empty()


def test_a_source_that_was_edited_later_is_told_as_it_was(make_customer, alice, sources):
    began = NOW - timedelta(days=140)
    customer = make_customer(owner=alice, source=sources[0])
    came(customer, began)
    for days, source in ((3, sources[1]), (30, sources[0]), (40, None)):
        at = began + timedelta(days=days)
        customer = change_customer(alice, customer, {"source": source}, version=customer.version, now=at)
    assert known_table(NOW)[Early.SOURCE].to_list() == ["老客转介绍"]


def test_who_was_merged_after_the_week_is_not_asked_about(make_customer, alice, bob, sources):
    """What the other record brought along was not known of this one on its seventh day."""
    began = NOW - timedelta(days=140)
    kept, other = make_customer(owner=alice), make_customer(owner=alice, source=sources[0])
    for customer in (kept, other):
        came(customer, began)
    assert known_table(NOW).height == 2
    merge = merge_customers(bob, kept, [other], take={}, now=began + timedelta(days=20))[0]
    assert known_table(NOW).is_empty()
    unmerge(bob, merge, now=began + timedelta(days=21))
    assert known_table(NOW).height == 2


def test_the_table_is_read_in_one_query_and_in_pieces(history, django_assert_num_queries, monkeypatch):
    whole = known_table(NOW)
    monkeypatch.setattr("genjin.insights.queries.chances.PIECE", 100)
    with django_assert_num_queries(1):
        assert known_table(NOW).equals(whole)
    with django_assert_num_queries(1):
        assert waiting_table(NOW).height == 40
    monkeypatch.setattr("genjin.insights.queries.chances.MOST_ROWS", 50)
    assert known_table(NOW).equals(whole.tail(50))


def test_the_night_tells_open_customers_their_chance(history, dora, monkeypatch):
    monkeypatch.setattr("genjin.insights.actions.chances.PIECE", 15)
    assert learn_chances(NOW) == 40
    model = ChanceModel.objects.get()
    assert model.is_reliable
    split = model.report["split"]
    begins, ends = (date.fromisoformat(day) for day in (split["test"]["from"], split["calibrate"]["to"]))
    assert begins - ends > HORIZON
    good, bad = (chance_of(dora, row) for row in (history[601], history[600]))
    assert bad.chance < good.chance
    assert good.low <= good.chance <= good.high
    assert good.reasons[0] == {"column": "source", "value": "老客转介绍", "raises": True}
    assert not CustomerChance.objects.exclude(customer__stage=Stage.LEAD).exists()
    assert learn_chances(NOW + timedelta(days=1)) == 40
    assert (ChanceModel.objects.count(), CustomerChance.objects.count()) == (2, 40)


def test_who_is_left_open_is_not_won_and_lowers_the_chance(sources):
    """Hardly anybody marks a loss here: those still open after their days are losses all the same."""
    dice, ends = Random(6), []
    for place in range(1500):
        won = dice.random() < (0.05, 0.23)[place % 2]
        ends.append(Stage.WON if won else Stage.LOST if dice.random() < 0.1 else "")
    old = [
        (sources[place % 2], BEGAN + timedelta(days=place * 0.4), end, dice.randrange(8, 90))
        for place, end in enumerate(ends)
    ]
    young = [(sources[place % 2], NOW - timedelta(days=60 - place), "", 0) for place in range(40)]
    past(old + young)
    assert learn_chances(NOW) == 40
    mean = sum(CustomerChance.objects.values_list("chance", flat=True)) / 40
    assert abs(mean - ends.count(Stage.WON) / len(ends)) < 0.05


def test_too_little_history_is_called_not_reliable(make_customer, alice):
    came(make_customer(owner=alice), NOW - timedelta(days=140))
    assert learn_chances(NOW) == 0
    model = ChanceModel.objects.get()
    assert (model.is_reliable, model.report["reasons"][0]["code"]) == (False, "sample_too_small")
    assert [model.report[name] for name in ("closed", "positives", "negatives")] == [1, 0, 1]
    assert not CustomerChance.objects.exists()


def test_fifty_of_each_are_learned_from_and_other_faults_are_not_called_too_few(sources, monkeypatch):
    past(
        [(sources[place % 2], BEGAN + timedelta(days=place), Stage.WON if place < 50 else "", 20) for place in range(100)]
    )  # fmt: skip
    assert learn_chances(NOW) == 0
    assert ChanceModel.objects.get().report["reasons"] == [
        {"code": "part_too_small", "details": {"least": 20}}
    ]

    def broken(*_words):
        raise RuleError("anders", "time_unreadable")

    monkeypatch.setattr("genjin.insights.actions.chances.study", broken)
    with pytest.raises(RuleError):
        learn_chances(NOW)
    assert ChanceModel.objects.count() == 1


def test_without_scikit_learn_the_night_changes_nothing(history, monkeypatch):
    learn_chances(NOW)
    monkeypatch.setitem(__import__("sys").modules, "sklearn", None)
    monkeypatch.setattr("genjin.insights.actions.chances.known_table", None)  # nothing is read for nothing
    assert learn_chances(NOW + timedelta(days=1)) == 0
    assert (ChanceModel.objects.count(), CustomerChance.objects.count()) == (1, 40)


def shown(client, customer):
    page = client.get(f"/customers/{customer.pk}/").content.decode()
    return page[page.index("成交概率") : page.index("成交概率") + 1500]


@pytest.fixture
def learned(history, alice):
    """A model of last night, and a customer of alice's with its chance."""
    learn_chances(NOW)
    ChanceModel.objects.update(learned_at=timezone.now() - timedelta(hours=5))
    Customer.objects.filter(pk=history[601].pk).update(owner=alice, next_action_at=NOW)
    return history[601]


def test_whoever_sees_the_customer_sees_its_chance(learned, client, alice, bob, charlie):
    for user in (alice, bob):
        client.force_login(user)
        page = shown(client, learned)
        assert "来源 = 老客转介绍" in page
        assert "90 天" in page
        assert f"{timezone.localtime(ChanceModel.objects.get().learned_at):%Y-%m-%d}" in page
    client.force_login(charlie)
    assert client.get(f"/customers/{learned.pk}/").status_code == 404
    learned.refresh_from_db()
    assert chance_of(charlie, learned) is None


def test_chances_older_than_three_nights_are_not_shown(learned, client, alice, dora):
    client.force_login(dora)
    assert "已超过三个晚上" not in client.get("/insights/chances/").content.decode()
    client.force_login(alice)
    assert "%" in shown(client, learned)
    ChanceModel.objects.update(learned_at=timezone.now() - timedelta(days=3, hours=1))
    page = shown(client, learned)
    assert "不可靠" in page
    assert "老客转介绍" not in page.split("</section>")[0]
    assert "%" not in page.split("</section>")[0]
    client.force_login(dora)
    assert "已超过三个晚上" in client.get("/insights/chances/").content.decode()


@pytest.mark.parametrize("code", ["badly_calibrated", "no_better_than_base_rate"])
def test_chances_that_are_no_numbers_are_shown_as_an_order(learned, client, alice, code):
    model = ChanceModel.objects.get()
    moved = {"code": "base_rate_drift", "details": {"before": "60%", "after": "20%"}}
    model.report["warnings"] = [{"code": code, "details": {"gap": "20%"}}, moved]
    model.save()
    client.force_login(alice)
    page = shown(client, learned).split("</section>")[0]
    assert "%" not in page
    assert "前三分之一" in page or "中间三分之一" in page
    assert "只看先后" in page
    assert "成交比例" in page


def test_a_share_that_moved_is_said_beside_the_chance(learned, client, alice):
    model = ChanceModel.objects.get()
    moved = {"code": "base_rate_drift", "details": {"before": "60%", "after": "20%"}}
    model.report["warnings"] = [moved]
    model.save()
    client.force_login(alice)
    page = shown(client, learned).split("</section>")[0]
    assert "成交比例" in page
    assert "20%" not in page.replace("<b>", "")[page.index("score-lines") :]


@pytest.mark.parametrize(
    ("share", "words"), [(0, "0%"), (0.003, "<1%"), (0.006, "1%"), (0.996, ">99%"), (1, "100%")]
)
def test_nobody_is_told_none_or_all_where_it_is_neither(share, words):
    assert percent(share) == words


def test_the_page_of_a_customer_says_why_there_is_none(make_customer, client, alice):
    customer = make_customer(owner=alice)
    client.force_login(alice)
    assert "成交概率" not in client.get(f"/customers/{customer.pk}/").content.decode()
    learn_chances(timezone.now())
    page = shown(client, customer)
    assert "不可靠" in page
    assert f"截至 {timezone.localdate():%Y-%m-%d}" in page
    assert "50" not in page[:400]


def test_the_report_of_too_little_counts_and_shows_no_figure(make_customer, client, alice, dora):
    came(make_customer(owner=alice), NOW - timedelta(days=140))
    learn_chances(NOW)
    client.force_login(dora)
    page = client.get("/insights/chances/").content.decode()
    assert "0 家成交，1 家未成交" in page
    assert "AUC" not in page
    assert "待预测的客户" not in page
    assert "以往的模型" not in page


def test_the_report_is_for_who_sees_everything_in_their_language(
    learned, client, alice, dora, django_assert_max_num_queries
):
    model = ChanceModel.objects.get()
    assert "message" not in str(model.report)
    model.report["drift"] = [{"code": "column_drift", "details": {"column": "people", "index": "0.40"}}]
    model.save()
    client.force_login(dora)
    with django_assert_max_num_queries(12):
        page = client.get("/insights/chances/").content.decode()
    assert "AUC" in page
    assert "600" in page
    assert str(Early.PEOPLE.label) in page
    assert "people" not in page
    client.force_login(alice)
    assert client.get("/insights/chances/").status_code == 403
