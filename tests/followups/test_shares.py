"""What third parties are shown (S1-20): little, masked, allowed by the lead, with an end, and in the trail."""

from datetime import timedelta

import pytest

from genjin.approvals.models import Request
from genjin.desk import actions as desk
from genjin.events.models import Event
from genjin.followups.actions.shares import NewShare, grant_share, open_share, revoke_share, share_customer
from genjin.followups.models import Share
from tests.refusals import refused

NEW = NewShare("刘工，启明技术支持", "判断能否对接现有产线", ["need", "people", "industry"], 7)


@pytest.fixture
def row(alice, make_customer):
    return make_customer(
        owner=alice, name="杭州云栖轴承有限公司", industry="制造业", need="两条产线要联网，问13900001111", notes="老板爱钓鱼",
        contacts=[{"name": "王海燕", "phone": "13812345678", "job_title": "厂长"}],
    )  # fmt: skip


def test_a_link_opens_when_the_lead_allowed_it_and_not_before(alice, bob, row, now, client):
    share = share_customer(alice, row, NEW, now=now)
    assert share.fields == ["industry", "need", "people"] and share.allowed_by is None
    with refused("share_over", status=404):
        open_share(share.key, now=now)
    grant_share(bob, Request.objects.get(kind="share"), now=now)
    opened = open_share(share.key, now=now + timedelta(hours=1))
    assert opened.allowed_by == bob
    share.refresh_from_db()
    assert share.opened == 1
    kinds = (
        Event.objects.filter(customer_id=row.pk, kind__startswith="share.")
        .order_by("id")
        .values_list("kind", flat=True)
    )
    assert list(kinds) == ["share.made", "share.allowed", "share.opened"]


def test_whoever_leads_needs_nobodys_word(bob, row, now):
    share = share_customer(bob, row, NEW, now=now)
    assert open_share(share.key, now=now).pk == share.pk
    assert not Request.objects.exists()


def test_it_ends_by_itself_and_by_hand(alice, bob, row, now):
    share = share_customer(bob, row, NEW, now=now)
    with refused("share_over", status=404):
        open_share(share.key, now=now + timedelta(days=7))
    revoke_share(alice, share, now=now)
    with refused("share_over", status=404):
        open_share(share.key, now=now)
    share.refresh_from_db()
    assert share.opened == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"recipient": " "}, "share_incomplete"),
        ({"purpose": ""}, "share_incomplete"),
        ({"fields": []}, "share_incomplete"),
        ({"days": 31}, "share_incomplete"),
        ({"fields": ["notes"]}, "share_field_unknown"),
    ],
)
def test_a_share_without_purpose_or_end_is_refused(alice, row, now, change, code):
    known = {"recipient": NEW.recipient, "purpose": NEW.purpose, "fields": NEW.fields, "days": NEW.days}
    with refused(code):
        share_customer(alice, row, NewShare(**(known | change)), now=now)
    assert not Share.objects.exists() and not Request.objects.exists()


def test_charlie_shares_nothing_of_hers(charlie, row, now):
    with pytest.raises(type(row).DoesNotExist):
        share_customer(charlie, row, NEW, now=now)
    assert not Share.objects.exists()


def test_the_page_shows_the_chosen_fields_and_masks_people(alice, bob, charlie, row, client):
    client.force_login(bob)
    address = f"/customers/{row.pk}/shares/"
    answer = client.post(
        address, {"recipient": "刘工", "purpose": "对接", "fields_shown": ["need", "people"], "days": 7}
    )
    assert answer.status_code == 302
    share = Share.objects.get()
    client.logout()
    seen = client.get(f"/s/{share.key}/")
    page = seen.content.decode()
    assert seen.status_code == 200 and "两条产线要联网" in page and "厂长" in page
    assert not any(
        secret in page for secret in ("王海燕", "13812345678", "13900001111", "老板爱钓鱼", "制造业")
    )
    client.force_login(charlie)
    assert client.get(address).status_code == 404
    assert client.post(f"/customers/shares/{share.pk}/revoke/").status_code == 404
    client.force_login(alice)
    assert client.post(f"/customers/shares/{share.pk}/revoke/").status_code == 302
    client.logout()
    assert client.get(f"/s/{share.key}/").status_code == 404


def test_a_link_whose_request_ends_never_opens(alice, bob, row, now):
    for end in ("decline", "withdraw"):
        share = share_customer(alice, row, NEW, now=now)
        request = Request.objects.open().get(kind="share")
        if end == "decline":
            desk.decline(bob, request, answer="不方便", now=now)
        else:
            desk.withdraw(alice, request, now=now)
        share.refresh_from_db()
        assert (share.revoked_at, share.allowed_by) == (now, None)


def test_a_link_whose_days_are_over_is_not_allowed_any_more(alice, bob, row, now):
    share_customer(alice, row, NEW, now=now)
    with refused("share_over", status=409):
        grant_share(bob, Request.objects.get(kind="share"), now=now + timedelta(days=7))
