"""Pools with members and administrators of their own, and data that is new in them."""

from datetime import timedelta

from django.utils import timezone

from genjin.accounts.actions import NewUser, add_user, issue_token
from genjin.customers.actions.records import change_customer
from genjin.customers.models import Customer, Pool
from genjin.customers.rules.fields import HIDEABLE
from genjin.followups.actions.ownership import assign_customers, claim_customer, release_customers
from genjin.followups.queries import conditions
from tests.refusals import refused, unseen


def pool_of(*, members=(), admins=(), **more):
    pool = Pool.objects.create(name="大客户公海", **more)
    pool.members.set(members)
    pool.admins.set(admins)
    return pool


def test_members_see_a_pool_of_theirs_and_nobody_else_does(make_customer, alice, charlie):
    customer = make_customer(pool=pool_of(members=[alice]))
    assert Customer.objects.visible_to(alice).filter(pk=customer.pk).exists()
    assert not Customer.objects.visible_to(charlie).filter(pk=customer.pk).exists()


def test_who_runs_a_pool_gives_its_customers_to_any_member(make_customer, alice, bob, charlie, now):
    pool = pool_of(members=[charlie], admins=[bob])
    customer = make_customer(pool=pool)
    fred = add_user(None, NewUser(username="fred", name="弗雷德"), now=now)
    with refused("owner_not_led"):
        assign_customers(bob, [customer.pk], fred, now=now)
    assign_customers(bob, [customer.pk], charlie, now=now)
    customer.refresh_from_db()
    assert customer.owner == charlie


def test_a_rep_who_runs_nothing_does_not_assign(make_customer, alice, charlie, now):
    customer = make_customer(pool=pool_of(members=[alice, charlie]))
    with refused("forbidden", status=403):
        assign_customers(alice, [customer.pk], charlie, now=now)


def test_new_customers_wait_before_the_fastest_takes_them(make_customer, alice, now):
    customer = make_customer(pool=pool_of(members=[alice], hold_hours=24))
    with refused("pool_hold", status=409):
        claim_customer(alice, customer, now=now + timedelta(hours=23))
    claim_customer(alice, customer, now=now + timedelta(hours=24))


def test_released_customers_are_new_in_the_pool_again(make_customer, alice, charlie, pointless, now):
    pool = pool_of(members=[alice, charlie], hold_hours=2)
    customer = make_customer(owner=alice)
    release_customers(alice, [customer.pk], pool, reason=pointless.name, choice=pointless, now=now)
    with refused("pool_hold", status=409):
        claim_customer(charlie, customer, now=now + timedelta(hours=1))
    claim_customer(charlie, customer, now=now + timedelta(hours=2))


def test_who_runs_a_pool_moves_its_customers_to_another(make_customer, alice, bob, pool, now):
    special = pool_of(members=[alice], admins=[bob])
    customer = make_customer(pool=special)
    with refused("forbidden", status=403):
        release_customers(alice, [customer.pk], pool, reason="放错了", now=now)
    release_customers(bob, [customer.pk], pool, reason="放错了", now=now)
    customer.refresh_from_db()
    assert customer.pool == pool


def test_out_of_sight_pools_are_as_good_as_missing(make_customer, alice, charlie, now):
    customer = make_customer(pool=pool_of(members=[alice]))
    with unseen():
        claim_customer(charlie, customer, now=now)


def test_hidden_fields_are_shown_nowhere_until_claimed(client, make_customer, alice, bob, dora, now):
    pool = pool_of(members=[alice, bob], hidden_fields=["need", "competitors"])
    customer = make_customer(pool=pool)
    change_customer(dora, customer, {"need": "暗号甲", "competitors": "暗号乙"}, version=1, now=now)
    client.force_login(alice)
    urls = [
        f"/customers/{customer.pk}/{rest}"
        for rest in ("", "?tab=info", "?tab=facts", "?tab=history", "drawer/")
    ]
    token = issue_token(alice, alice, name="t", days=1, now=timezone.now())
    headers = {"Authorization": f"Bearer {token}"}
    urls += [
        f"/api/v1/customers/{customer.pk}",
        f"/api/v1/customers/{customer.pk}/timeline",
        "/api/v1/customers?page_size=5",
    ]
    shown = [
        client.get(url, headers=headers if url.startswith("/api") else {}).content.decode() for url in urls
    ]
    assert not [url for url, text in zip(urls, shown, strict=True) if "暗号" in text]
    client.force_login(dora)
    assert "暗号甲" in client.get(urls[0]).content.decode()
    claim_customer(alice, customer, now=now)
    client.force_login(alice)
    assert "暗号甲" in client.get(urls[0]).content.decode()


def test_only_fields_nobody_can_filter_by_may_be_hidden():
    filtered = {field.name for field in conditions.FIELDS} | {"name", "phone"}
    assert filtered.isdisjoint(HIDEABLE)
    assert set(HIDEABLE) <= {field.name for field in Customer._meta.get_fields()}
