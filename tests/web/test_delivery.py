"""The pages of delivery: list, line of time, project, forms, tab."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from genjin.contracts.models import Contract, Milestone
from genjin.delivery.actions.projects import NewProject, open_project
from genjin.delivery.actions.team import add_member
from genjin.delivery.models import Acceptance, Project
from tests.contracts.conftest import customer, opportunity, signed

__all__ = ["customer", "opportunity", "signed"]


@pytest.fixture
def project(alice, derek, sam, signed):
    now = timezone.now()
    new = NewProject(
        "排产线交付", derek, date(2026, 3, 9), timezone.localdate() - timedelta(days=2), with_usual_steps=True
    )
    row = open_project(alice, signed, new, now=now)
    add_member(alice, row, sam, "service", now=now)
    return row


def test_a_project_is_opened_from_the_list_of_contracts_without_one(alice, charlie, fiona, client, signed):
    client.force_login(alice)
    page = client.get("/deliveries/waiting/")
    url = page.context["rows"][0]["url"]
    assert url == f"/deliveries/new/?contract={signed.pk}"
    assert client.get(url).context["form"].initial["name"] == "排产线采购合同"
    wrong = {"name": "交付", "starts_on": "2026-05-01", "planned_end": "2026-04-01"}
    assert client.post(url, wrong).status_code == 422
    assert not Project.objects.exists()
    done = client.post(url, wrong | {"planned_end": "2026-06-01", "with_usual_steps": "on"})
    row = Project.objects.get()
    assert (done.status_code, done["Location"], row.steps.count()) == (302, f"/deliveries/{row.pk}/", 5)
    assert client.get("/deliveries/waiting/").context["rows"] == []
    for who, status in ((charlie, 404), (fiona, 403)):
        client.force_login(who)
        assert client.get(url).status_code == status
    for odd in (
        "/deliveries/new/",
        "/deliveries/new/?contract=x",
        "/deliveries/new/?contract=99999999999999999999",
    ):
        assert client.get(odd).status_code == 404


def test_the_list_shows_late_ones_and_what_needs_a_look(
    alice, charlie, derek, client, project, django_assert_max_num_queries
):
    client.force_login(alice)
    with django_assert_max_num_queries(22):
        page = client.get("/deliveries/?view=late")
    row = page.context["rows"][0]
    assert (row["is_late"], row["late"], row["day_tone"], row["lead"]) == (
        True,
        "逾期2天",
        "is-red",
        derek.name,
    )
    for view, count in (("open", 1), ("delivered", 0), ("accepted", 0), ("all", 1), ("nonsense", 1)):
        assert len(client.get(f"/deliveries/?view={view}").context["rows"]) == count
    assert len(client.get("/deliveries/?q=排产").context["rows"]) == 1
    assert client.get("/deliveries/?q=别的").context["rows"] == []
    assert "排产线交付" in client.get("/deliveries/timeline/").content.decode()
    client.force_login(derek)
    assert len(client.get("/deliveries/?who=mine").context["rows"]) == 1
    client.force_login(charlie)
    for address in ("/deliveries/?view=all", "/deliveries/timeline/?view=all", "/deliveries/waiting/"):
        assert "排产线" not in client.get(address).content.decode()


def test_the_page_links_what_was_agreed_and_the_team_works_on_it(
    derek, lena, charlie, client, project, django_assert_max_num_queries
):
    client.force_login(derek)
    url = f"/deliveries/{project.pk}/"
    Contract.objects.update(scope_terms="两条线,含安装")
    with django_assert_max_num_queries(24):
        page = client.get(url)
    agreed = {fact["label"]: fact["value"] for fact in page.context["agreed"]}
    assert agreed["交付范围"] == "两条线,含安装"
    assert [one["name"] for one in page.context["milestones"]] == ["首付款", "尾款"]
    step = project.steps.first()
    fragment = client.post(f"{url}steps/{step.pk}/tick/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.context["standing"].percent) == (200, 10)
    assert client.post(f"{url}steps/{step.pk}/untick/").status_code == 302
    assert client.post(f"{url}steps/", {"name": "打包", "weight": "5"}).status_code == 302
    assert client.post(f"{url}risks/", {"text": "机房未就绪", "level": "high"}).status_code == 302
    risk = project.risks.get()
    assert (
        client.post(
            f"{url}risks/{risk.pk}/", {"text": "机房未就绪", "level": "high", "closed": "on"}
        ).status_code
        == 422
    )
    assert client.post(f"{url}kickoff/", {"on": "2026-03-10", "minutes": "到会五人"}).status_code == 302
    new_end = timezone.localdate() + timedelta(days=20)
    assert client.post(f"{url}slip/", {"expected_end": new_end, "why": ""}).status_code == 422
    assert client.post(f"{url}slip/", {"expected_end": new_end, "why": "机房晚了"}).status_code == 302
    assert Milestone.objects.get(trigger="acceptance").expected_why == "机房晚了"
    client.force_login(lena)
    page = client.get(url)
    assert (page.status_code, page.context["may"], page.context["deeds"]) == (200, False, [])
    assert client.get(f"{url}slip/").status_code == 403
    client.force_login(charlie)
    for address in (url, f"{url}accept/", f"{url}steps/{step.pk}/"):
        assert client.get(address).status_code == 404


def test_the_acceptance_with_its_sheet_makes_the_payment_due(alice, derek, client, project):
    client.force_login(derek)
    url, today = f"/deliveries/{project.pk}/", timezone.localdate()
    assert client.post(f"{url}start/", {"on": "2026-03-10"}).status_code == 302
    assert client.post(f"{url}deliver/", {"on": today}).status_code == 302
    assert client.post(f"{url}accept/", {"on": today, "words": ""}).status_code == 422
    sheet = SimpleUploadedFile("验收单.pdf", b"%PDF-1.7 sheet")
    assert client.post(f"{url}accept/", {"on": today, "file": sheet}).status_code == 302
    assert Milestone.objects.get(trigger="acceptance").due_on == today
    assert Acceptance.objects.get().file.name == "验收单.pdf"
    assert "验收单.pdf" in client.get(url).content.decode()
    assert (
        client.get(f"/customers/{project.customer_id}/?tab=delivery").context["projects"][0]["accepted_on"]
        == today
    )
    assert client.post(f"{url}reopen/", {"reason": "签错了"}).status_code == 302
    assert Milestone.objects.get(trigger="acceptance").due_on is None
    assert client.post(f"{url}stop/", {"reason": "客户取消"}).status_code == 302
    assert client.post(f"{url}resume/").status_code == 302
    assert Project.objects.get().state == "running"
