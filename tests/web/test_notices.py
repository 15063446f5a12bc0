"""The pages of what one was told, and of how it leaves the page; who sees them and what they show."""

import asyncio

import pytest
from django.test import AsyncClient
from django.urls import reverse

from genjin.approvals.actions import NewRequest, ask
from genjin.followups.actions.ownership import assign_customers
from genjin.notices.actions import tell
from genjin.notices.models import Delivery, Habits, Notice, Robot, UrgentKinds
from genjin.web.notices.links import PAGES, page_of
from genjin.web.shell import live

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def task_for(now):
    def give(*people, key="t1", **more):
        tell(people, "task_given", key=key, at=now, who="鲍勃", what="寄样品", **more)
        return Notice.objects.get(person=people[0], key=key)

    return give


@pytest.fixture
def hers(make_customer, alice):
    row = make_customer(owner=alice, name="杭州远景机电有限公司")
    Notice.objects.all().delete()
    return row


def page(client, name="notices:list", *args, **more):
    return client.get(reverse(name, args=args), **more)


def test_the_bell_counts_what_is_unread(alice, client, task_for):
    client.force_login(alice)
    assert 'class="count count-red"' not in page(client).content.decode()
    task_for(alice)
    assert '<span class="count count-red">1</span>' in page(client, "settings:index").content.decode()
    assert page(client, "notices:count").content.decode().strip() == '<span class="count count-red">1</span>'


def test_a_fragment_asks_nothing_for_the_bell(alice, client, hers, task_for, django_assert_max_num_queries):
    task_for(alice, customer_id=hers.pk)
    client.force_login(alice)
    with django_assert_max_num_queries(7):
        page(client, headers=FRAGMENT)


def test_the_list_shows_days_and_leads_to_the_deed(alice, client, hers, task_for):
    notice = task_for(alice, customer_id=hers.pk)
    client.force_login(alice)
    text = page(client).content.decode()
    assert "杭州远景机电有限公司" in text
    assert "寄样品" in text
    answer = page(client, "notices:open", notice.pk)
    assert answer["Location"] == f"/customers/{hers.pk}/#composer-summary"
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_of_a_customer_out_of_sight_it_says_nothing_and_leads_nowhere(alice, bob, dora, client, hers, task_for, now):  # fmt: skip
    notice = task_for(alice, customer_id=hers.pk)
    assign_customers(dora, [hers.pk], dora, now=now)
    client.force_login(alice)
    text = page(client).content.decode()
    assert "远景" not in text
    assert "寄样品" not in text
    assert f'/notices/{notice.pk}/"' not in text
    assert page(client, "notices:open", notice.pk)["Location"] == "/notices/"


def test_charlie_reaches_nothing_of_alices(alice, charlie, client, task_for):
    notice = task_for(alice)
    client.force_login(charlie)
    assert page(client, "notices:open", notice.pk).status_code == 404
    assert client.post(reverse("notices:read", args=[notice.pk])).status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_one_and_all_are_marked_as_read(alice, client, task_for):
    first = task_for(alice)
    task_for(alice, key="t2")
    client.force_login(alice)
    part = client.post(reverse("notices:read", args=[first.pk]), headers=FRAGMENT)
    assert "note-unread" not in part.content.decode()
    assert "寄样品" in page(client, "notices:list").content.decode()
    client.post(reverse("notices:read_all"))
    assert Notice.objects.unread().count() == 0


def test_every_kind_leads_to_a_page_that_exists(alice, client, hers, now):
    request = ask(alice, NewRequest("other", "x", "y"), now=now)
    for kind in PAGES:
        row = Notice(person=alice, kind=kind, key=kind, customer_id=hers.pk, subject_id=request.pk, at=now)
        assert page_of(row).startswith("/")
    assert page_of(Notice(kind="of another version", customer_id=hers.pk)) == f"/customers/{hers.pk}/"
    assert page_of(Notice(kind="of another version")) == "/notices/"


