"""Objections and what is learnt of answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.kit.errors import RuleError
from genjin.library.actions.entries import save_entry
from genjin.library.models import Entry
from genjin.proposals.actions.objections import Answer, NewObjection, answer_objection, note_objection
from genjin.proposals.models import Objection
from genjin.proposals.queries.objections import counts, learnt, suggestions
from genjin.proposals.rules.objections import ENOUGH, Learnt


@pytest.fixture
def entry(db, now) -> Entry:
    values = {"kind": "objection", "objection": "price", "title": "算总账", "body": "三年总成本更低"}
    return save_entry(None, Entry(), values, now=now)


def test_an_objection_is_noted_and_answered(alice, charlie, customer, opportunity, entry, now):
    new = NewObjection("price", "比别家贵两成", opportunity)
    with pytest.raises(Customer.DoesNotExist):
        note_objection(charlie, customer, new, now=now)
    for bad in (NewObjection("weather", "x"), NewObjection("price", " ")):
        with pytest.raises(RuleError):
            note_objection(alice, customer, bad, now=now)
    assert not Objection.objects.exists()
    row = note_objection(alice, customer, new, now=now)
    for bad in (
        Answer("maybe", "x"),
        Answer("accepted"),
        Answer("accepted", entry=Entry(pk=1, kind="material")),
    ):
        with pytest.raises(RuleError):
            answer_objection(alice, row, bad, now=now)
    row = answer_objection(alice, row, Answer("partly", entry=entry), now=now)
    assert (row.acceptance, row.answered_by, row.entry) == ("partly", alice, entry)
    assert [event.kind for event in Event.objects.filter(kind__startswith="objection.").order_by("pk")] == [
        "objection.noted",
        "objection.answered",
    ]


def test_the_library_learns_which_answers_are_accepted(alice, customer, entry, now):
    better = save_entry(
        None,
        Entry(),
        {"kind": "objection", "objection": "price", "title": "分期", "body": "先做一期"},
        now=now,
    )
    for at in range(ENOUGH):
        note_objection(
            alice,
            customer,
            NewObjection("price", "贵"),
            Answer("accepted" if at < 3 else "refused", entry=entry),
            now=now,
        )
    found = learnt([entry.pk, better.pk])
    assert (found[entry.pk].rate, found[entry.pk].count, better.pk in found) == (30, 10, False)
    titles = [one.title for one, _learnt in suggestions("price")]
    assert titles.index("分期") < titles.index("算总账")
    for _at in range(ENOUGH):
        note_objection(
            alice, customer, NewObjection("price", "贵"), Answer("accepted", entry=better), now=now
        )
    assert next(one.title for one, _learnt in suggestions("price")) == "分期"
    assert learnt([better.pk])[better.pk].rate == 100


def test_counts_per_category_are_of_what_one_sees(alice, charlie, customer, now):
    note_objection(alice, customer, NewObjection("price", "贵"), now=now)
    note_objection(alice, customer, NewObjection("price", "太贵"), Answer("accepted", "算总账"), now=now)
    note_objection(alice, customer, NewObjection("compliance", "要等保"), now=now)
    found = {
        one.category: (one.count, one.open, one.accepted)
        for one in counts(Objection.objects.visible_to(alice))
    }
    assert found == {"price": (2, 1, 1), "compliance": (1, 1, 0)}
    assert counts(Objection.objects.visible_to(charlie)) == []


@given(*[st.integers(0, 50)] * 4)
def test_a_rate_wants_ten_answers_and_stays_a_percentage(accepted, partly, internal, refused):
    found = Learnt(accepted, partly, internal, refused)
    assert (found.rate is None) == (found.count < ENOUGH)
    if found.rate is not None:
        assert 0 <= found.rate <= 100
        assert found.rate < 100 or not refused or accepted >= 100 * refused
