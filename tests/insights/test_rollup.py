"""The roll-up says what the tables say: whatever changed, whoever asks, made bit by bit or anew."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from genjin.accounts.queries import company_zone
from genjin.contracts.models import Contract, Receipt
from genjin.customers.actions.collaborators import NewCollaborator, add_collaborator
from genjin.customers.models import Choice, Contact, Customer, GradeChange, OwnerChange, StageChange
from genjin.customers.rules.collected import BY_KEY
from genjin.fields.actions.templates import publish_template, save_draft
from genjin.fields.models import CollectionTemplate
from genjin.fields.rules.outline import Group, Item, Outline
from genjin.followups.models import Deadline, FollowUp, Task
from genjin.followups.rules import Period
from genjin.insights.actions.rollup import rebuild, roll_up
from genjin.insights.models import FactRow, FactSum, RollUp, StaleCustomer
from genjin.insights.queries.asking import Question, ask, counted, splits_of
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.catalogue.quality import metric_of
from genjin.insights.queries.cohorts import CAME
from genjin.insights.queries.facts.cohort import split_of
from genjin.insights.queries.facts.missing import FIELDS
from genjin.insights.queries.metrics import How
from genjin.insights.queries.rollup.answers import kept_tallies
from genjin.insights.queries.rollup.shape import kept_facts
from genjin.insights.rules.cohorts import GRAINS, Step
from genjin.insights.rules.stretches import Grain, unit_of
from genjin.proposals.models import Proposal, ProposalVersion
from genjin.selling.models import Chance, Opportunity
from tests.fields.seed import seed_templates
from tests.insights.world import Company

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, 3, tzinfo=UTC)
SLOW = settings(
    max_examples=6,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller seed is no smaller company
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def sums():
    return sorted(FactSum.objects.values_list())


def rows():
    return sorted((one for one in FactRow.objects.values_list()), key=str)


def changed(company, dice):
    """Change what a day's work changes, past every action: nothing gets around the triggers."""
    known = list(Customer.objects.all())
    one, two = dice.choice(known), dice.choice(known)
    when = company.moment()
    deeds = [
        lambda: company.customer(900 + dice.randrange(99)),
        lambda: Customer.objects.filter(pk=one.pk).update(owner=dice.choice(company.people), pool=None, no_next_step_since=when),
        lambda: Customer.objects.filter(pk=one.pk).update(deleted_at=dice.choice([None, when])),
        lambda: Customer.objects.filter(pk=one.pk).update(stage="won", source=dice.choice(company.sources)),
        lambda: StageChange.objects.create(customer=one, origin="lead", target=dice.choice(["won", "lost", "qualified"]), at=when),
        lambda: GradeChange.objects.create(customer=one, origin="B", target="A", at=when),
        lambda: OwnerChange.objects.create(customer=one, target=dice.choice(company.people), at=when, how="assigned"),
        lambda: FollowUp.objects.filter(customer=one).update(customer=two),
        lambda: FollowUp.objects.filter(customer=one).update(got_response=True, happened_at=when),
        lambda: Deadline.objects.filter(customer=one).update(met_at=when, breached_at=None),
        lambda: Task.objects.filter(customer=one).delete(),
        lambda: Opportunity.objects.filter(customer=one).update(amount=dice.randrange(10**6), customer=two),
        lambda: paid(dice, when),
        lambda: Contract.objects.filter(customer=one).update(customer=two, owner=dice.choice(company.people)),
        lambda: Customer.objects.filter(pk=one.pk).update(customer_type=dice.choice(["new", "key"]), need=dice.choice(["换阀", ""]), budget_min=dice.choice([None, 1])),
        lambda: Contact.objects.filter(customer=one).update(customer=two, phone=dice.choice(["13800000003", ""])),
        lambda: Contact.objects.filter(customer=one).delete(),
        lambda: Contact.objects.create(customer=one, name="李工", created_at=when, updated_at=when),
        lambda: Proposal.objects.filter(customer=one).update(customer=two),
        lambda: ProposalVersion.objects.filter(proposal__customer=one, state="draft").update(state="sent", sent_at=when, sent_by=company.people[0], sha256="0" * 64),
    ]  # fmt: skip
    dice.choice(deeds)()


