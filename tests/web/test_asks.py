"""The pages of the loop: asking, the task's own page, the list of what one asked."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from genjin.accounts.actions import NewUser, add_user
from genjin.followups.models import Attachment, Task
from genjin.notices.models import Notice
from genjin.web.notices.links import page_of


def signed(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def lily(teams, now):
    return add_user(None, NewUser(username="lily", name="莉莉", role="service"), now=now)


@pytest.fixture
def customer(make_customer, alice):
    return make_customer(owner=alice, name="杭州远景机电有限公司", contacts=[{"name": "王经理", "phone": "13812345678"}])  # fmt: skip


def day(days):
    return (timezone.localtime() + timedelta(days=days)).strftime("%Y-%m-%dT09:00")


def test_from_the_customers_page_to_an_answer_that_does(alice, lily, customer):
    hers, theirs = signed(alice), signed(lily)
    assert f"/customers/{customer.pk}/ask/" in hers.get(f"/customers/{customer.pk}/").text
    sent = {"objective": "能否改型？打13812345678问", "details": "图纸在附件", "assignee": lily.pk, "department": "", "due_at": day(2),
            "file": SimpleUploadedFile("plan.txt", b"plan")}  # fmt: skip
    assert hers.post(f"/customers/{customer.pk}/ask/", sent).status_code == 302
    task = Task.objects.get()
    assert (task.assignee, Attachment.objects.get(task=task).name) == (lily, "plan.txt")

    url = f"/tasks/{task.pk}/"
    assert page_of(Notice.objects.get(person=lily)) == url
    page = theirs.get(url).text
    assert (
        "图纸在附件" in page
        and "plan.txt" in page
        and "杭州远景机电有限公司" in page
        and "138****5678" in page
        and "王*" in page
    )
    assert "13812345678" not in page + theirs.get("/tasks/").text
    assert f"{url}ask-back/" in page and f"{url}reopen/" not in page

    theirs.post(f"{url}ask-back/", {"question": "哪个型号？"})
    assert "哪个型号？" in hers.get("/tasks/?tab=asked").text
    assert f"{url}explain/" in hers.get(url).text
    hers.post(f"{url}explain/", {"answer": "YX-200", "due_at": ""})
    assert "YX-200" in theirs.get(url).text

    theirs.post(f"{url}done/", {"outcome": "可以", "file": SimpleUploadedFile("answer.txt", b"yes")})
    task.refresh_from_db()
    assert (task.status, task.attachments.count()) == ("done", 2)
    over = theirs.get(url).text
    assert "可以" in over and "王*" not in over and f"/customers/{customer.pk}/" not in over
    assert "answer.txt" not in over.split('class="stream"')[0]
    page = hers.get(url).text
    assert "可以" in page and f"{url}reopen/" in page
    assert page_of(Notice.objects.filter(person=alice).latest("pk")) == url
    hers.post(f"{url}reopen/", {"reason": "交期呢？", "due_at": day(3)})
    task.refresh_from_db()
    assert task.status == "open"
    assert "交期呢？" in theirs.get(url).text


def test_strangers_and_auditors(alice, charlie, erin, lily, customer):
    signed(alice).post(
        f"/customers/{customer.pk}/ask/", {"objective": "x", "assignee": lily.pk, "due_at": day(2)}
    )
    task = Task.objects.get()
    for path in ("", "ask-back/", "explain/", "reopen/"):
        assert signed(charlie).get(f"/tasks/{task.pk}/{path}").status_code == 404
    assert signed(charlie).get(f"/customers/{customer.pk}/ask/").status_code == 404
    assert signed(erin).get(f"/customers/{customer.pk}/ask/").status_code == 403
    assert "ask-back" not in signed(erin).get(f"/tasks/{task.pk}/").text
