"""The comment dialog, the people offered after an @, and the address that leads to a comment."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from genjin.followups.actions.comments import NewComment, add_comment
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.tasks import NewTask
from genjin.followups.models import Comment
from genjin.notices.models import Notice


def signed(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def customer(make_customer, alice):
    return make_customer(owner=alice, name="杭州远景机电有限公司")


def say(alice, customer, at):
    new = NewFollowUp(method="phone", summary=f"客户确认预算八十万元 {at:%m-%d %H:%M}", happened_at=at, next_actions=[NewTask("演示", at + timedelta(days=400))])  # fmt: skip
    return record_contact(alice, customer, new, now=at)


def test_a_comment_lands_under_its_record_and_the_mentioned_person_finds_it(alice, bob, customer):
    record = say(alice, customer, timezone.now())
    url = f"/customers/{customer.pk}/comments/"
    assert f"{url}?on={record.pk}" in signed(alice).get(f"/customers/{customer.pk}/").text
    answer = signed(alice).post(
        url, {"text": "请@鲍勃 确认 <b>折扣</b>", "on": record.pk, "mentions": f"{bob.pk}"}
    )
    comment = Comment.objects.get()
    assert (comment.followup, comment.mentioned) == (record, [bob.pk])
    assert (
        answer.headers["Location"] == f"/customers/{customer.pk}/?comment={comment.pk}#comment-{comment.pk}"
    )
    notice = Notice.objects.get(person=bob)
    hers = signed(bob).get(f"/customers/{notice.customer_id}/comments/{notice.subject_id}/", follow=True)
    assert f'id="comment-{comment.pk}"' in hers.text
    assert '<b class="mention">@鲍勃</b>' in hers.text and "&lt;b&gt;折扣" in hers.text


def test_an_old_comment_is_found_beyond_the_first_page(alice, customer):
    start = timezone.now() - timedelta(days=60)
    record = say(alice, customer, start)
    comment = add_comment(alice, customer, NewComment("很久以前", record), now=start)
    for hours in range(20):
        say(alice, customer, start + timedelta(days=1, hours=hours))
    page = signed(alice).get(f"/customers/{customer.pk}/").text
    assert "很久以前" not in page
    assert "很久以前" in signed(alice).get(f"/customers/{customer.pk}/?comment={comment.pk}").text


def test_who_sees_nothing_is_offered_to_be_made_a_collaborator(alice, charlie, customer):
    client, url = signed(alice), f"/customers/{customer.pk}/comments/"
    answer = client.post(url, {"text": "@查理 你们做过吗", "mentions": ""})
    assert answer.status_code == 422
    assert 'name="invite"' in answer.text and "查理" in answer.text
    assert client.post(url, {"text": "@查理 你们做过吗", "mentions": "", "invite": "on"}).status_code == 302
    assert signed(charlie).get(f"/customers/{customer.pk}/").status_code == 200


def test_people_are_offered_to_who_sees_the_customer(alice, bob, charlie, erin, customer):
    found = signed(alice).get(f"/customers/{customer.pk}/colleagues/?q=bao").json()["items"]
    assert [(one["id"], one["text"]) for one in found] == [(bob.pk, bob.name)]
    assert signed(charlie).get(f"/customers/{customer.pk}/colleagues/?q=b").status_code == 404
    assert signed(erin).get(f"/customers/{customer.pk}/colleagues/?q=b").status_code == 403


def test_only_ones_own_has_buttons_and_a_stale_one_cannot_be_changed(alice, bob, customer):
    comment = add_comment(bob, customer, NewComment("等展会"), now=timezone.now())
    change = f"/customers/{customer.pk}/comments/{comment.pk}/change/"
    remove = f"/customers/{customer.pk}/comments/{comment.pk}/remove/"
    page = signed(alice).get(f"/customers/{customer.pk}/").text
    assert "等展会" in page and change not in page and remove not in page
    assert signed(alice).get(change).status_code == signed(alice).post(remove).status_code == 403
    page = signed(bob).get(f"/customers/{customer.pk}/").text
    assert change in page and remove in page
    assert signed(bob).post(change, {"text": "不等展会"}).status_code == 302
    Comment.objects.update(at=timezone.now() - timedelta(minutes=20))
    assert change not in signed(bob).get(f"/customers/{customer.pk}/").text
    assert signed(bob).post(change, {"text": "x"}).status_code == 409
    assert signed(bob).post(remove).status_code == 302
    assert not Comment.objects.exists()