@SLOW
@given(seed=st.integers(0, 10**6))
def test_it_says_what_the_tables_say(seed, alice, bob, charlie, dora):
    pick = Random(seed)
    company = Company([alice, bob, charlie], seed)
    company.make(8)
    add_collaborator(dora, pick.choice(list(Customer.objects.filter(deleted_at=None).exclude(owner=alice))), NewCollaborator(alice), now=NOW)  # fmt: skip
    rebuild(NOW)
    for _ in range(3):
        for _ in range(pick.randrange(4)):
            changed(company, pick)
        if pick.random() < 0.5:
            roll_up(NOW)
        same_for_all(pick, [alice, bob, charlie, dora])


def paid(dice, when):
    """Receipts stay as they are, so another one comes."""
    for contract in Contract.objects.order_by("pk")[:1]:
        Receipt.objects.create(contract=contract, amount=dice.randrange(1, 10**6), received_on=when.date(), recorded_at=when, recorded_by=contract.owner)  # fmt: skip


def said(metric, tallies):
    """Return what is told of tallies; of what is past, the roll-up reads the days that are and nothing else."""
    if metric.fact.past and metric.part == metric.fact.past:
        return {key: one.part for key, one in tallies.items() if one.part}
    return tallies


def same_for_all(pick, people):
    for metric in METRICS.values():
        user, first = pick.choice(people), date(2026, 1, 1) + timedelta(days=pick.randrange(200))
        by = pick.choice(["", *splits_of(metric)])
        question = Question(
            user, Period(first, first + timedelta(days=pick.randrange(150))), pick.choice([date(2026, 2, 1), date(2026, 11, 1)]),
            people=pick.choice([None, None, [people[0].pk, people[2].pk]]),
        )  # fmt: skip
        kept = kept_tallies(metric, question, by)
        if kept is not None:
            assert said(metric, kept) == said(metric, counted(metric, question, by)), (metric.key, by, user.username)  # fmt: skip


def rolled_up_and_changed(company, dice):
    """Make the roll-up, and let some change since."""
    rebuild(NOW)
    for _ in range(dice.randrange(4)):
        changed(company, dice)


def lived_in(people, seed, count):
    """Return a company of so many customers, rolled up and changed since, and the dice of its questions."""
    company, dice = Company(people, seed), Random(seed)
    company.make(count)
    rolled_up_and_changed(company, dice)
    return company, dice


def moved_about(company, dice):
    """Let customers be A, B, qualified, won and spoken to often, also in one moment and at midnight of a first of the month."""
    known, graded = (
        list(Customer.objects.all()),
        list(GradeChange.objects.order_by("pk").values_list("at", flat=True)),
    )
    for _ in range(6 * len(known)):
        row, when = dice.choice(known), company.moment()
        first = when.astimezone(company_zone()).replace(day=1, hour=0, minute=0)
        when = dice.choice([when, when, first, dice.choice(graded)])
        deeds = [
            lambda row, at: StageChange.objects.create(customer=row, origin="lead", target=dice.choice(["qualified", "qualified", "won"]), at=at),
            lambda row, at: GradeChange.objects.create(customer=row, origin="B", target=dice.choice("AAB"), at=at, is_proposal=dice.random() < 0.1),
            lambda row, at: FollowUp.objects.create(customer=row, author=dice.choice(company.people), happened_at=at, recorded_at=at, summary="谈了交期"),
        ]  # fmt: skip
        dice.choice(deeds)(row, when)