def test_how_one_is_told_is_chosen_on_a_page(alice, client):
    client.force_login(alice)
    form = page(client, "my_notices").context["form"]
    values = {name: field.value() for name, field in ((field.name, field) for field in form)}
    assert "request_asked" not in values  # she decides on nothing
    sent = {name: value for name, value in values.items() if value not in {False, None}}
    sent |= {"by_robot": "", "quiet_from": "22:30", "quiet_until": "07:00", "task_given": "digest"}
    assert client.post(reverse("my_notices"), sent).status_code == 302
    row = Habits.objects.get(person=alice)
    assert (row.by_robot, row.quiet_from.hour, row.modes["task_given"]) == (False, 22, "digest")
    wrong = client.post(reverse("my_notices"), sent | {"quiet_from": "07:01"})
    assert wrong.status_code == 422
    assert client.post(reverse("my_notices"), sent | {"customer_given": "off"}).status_code == 422


def test_robots_and_the_log_are_for_who_manages_settings(bob, dora, alice, client, now, task_for):
    robot = Robot.objects.create(name="一群", host="qyapi.weixin.qq.com", url_sealed="x")
    row = Delivery.objects.create(
        notice=task_for(alice), person=alice, channel="robot", robot=robot, created_at=now, next_at=now, status="failed",
        error="HTTP 500",
    )  # fmt: skip
    client.force_login(bob)
    for name, args in (
        ("settings:robots", ()),
        ("settings:robot_edit", (robot.pk,)),
        ("settings:deliveries", ()),
    ):
        assert page(client, name, *args).status_code == 403
    assert client.post(reverse("settings:delivery_again", args=[row.pk])).status_code == 403
    client.force_login(dora)
    assert "一群" in page(client, "settings:robots").content.decode()
    text = page(client, "settings:deliveries").content.decode()
    assert "HTTP 500" in text
    assert "寄样品" not in text  # the log tells ways, not words
    assert "HTTP 500" not in client.get(reverse("settings:deliveries") + "?status=sent").content.decode()
    client.post(reverse("settings:delivery_again", args=[row.pk]))
    row.refresh_from_db()
    assert row.status == "waiting"


def test_what_is_urgent_is_chosen_on_a_page(dora, client):
    client.force_login(dora)
    assert client.post(reverse("settings:urgent"), {"kinds": ["backup_failed"]}).status_code == 302
    assert UrgentKinds.objects.get().kinds == ["backup_failed"]
    assert client.post(reverse("settings:urgent"), {"kinds": ["weather"]}).status_code == 422


def heard(person, key: str) -> dict:
    """Return what an open page of `person` is told of a notice."""
    notice = Notice.objects.get(key=key)
    return asyncio.run(live._heard(live.Reader(person, set()), {"told": [[notice.person_id, notice.pk]]}))


@pytest.mark.django_db(transaction=True)
def test_an_open_page_hears_of_it_and_reads_out_what_is_loud(alice, bob, make_customer, now):
    row = make_customer(owner=alice, name="杭州远景机电有限公司")
    tell([alice], "task_given", key="t", at=now, customer_id=row.pk, who="鲍勃", what="寄样品")
    notice = Notice.objects.get(key="t")
    loud = heard(alice, "t")
    assert loud["topic"] == "notices"
    assert "寄样品" in loud["text"]
    assert "远景" in loud["text"]
    assert loud["href"] == f"/notices/{notice.pk}/"
    assert heard(bob, "t") is None
    tell([alice], "import_done", key="i", at=now, file="a.csv", created=1, rejected=0)
    assert heard(alice, "i") == {"topic": "notices"}


def test_who_is_not_signed_in_has_no_stream(db):
    answer = asyncio.run(AsyncClient().get(reverse("live")))
    assert answer.status_code == 302


def test_the_frame_of_a_page_names_the_stream(alice, client):
    client.force_login(alice)
    assert f'data-live="{reverse("live")}"' in page(client).content.decode()
