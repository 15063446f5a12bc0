"""Missing rates: of the customers a field is asked for, those that lack it, each figure with its list (S1-17)."""

from dataclasses import replace
from datetime import date

import pytest

from genjin.customers.models import OwnerChange, Pool
from genjin.customers.queries.missing import missing_rates
from genjin.fields.queries import current_templates
from genjin.followups.rules import Period
from genjin.insights.queries.asking import Question, ask, records
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.catalogue.quality import FIELDS, metric_of
from tests.fields.seed import seed_templates

pytestmark = pytest.mark.django_db
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture(autouse=True)
def templates(db):
    return seed_templates()


def asked(user):
    return Question(user, MARCH, date(2026, 3, 11))


def test_each_rate_is_that_of_the_page_of_missing_fields(alice, bob, charlie, make_customer):
    make_customer(owner=alice, industry="制造业", contacts=[{"name": "王一", "phone": "13800000001"}])
    make_customer(owner=alice)
    make_customer(owner=charlie)
    for user in (bob, charlie):
        for key in FIELDS:
            metric = METRICS[metric_of(key)]
            total = ask(metric, asked(user)).total
            told = [
                (rates.missing[key], rates.total)
                for kind, template in current_templates().items()
                for rates in missing_rates(user, kind, template.outline, "")
                if key in rates.missing
            ]
            assert (total.part, total.whole) == (
                sum(part for part, _whole in told),
                sum(whole for _part, whole in told),
            ), key
            assert records(metric, asked(user)).count() == total.part


def test_by_person_and_only_within_sight(alice, bob, charlie, make_customer):
    make_customer(owner=alice, contacts=[{"name": "王一", "phone": "13800000001"}])
    make_customer(owner=bob)
    make_customer(owner=charlie)
    found = ask(METRICS["missing_contact_phone"], asked(bob), "person").cells
    assert {cell.label: (cell.part, cell.whole) for cell in found} == {"艾丽": (0, 1), "鲍勃": (1, 1)}


def test_whom_nobody_owns_is_in_the_pool_and_in_no_team(alice, dora, make_customer):
    make_customer(owner=alice)
    make_customer(owner=None, pool=Pool.objects.get())
    metric, found = METRICS["missing_contact_phone"], {}
    for by in ("person", "team"):
        cells = ask(metric, asked(dora), by).cells
        found[by] = {cell.label: cell.part for cell in cells}
        empty = replace(asked(dora), where={by: ""})
        assert records(metric, empty).count() == next(cell.part for cell in cells if cell.key == "") == 1
    assert found == {"person": {"艾丽": 1, "公海": 1}, "team": {alice.team.name: 1, "无团队": 1}}


def test_what_went_back_is_told_of_who_had_it(alice, bob, charlie, make_customer, now):
    row = make_customer(owner=alice)
    for how in ("recycled", "released"):
        OwnerChange.objects.create(customer=row, origin=alice, target=None, at=now, how=how)
    assert [ask(METRICS[key], asked(bob), "person").total.value for key in ("returned", "recycled")] == [2, 1]
    assert ask(METRICS["returned"], asked(charlie)).total.value == 0