@SLOW
@given(seed=st.integers(0, 10**6))
def test_in_a_unit_of_the_calendar_a_customer_is_counted_once(seed, alice, bob, charlie, dora):
    pick = Random(seed)
    company = Company([alice, bob, charlie], seed)
    company.make(6)
    moved_about(company, pick)
    rolled_up_and_changed(company, pick)
    for key in ("grade_a_conversion", "grade_b_rise", "customers_contacted"):
        metric = METRICS[key]
        for grain in Grain:
            unit = unit_of(grain, company.moment().date())
            last = unit.first + timedelta(days=pick.randrange((unit.last - unit.first).days + 1))
            question = Question(
                pick.choice([alice, bob, charlie, dora, dora]), Period(unit.first, last), date(2027, 1, 1),
                people=pick.choice([None, None, [alice.pk, charlie.pk]]),
            )  # fmt: skip
            by = pick.choice(["", "person", "team", "source"])
            kept = kept_tallies(metric, question, by)
            assert kept is not None
            assert kept == counted(metric, question, by), (key, grain, unit.first, last, by)


@SLOW
@given(seed=st.integers(0, 10**6))
def test_hours_of_the_week_are_summed_by_whole_months(seed, alice, bob, charlie, dora):
    company, pick = lived_in([alice, bob, charlie], seed, 6)
    for grain in (Grain.MONTH, Grain.QUARTER, Grain.YEAR):
        unit = unit_of(grain, company.moment().date())
        question = Question(pick.choice([alice, bob, dora]), Period(unit.first, unit.last), date(2027, 1, 1))
        for key in ("contacts", "response_rate"):
            kept = kept_tallies(METRICS[key], question, "hour")
            assert kept is not None
            assert kept == counted(METRICS[key], question, "hour")
        short = Question(question.user, Period(unit.first, unit.last - timedelta(days=1)), question.today)
        assert kept_tallies(METRICS["contacts"], short, "hour") is None


@SLOW
@given(seed=st.integers(0, 10**6))
def test_what_is_missing_is_counted_by_the_templates_of_the_moment(seed, alice, bob, charlie, dora):
    seed_templates()
    _company, pick = lived_in([alice, bob, charlie], seed, 8)
    for key in FIELDS:
        metric, user = METRICS[metric_of(key)], pick.choice([alice, bob, charlie, dora])
        question = Question(
            user, Period(date(2026, 1, 1), date(2027, 1, 31)), date(2026, 11, 1), people=pick.choice([None, None, [alice.pk, charlie.pk]])
        )  # fmt: skip
        for by in ("", "person", "team", "type"):
            kept = kept_tallies(metric, question, by)
            assert kept is not None
            assert kept == counted(metric, question, by), (key, by, user.username)
        assert kept_tallies(metric, question, "industry") is None
        past = Question(user, Period(date(2026, 1, 1), date(2026, 9, 30)), date(2026, 11, 1))
        assert kept_tallies(metric, past, "") is None


def test_a_template_published_since_moves_no_sum(alice, dora, make_customer, now):
    seed_templates()
    for kind in ("new", "new", "key"):
        make_customer(owner=alice, customer_type=kind)
    rebuild(NOW)
    asks = Period(date(2026, 1, 1), date(2027, 1, 31)), date(2026, 11, 1)
    question = Question(dora, *asks)
    before = {key: ask(METRICS[metric_of(key)], question).total.whole for key in FIELDS}
    asked = CollectionTemplate.objects.current().get(customer_type="new").outline.keys
    dropped, wanted = (
        next(key for key in FIELDS if (key in asked) is is_asked) for is_asked in (True, False)
    )
    save_draft(dora, "new", Outline((Group("基本", (Item(wanted),)),)), builtin=BY_KEY, now=now)
    publish_template(dora, "new", note="精简", now=now)
    assert not StaleCustomer.objects.exists()
    for key, more in ((dropped, -2), (wanted, 2)):
        metric = METRICS[metric_of(key)]
        assert kept_tallies(metric, question, "type") == counted(metric, question, "type")
        assert ask(metric, question).total.whole == before[key] + more


