"""The list of time limits and the card on the customer's page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from genjin.followups.actions.ladder import take_steps
from genjin.followups.models import Deadline

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(alice, make_customer):
    """A customer of alice's whose first contact was missed."""
    row = make_customer(owner=alice, name="杭州远景机电有限公司")
    moment = timezone.now()
    Deadline.objects.filter(customer=row, kind="first_contact").update(
        due_at=moment - timedelta(hours=3), breached_at=moment - timedelta(hours=3)
    )
    return row


def test_the_list_shows_what_was_missed_by_kind_and_person(client, alice, bob, late):
    client.force_login(alice)
    page = client.get("/deadlines/")
    assert page.status_code == 200
    assert "杭州远景机电有限公司" in page.text
    assert "杭州远景机电有限公司" not in client.get("/deadlines/?state=high_risk").text
    assert "杭州远景机电有限公司" not in client.get("/deadlines/?kind=plan").text
    client.force_login(bob)
    assert "杭州远景机电有限公司" in client.get(f"/deadlines/?who={alice.pk}").text
    assert "杭州远景机电有限公司" not in client.get(f"/deadlines/?who={bob.pk}").text


def test_charlie_sees_nothing_of_it(client, charlie, late):
    client.force_login(charlie)
    for state in ("running", "warned", "breached", "high_risk"):
        assert "杭州远景机电有限公司" not in client.get(f"/deadlines/?state={state}&who=").text


@pytest.mark.parametrize(
    "odd", ["?state=x", "?kind=x", "?who=x", "?who=99999999999999999999", "?state=running&page=9"]
)
def test_odd_addresses_answer_with_a_list(client, alice, late, odd):
    client.force_login(alice)
    assert client.get(f"/deadlines/{odd}").status_code == 200


def test_a_page_of_clocks_costs_a_handful_of_queries(
    client, bob, alice, make_customer, late, django_assert_max_num_queries
):
    for _number in range(10):
        make_customer(owner=alice)
    client.force_login(bob)
    client.get("/deadlines/")
    with django_assert_max_num_queries(12):
        client.get("/deadlines/?state=running")


def test_the_customers_page_shows_both_hands_and_what_stops_them(client, alice, late):
    client.force_login(alice)
    page = client.get(f"/customers/{late.pk}/").text
    assert 'id="clocks"' in page
    assert "逾期" in page


def test_the_customer_list_is_filtered_by_what_was_missed(client, alice, make_customer, late):
    other = make_customer(owner=alice, name="苏州无事电气有限公司")
    client.force_login(alice)
    found = client.get("/customers/?f=overdue_since&op=not_empty&v=&v2=").text
    assert late.name in found and other.name not in found
    Deadline.objects.filter(customer=other, kind="contact_gap").update(level=5, breached_at=timezone.now())
    found = client.get("/customers/?f=at_risk&op=eq&v=yes&v2=").text
    assert other.name in found and late.name not in found


def test_taking_steps_by_the_clock_of_the_machine_moves_nothing_twice(late):
    moment = timezone.now()
    take_steps(moment)
    take_steps(moment)  # the look may have begun a clock of this week that has come to a step itself
    assert take_steps(moment) == 0
