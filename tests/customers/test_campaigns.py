"""Campaigns: planned by marketing, counted over what one sees, never costing less than nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.accounts.actions import NewUser, add_user
from genjin.customers.actions.campaigns import remove_campaign, save_campaign
from genjin.customers.models import Campaign, Customer, StageChange
from genjin.customers.queries.campaigns import campaign_figures
from genjin.customers.rules.campaigns import check_period, cost_per_lead
from genjin.events.models import Event
from genjin.followups.actions.merge import merge_customers, unmerge
from genjin.followups.queries.conditions import as_query, read_conditions
from genjin.kit.errors import RuleError
from tests.refusals import refused

FAIR = {"name": "春季机电展", "channel": "展会", "starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 3), "cost": Decimal(9000)}  # fmt: skip

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture
def mia(teams, now):
    """Marketing: plans what brings leads, and sees none of the reps' customers."""
    return add_user(None, NewUser(username="mia", name="米娅", role="marketing"), now=now)


@pytest.fixture
def fair(mia, now):
    return save_campaign(mia, Campaign(), FAIR, now=now)


def test_marketing_plans_a_campaign_and_the_trail_says_so(mia, fair, now):
    assert (fair.name, fair.cost, fair.is_active) == ("春季机电展", Decimal(9000), True)
    save_campaign(mia, fair, {"cost": Decimal("9500.50"), "is_active": False}, now=now)
    fair.refresh_from_db()
    assert (fair.cost, fair.channel, fair.is_active) == (Decimal("9500.50"), "展会", False)
    last = Event.objects.filter(kind="campaign.saved").latest("pk")
    assert last.data["before"] == {"cost": "9000.00", "is_active": True}
    assert last.data["after"] == {"cost": "9500.50", "is_active": False}


def test_a_rep_plans_none(alice, fair, now):
    with refused("forbidden", status=403):
        save_campaign(alice, Campaign(), FAIR | {"name": "x"}, now=now)
    with refused("forbidden", status=403):
        remove_campaign(alice, fair, now=now)


@pytest.mark.parametrize(
    ("values", "code"),
    [({"name": "春季机电展"}, "name_taken"), ({"name": ""}, "fields_invalid"),
     ({"name": "x", "ends_on": date(2026, 2, 1), "starts_on": date(2026, 2, 2)}, "period_invalid"),
     ({"name": "x", "cost": Decimal(-1)}, "cost_invalid")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(mia, fair, values, code, now):
    with refused(code):
        save_campaign(mia, Campaign(), values, now=now)


def test_the_table_itself_refuses_an_end_before_the_beginning(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.create(name="x", starts_on=date(2026, 1, 2), ends_on=date(2026, 1, 1))


def test_one_that_brought_somebody_is_ended_not_removed(mia, alice, fair, make_customer, now):
    make_customer(owner=alice, campaign=fair)
    with refused("entry_in_use", status=409):
        remove_campaign(mia, fair, now=now)


def test_counts_are_of_what_one_sees_and_open_exactly_those(
    alice, bob, charlie, dora, mia, fair, make_customer, now
):
    hers = [make_customer(owner=alice, campaign=fair) for _ in range(3)]
    make_customer(owner=charlie, campaign=fair)
    make_customer(owner=alice)
    gone = make_customer(owner=alice, campaign=fair)
    Customer.objects.filter(pk=gone.pk).update(deleted_at=now)
    StageChange.objects.create(customer=hers[0], at=now, by=alice, origin="prospect", target="qualified")
    StageChange.objects.create(customer=hers[0], at=now, by=alice, origin="lost", target="qualified")
    StageChange.objects.create(customer=hers[0], at=now, by=alice, origin="negotiation", target="won")

    def seen(user):
        found = campaign_figures(user, [fair])[0]
        return found.leads, found.qualified, found.won, found.cost, found.cost_per_lead

    assert seen(alice) == (3, 1, 1, None, None)
    assert seen(bob) == (3, 1, 1, None, None)
    assert seen(charlie) == (1, 0, 0, None, None)
    assert seen(mia) == (0, 0, 0, Decimal(9000), None)
    assert seen(dora) == (4, 1, 1, Decimal(9000), Decimal(2250))
    for user in (alice, charlie, dora):
        conditions = [("campaign_id", "eq", str(fair.pk), ""), ("reached", "eq", "qualified", "")]
        rows = Customer.objects.visible_to(user).filter(as_query(read_conditions(conditions), "all"))
        assert rows.count() == seen(user)[1]
    nonsense = [("reached", "contains", "qualified", "")]
    assert not Customer.objects.filter(as_query(read_conditions(nonsense), "all")).exists()


def test_a_merge_takes_the_campaign_along_and_gives_it_back(bob, alice, fair, make_customer, now):
    kept, other = make_customer(owner=alice), make_customer(owner=alice, campaign=fair)
    merge = merge_customers(bob, kept, [other], take={}, now=now)[0]
    assert Customer.objects.get(pk=kept.pk).campaign == fair
    unmerge(bob, merge, now=now)
    assert Customer.objects.get(pk=kept.pk).campaign is None


AMOUNTS = st.decimals(min_value=0, max_value=Decimal("99999999999.99"), places=2)


@UNHURRIED
@given(cost=st.none() | AMOUNTS, leads=st.integers(-2, 100_000))
def test_what_a_lead_cost(cost, leads):
    each = cost_per_lead(cost, leads)
    if cost is None or leads <= 0:
        assert each is None
    else:
        assert each is not None
        assert abs(each * leads - cost) <= Decimal("0.005") * leads


DAYS = st.none() | st.dates(date(2023, 12, 1), date(2028, 3, 2)) | st.sampled_from([date(2024, 2, 29), date(2026, 12, 31), date(2027, 1, 1)])  # fmt: skip


@UNHURRIED
@given(starts=DAYS, ends=DAYS, today=DAYS)
def test_a_campaign_runs_from_its_first_to_its_last_day(starts, ends, today):
    try:
        check_period(starts, ends)
    except RuleError:
        assert starts is not None
        assert ends is not None
        assert ends < starts
        return
    campaign, day = Campaign(starts_on=starts, ends_on=ends), today or date(2026, 3, 11)
    before, after = starts is not None and day < starts, ends is not None and day > ends
    assert campaign.runs_on(day) == (not before and not after)
    for edge in (starts, ends):
        assert edge is None or campaign.runs_on(edge)
    assert ends is None or not campaign.runs_on(ends + timedelta(days=1))