def test_marks_say_the_part_they_are_of_and_no_other(alice, make_customer):
    seed_templates()
    make_customer(owner=alice)
    rebuild(NOW)
    question = Question(alice, Period(date(2026, 1, 1), date(2027, 1, 31)), date(2026, 11, 1))
    asked = replace(METRICS["missing_budget"], part="", how=How.COUNT)
    assert kept_tallies(asked, question, "") is None
    assert ask(asked, question).total.value == 1


def test_sums_that_nothing_moved_are_not_written(alice, make_customer, now):
    seed_templates()
    row = make_customer(owner=alice)
    rebuild(NOW)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE stood ON COMMIT DROP AS SELECT ctid AS place, * FROM insights_factsum"
        )
        FollowUp.objects.create(
            customer=row, author=alice, happened_at=now, recorded_at=now, summary="谈了交期"
        )
        roll_up(NOW)
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE s.ctid = t.place) FROM stood t JOIN insights_factsum s USING (fact, split, is_month, day, owner, person, value) WHERE s.m0 = t.m0 AND s.m1 = t.m1"
        )
        same, untouched = cursor.fetchone()
    assert same == untouched > 0


@SLOW
@given(seed=st.integers(0, 10**6))
def test_cohorts_are_summed_by_whole_months(seed, alice, bob, charlie, dora):
    company, pick = lived_in([alice, bob, charlie], seed, 8)
    for grain in (Grain.MONTH, Grain.QUARTER, Grain.YEAR):
        unit = unit_of(grain, company.moment().date())
        question = Question(pick.choice([alice, bob, charlie, dora]), unit, date(2027, 1, 1), people=pick.choice([None, None, [alice.pk, charlie.pk]]))  # fmt: skip
        for by in (split_of(step, way) for step in Step for way in GRAINS):
            kept = kept_tallies(CAME, question, by)
            assert kept is not None
            assert kept == counted(CAME, question, by), (by, unit)
        past = Question(question.user, unit, question.today, as_of=unit.first)
        assert kept_tallies(CAME, past, split_of(Step.WON, Grain.MONTH)) is None


@pytest.mark.parametrize("key", FIELDS)
def test_a_field_filled_past_every_action_is_noted(key, alice, make_customer):
    row = make_customer(owner=alice, contacts=[{"name": "王工"}])
    fact, rows = BY_KEY[key], Customer.objects.filter(pk=row.pk)
    rows = Contact.objects.filter(customer=row) if fact.of_contact else rows
    StaleCustomer.objects.all().delete()
    for column in fact.columns:
        filled = (
            Choice.objects.filter(kind=Choice.Kind.SOURCE)[:1].get().pk
            if column == "source_id"
            else something(rows.model, column)
        )
        rows.update(**{column: filled})
        assert StaleCustomer.objects.filter(customer=row.pk).exists(), column
        StaleCustomer.objects.all().delete()


def something(model, column):
    kind = model._meta.get_field(column).get_internal_type()
    return {"BooleanField": True, "DateField": date(2020, 1, 1)}.get(kind, "1")


@SLOW
@given(seed=st.integers(0, 10**6))
def test_made_bit_by_bit_or_anew_it_is_the_same(seed, alice, bob, charlie):
    pick = Random(seed)
    company = Company([alice, bob, charlie], seed)
    company.make(6)
    rebuild(NOW)
    for _ in range(pick.randrange(1, 9)):
        changed(company, pick)
        if pick.random() < 0.3:
            roll_up(NOW)
    roll_up(NOW)
    kept = rows(), sums()
    rebuild(NOW)
    assert kept == (rows(), sums())
    assert not StaleCustomer.objects.exists()


