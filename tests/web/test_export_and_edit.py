"""The pages by which customers leave as a sheet, and by which a field of many is changed and taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from genjin.customers.actions.records import change_customer
from genjin.customers.models import Customer
from genjin.fields.actions.definitions import save_field
from genjin.fields.models import CustomField
from genjin.intake.actions.export import set_policy
from genjin.intake.models import BulkEdit, Export


@pytest.fixture
def two(make_customer, alice):
    person = [{"name": "王小明", "phone": "13812345678"}]
    return [
        make_customer(owner=alice, industry="制造业", contacts=person),
        make_customer(owner=alice, industry="贸易"),
    ]


def ids(rows):
    return ",".join(str(row.pk) for row in rows)


def test_a_small_export_is_the_answer_itself(bob, client, two):
    client.force_login(bob)
    dialog = client.post("/customers/export/", {"ids": [row.pk for row in two]})
    assert dialog.context["form"]["ids"].value() == ids(two)
    answer = client.post(
        "/customers/export/", {"ids": ids(two), "reason": "周会", "column_set": "usual", "format": "csv"}
    )
    assert answer["Content-Disposition"].startswith("attachment")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "138****5678" in text
    export = Export.objects.get()
    assert (export.downloads, export.rows) == (1, 2)
    page = client.get("/exports/")
    assert [row["url"] for row in page.context["rows"]] == [f"/exports/{export.pk}/"]
    assert client.get(f"/exports/{export.pk}/file/").status_code == 200


def test_all_that_match_go_by_the_lists_address(bob, client, two):
    client.force_login(bob)
    asked = "tab=all&f=industry&op=eq&v=贸易&v2="
    client.post(
        "/customers/export/", {"matching": asked, "reason": "周会", "column_set": "list", "is_unmasked": "on"}
    )
    export = Export.objects.get()
    assert (export.query, export.ids, export.rows, export.is_unmasked) == (asked, None, 1, True)
    assert export.columns[:2] == ["name", "grade"]


def test_above_the_limit_it_says_that_a_lead_was_asked(bob, dora, client, two, now):
    set_policy(dora, most_rows=1, days_kept=7, now=now)
    client.force_login(bob)
    answer = client.post("/customers/export/", {"ids": ids(two), "reason": "年会"})
    export = Export.objects.get()
    assert answer["Location"] == f"/exports/{export.pk}/"
    page = client.get(f"/exports/{export.pk}/")
    assert (page.context["is_asked"], page.context["file_url"]) == (True, "")
    client.force_login(dora)
    requests = client.get("/requests/?tab=decide")
    (asked,) = requests.context["rows"]
    answer = client.post(f"/requests/{asked['id']}/grant/", {"answer": "好"})
    assert answer["Location"] == "/requests/"
    assert Export.objects.get().status == "waiting"
    assert client.get("/exports/?tab=team").context["rows"][0]["file_url"] == ""
    assert client.get(f"/exports/{export.pk}/file/").status_code == 403
    client.force_login(bob)
    assert client.get(f"/exports/{export.pk}/progress/").context["job"]["total"] == 2
    client.post(f"/exports/{export.pk}/cancel/")
    assert Export.objects.get().status == "cancelled"


def test_administrators_change_the_limits(bob, dora, client):
    client.force_login(dora)
    client.post("/settings/exports/change/", {"most_rows": "100", "days_kept": "3"})
    page = client.get("/settings/exports/")
    assert (page.context["current"].most_rows, len(page.context["history"])) == (100, 1)
    client.force_login(bob)
    assert client.post("/settings/exports/change/", {"most_rows": "1", "days_kept": "3"}).status_code == 403


def test_the_log_counts_what_each_person_took_out(dora, bob, client, two):
    client.force_login(bob)
    client.post("/customers/export/", {"ids": ids(two), "reason": "周会", "is_unmasked": "on"})
    client.force_login(dora)
    (line,) = client.get("/settings/log/?tab=data").context["taken"]
    assert (line["who"], line["line"].rows, line["line"].unmasked_rows) == ("鲍勃", 2, 1)


def test_a_field_is_chosen_looked_at_changed_and_taken_back(alice, bob, client, two):
    client.force_login(alice)
    chosen = {"ids": [row.pk for row in two]}
    page = client.post("/customers/edit/", chosen)
    assert page.context["form"]["ids"].value() == ids(two)
    asked = {"ids": ids(two), "field": "budget"}
    page = client.post("/customers/edit/", asked)
    assert [key for key, _word in page.context["form"].fields["how"].choices] == ["set", "clear"]
    asked |= {"field": "industry", "how": "set", "value": "贸易"}
    page = client.post("/customers/edit/", asked | {"step": "preview"})
    assert (page.context["found"].changes, page.context["found"].same) == (1, 1)
    assert page.context["examples"][0] | {"url": ""} == {
        "url": "",
        "name": two[0].name,
        "old": "制造业",
        "new": "贸易",
    }
    assert not BulkEdit.objects.exists()
    answer = client.post("/customers/edit/", asked | {"step": "run"})
    batch = BulkEdit.objects.get()
    assert answer["Location"] == f"/edits/{batch.pk}/"
    assert client.get("/edits/").context["rows"][0]["changed"] == 1
    change_customer(bob, two[0], {"industry": "采矿"}, version=2, now=timezone.now())
    assert client.get(f"/edits/{batch.pk}/").context["undo_url"]
    client.post(f"/edits/{batch.pk}/undo/")
    page = client.get(f"/edits/{batch.pk}/")
    assert page.context["undo_url"] == ""
    assert [(line["name"], line["more"]) for line in page.context["left"]] == [(two[0].name, "制造业")]
    assert Customer.objects.get(pk=two[0].pk).industry == "采矿"


def test_a_bad_value_is_said_at_its_field(alice, client, two):
    client.force_login(alice)
    for step in ("preview", "run"):
        page = client.post(
            "/customers/edit/",
            {"ids": ids(two), "field": "budget", "how": "set", "value": "若干", "step": step},
        )
        assert page.status_code == 422
        assert page.context["form"].errors["value"]
    assert not BulkEdit.objects.exists()


def test_every_field_has_its_widget(alice, dora, client, two, now):
    for kind in (
        "text",
        "long_text",
        "number",
        "money",
        "date",
        "choice",
        "choices",
        "region",
        "person",
        "file",
        "table",
    ):
        options = {"options": ["甲", "乙"]} if kind in {"choice", "choices", "table"} else {}
        save_field(dora, CustomField(), {"label": f"自有{kind}", "kind": kind, **options}, now=now)
    client.force_login(alice)
    page = client.post("/customers/edit/", {"ids": ids(two)})
    names = [name for _label, group in page.context["form"].fields["field"].choices for name, _word in group]
    assert len(names) == len(set(names)) > 40
    for name in names:
        page = client.post("/customers/edit/", {"ids": ids(two), "field": name})
        assert page.status_code == 200, name
        assert page.context["form"]["field"].value() == name


def test_others_customers_are_not_for_changing(alice, client, charlie, two, make_customer):
    client.force_login(alice)
    theirs = make_customer(owner=charlie)
    for step in ("", "preview", "run"):
        asked = {
            "ids": f"{ids(two)},{theirs.pk}",
            "field": "industry",
            "how": "set",
            "value": "贸易",
            "step": step,
        }
        assert client.post("/customers/edit/", asked).status_code == 404
    assert client.get("/customers/edit/").status_code == 302


def test_an_old_edit_is_not_offered_for_taking_back(alice, client, two):
    client.force_login(alice)
    client.post(
        "/customers/edit/",
        {"ids": ids(two), "field": "industry", "how": "set", "value": "采矿", "step": "run"},
    )
    BulkEdit.objects.update(finished_at=timezone.now() - timedelta(days=2))
    batch = BulkEdit.objects.get()
    assert client.get(f"/edits/{batch.pk}/").context["undo_url"] == ""
    assert client.post(f"/edits/{batch.pk}/undo/").status_code == 409
