"""Missing rates: bob counts over his team, and each figure opens exactly the counted customers."""

import re
from html import unescape

import pytest
from django.test import Client

from genjin.customers.models import Customer
from genjin.customers.queries.missing import missing_rates
from genjin.fields.queries import current_template
from tests.fields.seed import seed_templates


@pytest.fixture(autouse=True)
def templates(db):
    return seed_templates()


def page(user, query=""):
    client = Client()
    client.force_login(user)
    return client, client.get(f"/quality/missing/{query}")


def test_the_figures_open_exactly_their_customers(alice, bob, charlie, pool, make_customer):
    make_customer(owner=alice, industry="制造业", contacts=[{"name": "王一", "phone": "13800000001"}])
    make_customer(owner=alice)
    make_customer(owner=bob, contacts=[{"name": "王二"}])
    make_customer(owner=charlie)
    make_customer(pool=pool)
    make_customer(owner=alice, customer_type="key")
    for by in ("", "rep", "version"):
        client, answer = page(bob, f"?by={by}")
        assert answer.status_code == 200
        links = re.findall(r'<a class="[^"]*" href="([^"]+missing[^"]+)" title="(\d+)"', answer.text)
        assert links
        for address, count in links:
            listed = client.get(unescape(address)).text
            assert len(re.findall(r'name="ids"', listed)) == int(count), address
    outline = current_template("new").outline
    (all_of_bob,) = missing_rates(bob, "new", outline, "")
    assert (all_of_bob.total, all_of_bob.missing["industry"], all_of_bob.missing["contact.phone"]) == (
        4,
        3,
        3,
    )
    assert {group.key: group.total for group in missing_rates(bob, "new", outline, "rep")} == {alice.pk: 2, bob.pk: 1, None: 1}  # fmt: skip


def test_the_sum_over_people_is_the_whole(alice, bob, dora, make_customer):
    for number in range(5):
        make_customer(owner=(alice, bob)[number % 2], industry="制造业" if number % 3 else "")
    outline = current_template("new").outline
    (whole,) = missing_rates(dora, "new", outline, "")
    for by in ("rep", "version"):
        groups = missing_rates(dora, "new", outline, by)
        assert sum(group.total for group in groups) == whole.total == Customer.objects.count()
        assert {key: sum(group.missing[key] for group in groups) for key in whole.missing} == whole.missing


def test_it_is_for_leads_and_who_sees_all(alice, bob, dora, erin, django_assert_max_num_queries):
    assert page(alice)[1].status_code == 403
    assert [page(user)[1].status_code for user in (bob, dora, erin)] == [200, 200, 200]
    assert page(dora, "?type=nonsense&by=x")[1].status_code == 200