def test_all_facts_of_days_are_kept_and_most_figures_come_of_them(alice, make_customer):
    make_customer(owner=alice)
    rebuild(NOW)
    question = Question(alice, Period(date(2026, 1, 1), date(2026, 12, 31)), date(2026, 11, 1))
    counted_now = {key for key, metric in METRICS.items() if kept_tallies(metric, question, "") is None}
    facts = {METRICS[key].fact.key for key in counted_now}
    assert facts == {"receivable", "due"}
    assert len(kept_facts()) > 15


def test_without_a_roll_up_or_with_another_shape_the_tables_are_asked(alice, make_customer):
    make_customer(owner=alice)
    question = Question(alice, Period(date(2026, 1, 1), date(2026, 12, 31)), date(2026, 11, 1))
    assert kept_tallies(METRICS["leads"], question, "") is None
    rebuild(NOW)
    assert kept_tallies(METRICS["leads"], question, "")[""].part == 1
    RollUp.objects.update(shape="an older one")
    assert kept_tallies(METRICS["leads"], question, "") is None
    assert ask(METRICS["leads"], question).total.value == 1
    roll_up(NOW)  # makes it anew
    assert kept_tallies(METRICS["leads"], question, "")[""].part == 1


def test_a_renamed_source_makes_it_anew(alice, make_customer):
    source = Choice.objects.filter(kind=Choice.Kind.SOURCE)[0]
    row = make_customer(owner=alice)
    Customer.objects.filter(pk=row.pk).update(source=source)
    question = Question(alice, Period(date(2026, 1, 1), date(2026, 12, 31)), date(2026, 11, 1))
    rebuild(NOW)
    Choice.objects.filter(pk=source.pk).update(name="老客户转介绍2")
    assert [cell.label for cell in ask(METRICS["leads"], question, "source").cells] == ["老客户转介绍2"]
    roll_up(NOW)
    assert [cell.label for cell in ask(METRICS["leads"], question, "source").cells] == ["老客户转介绍2"]


def test_another_chance_of_a_stage_makes_it_anew(alice, make_customer, now):
    Opportunity.objects.create(customer=make_customer(owner=alice), name="泵", owner=alice, stage="negotiation", amount=1000, opened_at=now, stage_entered_at=now)  # fmt: skip
    question = Question(alice, Period(date(2026, 1, 1), date(2026, 12, 31)), date(2026, 11, 1))
    rebuild(NOW)
    assert kept_tallies(METRICS["forecast_weighted"], question, "") == counted(METRICS["forecast_weighted"], question)  # fmt: skip
    Chance.objects.update_or_create(stage="negotiation", defaults={"percent": 7})
    assert ask(METRICS["forecast_weighted"], question).total.value == 70
    roll_up(NOW)
    assert kept_tallies(METRICS["forecast_weighted"], question, "")[""].amount == 70


def test_what_no_sum_asks_for_makes_nobody_stale(alice, make_customer, now):
    row = make_customer(owner=alice, contacts=[{"name": "王工", "is_primary": True}])
    deal = Opportunity.objects.create(customer=row, name="泵", owner=alice, stage="negotiation", amount=1000, opened_at=now, stage_entered_at=now)  # fmt: skip
    offered = Proposal.objects.create(number="BJ-1", customer=row, opportunity=deal, title="离心泵", created_at=now)  # fmt: skip
    ProposalVersion.objects.create(proposal=offered, number=1, created_at=now, created_by=alice)
    rebuild(NOW)
    Customer.objects.filter(pk=row.pk).update(version=7, score=3)
    assert not StaleCustomer.objects.exists()
    assert Contact.objects.filter(customer=row).update(is_primary=False, preference="晚上") == 1
    assert ProposalVersion.objects.update(terms="三十天") == 1
    assert not StaleCustomer.objects.exists()
    Customer.objects.filter(pk=row.pk).update(stage="prospect")
    assert list(StaleCustomer.objects.values_list("customer", flat=True)) == [row.pk]
