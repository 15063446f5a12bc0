"""The pages of care: lists, a ticket, an asking, figures, and what strangers reach."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from genjin.care.actions.links import make_report_link
from genjin.care.actions.surveys import NewSurvey, answer_survey, open_survey, send_survey
from genjin.care.actions.tickets import NewTicket, open_ticket
from genjin.care.models import Survey, SurveySettings, Ticket, TicketPolicy
from genjin.care.rules.surveys import Answer
from genjin.delivery.models import Project
from genjin.followups.actions.tasks import NewTask, add_task
from genjin.intake.models import Draft, Mailbox
from genjin.selling.models import Product
from tests.care.conftest import bought, sign

__all__ = ["bought", "sign"]  # fixtures of the floor below
HX = {"HX-Request": "true"}


@pytest.fixture
def customer(make_customer, alice):
    return make_customer(
        owner=alice, name="杭州远景机电有限公司", contacts=[{"name": "王工", "phone": "13800138000"}]
    )


@pytest.fixture
def ticket(customer, alice):
    return open_ticket(alice, customer, NewTicket("complaint", "设备停机", "每天两次"), now=timezone.now())


@pytest.fixture
def survey(customer, alice):
    return open_survey(alice, customer, NewSurvey(alice), now=timezone.now())


def test_a_ticket_from_the_customers_page_to_its_end(client, alice, sam, customer):
    client.force_login(alice)
    form = {"kind": "complaint", "title": "设备停机", "priority": "high", "owner": sam.pk}
    answer = client.post(f"/customers/{customer.pk}/ticket/", form, headers=HX)
    ticket = Ticket.objects.get()
    url = f"/tickets/{ticket.pk}/"
    assert answer.headers["HX-Redirect"] == url
    assert ticket.owner == sam
    client.force_login(sam)
    page = client.get(url)
    assert [deed["url"] for deed in page.context["deeds"]][:2] == [f"{url}answer/", f"{url}solve/"]
    assert client.post(f"{url}answer/", {"text": ""}, headers=HX).status_code == 422
    assert client.post(f"{url}answer/", {"text": "明天上门"}, headers=HX).status_code == 204
    assert client.post(f"{url}note/", {"kind": "internal", "text": "带备件"}).status_code == 302
    assert client.post(f"{url}solve/", {"solution": "换了控制板"}, headers=HX).status_code == 204
    page = client.get(url)
    assert "/solved/" in page.context["confirm_url"]
    assert [note["text"] for note in page.context["notes"]] == ["明天上门", "带备件", "换了控制板"]
    assert client.post(f"{url}confirm/", {"name": "王工", "how": "phone"}, headers=HX).status_code == 204
    ticket.refresh_from_db()
    assert ticket.state == "closed"


def test_lists_show_what_is_whose(client, alice, charlie, ticket, survey):
    client.force_login(alice)
    assert [row["number"] for row in client.get("/tickets/").context["rows"]] == [ticket.number]
    for view, count in (
        ("mine", 1),
        ("open", 1),
        ("late", 0),
        ("drafts", 0),
        ("solved", 0),
        ("over", 0),
        ("nonsense", 1),
    ):
        assert len(client.get(f"/tickets/?view={view}").context["rows"]) == count, view
    assert len(client.get("/tickets/?view=open&kind=request").context["rows"]) == 0
    assert len(client.get("/tickets/?view=open&priority=normal&q=停机").context["rows"]) == 1
    for view, count in (("mine", 1), ("waiting", 1), ("late", 0), ("answered", 0), ("bad", 0), ("all", 1)):
        assert len(client.get(f"/surveys/?view={view}").context["rows"]) == count, view
    page = client.get("/care/")
    assert ticket.number in page.content.decode()
    client.force_login(charlie)
    for url in ("/tickets/?view=open", "/surveys/?view=all", "/care/"):
        assert "远景" not in client.get(url).content.decode()
    for url in (
        f"/tickets/{ticket.pk}/",
        f"/tickets/{ticket.pk}/answer/",
        f"/surveys/{survey.pk}/",
        f"/surveys/{survey.pk}/answer/",
    ):
        assert client.get(url).status_code == 404


def test_the_tab_of_the_customer_shows_both(client, alice, customer, ticket, survey):
    client.force_login(alice)
    page = client.get(f"/customers/{customer.pk}/?tab=care")
    assert [row["id"] for row in page.context["tickets"]] == [ticket.pk]
    assert [row["id"] for row in page.context["surveys"]] == [survey.pk]


def test_a_task_turns_into_a_ticket(client, alice, customer):
    task = add_task(
        alice,
        customer,
        NewTask("客户要退货", timezone.now() + timedelta(days=1), kind="todo"),
        now=timezone.now(),
    )
    client.force_login(alice)
    page = client.get(f"/tasks/{task.pk}/")
    assert page.context["ticket_url"] == f"/tasks/{task.pk}/ticket/"
    answer = client.post(
        page.context["ticket_url"], {"kind": "request", "title": "退货", "priority": "normal"}, headers=HX
    )
    assert answer.status_code == 204
    ticket = Ticket.objects.get()
    assert ticket.way == "task"
    assert client.get(f"/tasks/{ticket.task_id}/").context["thing"]["url"] == f"/tickets/{ticket.pk}/"


def test_asking_by_phone(client, alice, customer, survey):
    client.force_login(alice)
    url = f"/surveys/{survey.pk}/answer/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"rating": ""}).status_code == 422
    form = {
        "rating": "4",
        "contact": customer.contacts.get().pk,
        "is_stable": "yes",
        "meets_need": "no",
        "nps": "0",
        "comment": "还行",
        "new_need": "",
    }
    assert client.post(url, form).status_code == 302
    survey.refresh_from_db()
    assert (survey.rating, survey.nps, survey.is_stable, survey.meets_need, survey.comment) == (
        4,
        0,
        True,
        False,
        "还行",
    )
    assert client.post(url, form).status_code == 422  # answered already: said at the form


def test_a_link_is_made_shown_and_taken_back(client, alice, survey):
    client.force_login(alice)
    client.post(f"/surveys/{survey.pk}/send/")
    survey.refresh_from_db()
    page = client.get(f"/surveys/{survey.pk}/")
    assert page.context["link_url"].endswith(f"/rate/{survey.link_key}/")
    assert client.get(f"/surveys/{survey.pk}/qr.svg").status_code == 200
    client.post(f"/surveys/{survey.pk}/revoke/")
    assert client.get(f"/surveys/{survey.pk}/qr.svg").status_code == 404


def test_strangers_rate_once_and_see_nothing(client, alice, customer, survey):
    send_survey(alice, survey, now=timezone.now())
    survey.refresh_from_db()
    url = f"/rate/{survey.link_key}/"
    page = client.get(url)
    text = page.content.decode()
    assert page.status_code == 200
    assert not page.cookies
    assert "<script" not in text
    for secret in ("远景", "王工", "13800138000", "艾丽"):
        assert secret not in text
    assert client.post(url, {"rating": ""}).status_code == 422
    assert client.post(url, {"rating": "7"}).status_code == 422
    assert (
        client.post(url, {"rating": "5", "homepage": "http://x"}).status_code == 200
    )  # a machine: thanked, thrown away
    survey.refresh_from_db()
    assert survey.answered_at is None
    assert (
        client.post(url, {"rating": "1", "is_stable": "no", "nps": "2", "comment": "总是停机"}).status_code
        == 200
    )
    survey.refresh_from_db()
    assert (survey.rating, survey.is_stable, survey.meets_need, survey.nps) == (1, False, None, 2)
    assert client.get(url).status_code == client.post(url, {"rating": "5"}).status_code == 404
    assert Ticket.objects.get().kind == "bad_rating"


def test_strangers_report_and_confirm(client, alice, customer):
    link = make_report_link(alice, customer, None, now=timezone.now())
    page = client.get(f"/report/{link.key}/")
    text = page.content.decode()
    assert not page.cookies
    assert "远景" not in text
    token = re.search(r'name="token" value="([^"]+)"', text)
    words = {"title": "打印不了", "details": "报错 12", "name": "李工", "reach": "", "token": token[1]}
    assert client.post(f"/report/{link.key}/", words | {"token": "x"}).status_code == 422
    assert client.post(f"/report/{link.key}/", words | {"title": ""}).status_code == 422
    assert (
        client.post(f"/report/{link.key}/", words).status_code == 200
    )  # sent within a second: thrown away, thanked
    assert not Ticket.objects.exists()
    assert client.get("/report/nothing/").status_code == client.get("/solved/nothing/").status_code == 404
    client.force_login(alice)
    ticket = open_ticket(alice, customer, NewTicket("request", "x"), now=timezone.now())
    client.post(f"/tickets/{ticket.pk}/solve/", {"answer": "好的", "solution": "做了"}, headers=HX)
    ticket.refresh_from_db()
    client.logout()
    url = f"/solved/{ticket.confirm_key}/"
    assert ticket.number in client.get(url).content.decode()
    assert client.post(url, {"solved": "no", "text": ""}).status_code == 422
    assert client.post(url, {"solved": "yes"}).status_code == 200
    assert client.post(url, {"solved": "yes"}).status_code == 404


def test_every_figure_opens_its_rows(client, alice, make_customer):
    answers = [(5, 10), (5, 9), (4, 8), (3, 7), (1, 3), (2, None)]
    for rating, nps in answers:
        row = open_survey(alice, make_customer(owner=alice), NewSurvey(alice), now=timezone.now())
        answer_survey(alice, row, Answer(rating, nps=nps), now=timezone.now())
    client.force_login(alice)
    page = client.get("/surveys/figures/")
    assert page.context["whole"].nps == 20
    assert page.context["whole"].is_few
    for bar in page.context["bars"]:
        assert len(client.get(bar["url"]).context["rows"]) == bar["count"]
    (group,) = page.context["groups"]
    for url, count in (
        (group["url"], 6),
        (group["bad_url"], 2),
        (group["up_url"], 2),
        (group["down_url"], 1),
    ):
        assert len(client.get(url).context["rows"]) == count
    for by in ("who", "lead", "team", "product", "nonsense"):
        assert client.get(f"/surveys/figures/?by={by}&from=x&to=2026-13-01").status_code == 200


def test_figures_by_product_open_the_answers_they_count(client, alice, charlie, make_customer, bought, sign):
    module, training = (
        Product.objects.create(code=code, name=name) for code, name in (("P1", "排产模块"), ("P2", "培训"))
    )
    now, today = timezone.now(), timezone.localdate()
    for products, nps in (((module, module, training), 9), ((module,), 3), ((), 10), (None, None)):
        customer = bought(alice, at=now)
        project = None
        if products is not None:
            contract = sign(customer, today + timedelta(days=90))
            for place, product in enumerate(products):
                contract.lines.create(position=place, product=product, name=product.name, price=1)
            project = Project.objects.create(
                customer=customer, contract=contract, name="实施", created_at=now
            )
        row = open_survey(alice, customer, NewSurvey(alice, project), now=now)
        answer_survey(alice, row, Answer(4 if nps != 3 else 2, nps=nps), now=now)
    client.force_login(alice)
    page = client.get("/surveys/figures/?by=product")
    found = {row["name"]: row for row in page.context["groups"]}
    assert {name: (row["count"], row["nps"]) for name, row in found.items()} == {
        "排产模块": (2, 0), "培训": (1, 100), "—": (2, 100),
    }  # fmt: skip
    for row in found.values():
        for url, count in (
            ("url", "count"),
            ("bad_url", "bad"),
            ("up_url", "promoters"),
            ("down_url", "detractors"),
        ):
            assert len(client.get(row[url]).context["rows"]) == row[count], (row["name"], url)
    said = sum(len(client.get(row["nps_url"]).context["rows"]) for row in found.values())
    assert said == sum(row["promoters"] + row["detractors"] for row in found.values())
    tiles = {tile["label"]: tile["url"] for tile in page.context["tiles"]}
    assert len(client.get(tiles["NPS"]).context["rows"]) == 3
    client.force_login(charlie)
    assert client.get("/surveys/figures/?by=product").context["groups"] == []
    assert client.get(found["排产模块"]["url"]).context["rows"] == []


def test_how_often_customers_are_asked_is_set_in_settings(client, alice, dora, bought, sign):
    client.force_login(alice)
    assert client.get("/settings/surveys/").status_code == 403
    client.force_login(dora)
    assert client.post("/settings/surveys/", {"every_months": "5"}).status_code == 422
    assert client.post("/settings/surveys/", {"every_months": "12"}).status_code == 302
    assert SurveySettings.objects.get().every_months == 12
    assert client.post("/settings/surveys/", {"every_months": "12", "most_a_day": "0"}).status_code == 422
    assert client.post("/settings/surveys/", {"every_months": "12", "most_a_day": "8"}).status_code == 302
    form = client.get("/settings/surveys/").context["form"]
    assert form.initial == {"every_months": 12, "most_a_day": 8}
    sign(bought(alice, days_ago=200), date(2040, 1, 1), signed_on=timezone.now().date() - timedelta(days=200))
    form = client.get("/settings/surveys/").context["form"]
    labels = dict(form.fields["every_months"].choices)
    assert ["1 " in labels[months] for months in (3, 6, 12)] == [True, True, False]


def test_limits_are_set_in_settings(client, alice, dora):
    client.force_login(alice)
    assert client.get("/settings/tickets/").status_code == 403
    client.force_login(dora)
    form = {}
    for row in TicketPolicy.objects.all():
        form |= {f"answer_hours_{row.pk}": row.answer_hours, f"solve_hours_{row.pk}": row.solve_hours}
    assert client.post("/settings/tickets/", form).status_code == 302
    assert not TicketPolicy.objects.filter(in_working_hours=True).exists()
    first = TicketPolicy.objects.order_by("pk")[0]
    refused = client.post("/settings/tickets/", form | {f"answer_hours_{first.pk}": 99})
    assert refused.status_code == 422
    assert f"solve_hours_{first.pk}" in refused.context["form"].errors


def test_lists_cost_the_same_however_long(client, alice, make_customer, django_assert_max_num_queries):
    for _number in range(6):
        customer = make_customer(owner=alice)
        open_ticket(alice, customer, NewTicket("complaint", "设备停机"), now=timezone.now())
        open_survey(alice, customer, NewSurvey(alice), now=timezone.now())
    client.force_login(alice)
    for url, most in (("/tickets/?view=open", 22), ("/surveys/?view=waiting", 22), ("/care/", 30)):
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200
    assert Survey.objects.count() == 6


def test_a_mail_is_taken_down_as_a_ticket(client, alice, dora, customer):
    mailbox = Mailbox.objects.create(name="服务信箱", host="imap.example.com", user="x")
    mailbox.readers.add(alice)
    draft = Draft.objects.create(
        kind="mail", created_at=timezone.now() - timedelta(hours=2), mailbox=mailbox, subject="打印机坏了", text="请尽快来人", sender_name="王工",
        sender_address="wang@example.com", proposed={"phone": "13800138000"},
    )  # fmt: skip
    client.force_login(alice)
    page = client.get(f"/drafts/{draft.pk}/ticket/")
    assert page.context["form"].initial["customer"] == customer.pk  # known by the number in the mail
    form = {
        "customer": customer.pk,
        "kind": "complaint",
        "title": "打印机坏了",
        "priority": "normal",
        "owner": alice.pk,
    }
    assert client.post(f"/drafts/{draft.pk}/ticket/", form | {"owner": ""}).status_code == 422
    assert client.post(f"/drafts/{draft.pk}/ticket/", form).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.way, ticket.sender, ticket.details, ticket.counts_from) == (
        "mail",
        "王工",
        "请尽快来人",
        draft.created_at,
    )
    draft.refresh_from_db()
    assert (draft.status, draft.customer) == ("done", customer)
    assert client.post(f"/drafts/{draft.pk}/ticket/", form).status_code == 422
    assert Ticket.objects.count() == 1
