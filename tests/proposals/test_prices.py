"""Which price holds on a day: books with gaps and overlaps."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.accounts.actions import NewUser, add_user
from genjin.kit.errors import RuleError
from genjin.proposals.actions.books import save_book, set_limits
from genjin.proposals.models import BookPrice, DiscountLimit, PriceBook
from genjin.proposals.queries.prices import limit_of, limits, list_prices
from genjin.proposals.rules.prices import BookTerms, price_on

DAY = date(2026, 3, 11)
days = st.dates(date(2023, 12, 1), date(2028, 3, 1))  # leap days and year ends among them


@st.composite
def books(draw):
    found = []
    for number in range(draw(st.integers(0, 6))):
        start = draw(days)
        end = draw(
            st.none() | st.integers(0, 400).map(lambda more, start=start: start + timedelta(days=more))
        )
        audience = draw(st.sampled_from(["named", "all", "new", "existing", "key"]))
        found.append(BookTerms(number + 1, audience, start, end, Decimal(draw(st.integers(0, 99)))))
    return found


@given(days, books(), st.sampled_from(["", "new", "key"]), st.none() | st.integers(1, 6))
def test_a_price_comes_from_a_book_that_holds_or_from_none(day, offers, kind, named):
    found = price_on(day, offers, customer_type=kind, named=named)
    fitting = [
        one
        for one in offers
        if one.holds_on(day)
        and (one.audience in {"all", kind} or (one.book == named and one.audience == "named"))
    ]
    assert (found is None) == (not fitting)
    if found is not None:
        assert found in fitting
        assert found.starts_on <= day
        assert found.ends_on is None or found.ends_on >= day


@given(days, books(), st.sampled_from(["", "new", "key"]), st.none() | st.integers(1, 6), st.randoms())
def test_the_order_of_books_does_not_matter(day, offers, kind, named, chance):
    shuffled = list(offers)
    chance.shuffle(shuffled)
    assert price_on(day, offers, customer_type=kind, named=named) == price_on(
        day, shuffled, customer_type=kind, named=named
    )


@given(days, books())
def test_of_overlapping_books_the_one_that_began_last_holds(day, offers):
    found = price_on(day, offers)
    rivals = [one for one in offers if one.audience == "all" and one.holds_on(day)]
    assert found == max(rivals, key=lambda one: (one.starts_on, one.book), default=None)


def test_the_chosen_book_goes_before_the_type_and_the_type_before_all():
    general = BookTerms(1, "all", DAY, None, Decimal(3))
    typed = BookTerms(2, "key", DAY - timedelta(days=9), None, Decimal(2))
    chosen = BookTerms(3, "named", DAY - timedelta(days=99), DAY, Decimal(1))
    offers = [general, typed, chosen]
    assert price_on(DAY, offers) == general
    assert price_on(DAY, offers, customer_type="key") == typed
    assert price_on(DAY, offers, customer_type="key", named=3) == chosen
    assert price_on(DAY + timedelta(days=1), offers, customer_type="key", named=3) == typed


def test_a_book_is_kept_with_its_prices_and_the_list_price_fills_the_gaps(dora, alice, system, training, now):
    book = save_book(
        dora,
        PriceBook(),
        {"name": "2026", "starts_on": DAY, "ends_on": DAY},
        [(system, Decimal(50_000))],
        now=now,
    )
    assert list_prices([system, training], DAY) == {system.pk: Decimal(50_000), training.pk: Decimal(3000)}
    assert list_prices([system], DAY + timedelta(days=1)) == {system.pk: Decimal(60_000)}
    save_book(dora, book, {"is_active": False}, now=now)
    assert list_prices([system], DAY) == {system.pk: Decimal(60_000)}
    with pytest.raises(RuleError) as refusal:
        save_book(dora, book, {"ends_on": DAY - timedelta(days=1)}, now=now)
    assert refusal.value.code == "book_ends_early"
    with pytest.raises(RuleError) as refusal:
        save_book(dora, book, {}, [(system, Decimal(1)), (system, Decimal(2))], now=now)
    assert refusal.value.code == "price_twice"
    with pytest.raises(RuleError) as refusal:
        save_book(alice, book, {"name": "mine"}, now=now)
    assert refusal.value.status == 403
    assert BookPrice.objects.get().price == Decimal(50_000)
    assert PriceBook.objects.get().name == "2026"


def test_limits_begin_somewhere_and_keep_their_history(dora, alice, bob, lena, now):
    assert [limit_of(one) for one in (alice, bob, lena)] == [Decimal(5), Decimal(15), Decimal(0)]
    set_limits(dora, {"rep": Decimal(8), "lead": Decimal(15)}, now=now)
    set_limits(dora, {"rep": Decimal(6)}, now=now)
    assert (limit_of(alice), limits()["rep"], limits()["manager"]) == (Decimal(6), Decimal(6), Decimal(30))
    assert list(DiscountLimit.objects.values_list("role", "percent", "by")) == [
        ("rep", Decimal(6), dora.pk),
        ("rep", Decimal(8), dora.pk),
    ]
    for actor, percent in ((alice, 50), (dora, 101), (dora, -1)):
        with pytest.raises(RuleError):
            set_limits(actor, {"rep": Decimal(percent)}, now=now)
    assert limit_of(alice) == Decimal(6)


def test_a_manager_raises_no_limit_of_the_own_role(dora, teams, now):
    boss = add_user(None, NewUser(username="mona", name="莫娜", role="manager", team=teams["top"]), now=now)
    with pytest.raises(RuleError) as refusal:
        set_limits(boss, {"rep": Decimal(8), "manager": Decimal(31)}, now=now)
    assert (refusal.value.code, refusal.value.status) == ("own_limit", 403)
    assert not DiscountLimit.objects.exists()
    set_limits(boss, {"rep": Decimal(8), "manager": Decimal(29)}, now=now)
    set_limits(dora, {"admin": Decimal(40), "manager": Decimal(31)}, now=now)
    assert (limit_of(boss), limit_of(dora)) == (Decimal(31), Decimal(40))
