"""The import wizard's pages: what they show of a batch, and that strangers see none of it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from genjin.customers.models import Customer
from genjin.intake.actions.commit import commit_batch
from genjin.intake.actions.preview import preview_batch
from genjin.intake.actions.undo import undo_import
from genjin.intake.actions.upload import start_import
from genjin.intake.models import ImportBatch


@pytest.fixture
def visit():
    def browser(user):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return browser


@pytest.fixture
def brought(alice, make_customer, now, settings, tmp_path, monkeypatch):
    """A sheet that updates one customer and adds one, as far as its preview."""
    monkeypatch.setattr("genjin.intake.actions.kept._KEPT", tmp_path / "cache")
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "kept"},
        }
    }
    make_customer(owner=alice, name="甲机电有限公司", industry="制造业")
    table = SimpleUploadedFile(
        "客户.csv", "客户名称,所属行业\n甲机电有限公司,贸易\n乙机电有限公司,贸易\n".encode()
    )
    batch = start_import(alice, table, {"owner": alice.pk, "mode": "both"}, now=now, in_background=False)
    return preview_batch(batch.pk)


def test_the_preview_shows_old_and_new_and_the_mode_can_be_changed(alice, brought, visit):
    client, address = visit(alice), f"/imports/{brought.pk}/"
    page = client.get(address)
    text = page.content.decode()
    assert "<del>制造业</del>" in text
    assert "<ins>贸易</ins>" in text
    chosen = {"place": f"owner:{alice.pk}", "target": ["name", "industry"]}
    answer = client.post(address, chosen | {"mode": "fill", "check": "1"})
    assert answer.status_code == 302
    brought.refresh_from_db()
    assert (brought.mode, brought.status) == ("fill", "checking")
    assert client.post(address, chosen | {"mode": "nonsense", "check": "1"}).status_code == 422


def test_progress_is_told_by_phase_and_a_stranger_sees_nothing(alice, charlie, brought, visit):
    ImportBatch.objects.filter(pk=brought.pk).update(
        status="checking", phase="reading", phase_done=430, phase_total=1000
    )
    text = visit(alice).get(f"/imports/{brought.pk}/progress/").content.decode()
    assert "43 %" in text
    for path in ("", "progress/", "errors.xlsx"):
        assert visit(charlie).get(f"/imports/{brought.pk}/{path}").status_code == 404


def test_the_result_lists_what_an_undo_left(alice, brought, visit, now):
    ImportBatch.objects.filter(pk=brought.pk).update(status="running", committed_at=now)
    batch = commit_batch(brought.pk)
    assert (batch.counts["created"], batch.counts["updated"]) == (1, 1)
    Customer.objects.filter(name="甲机电有限公司").update(industry="采矿")
    undo_import(alice, batch, now=batch.finished_at)
    text = visit(alice).get(f"/imports/{batch.pk}/").content.decode()
    assert "甲机电有限公司" in text
    assert Customer.objects.get(name="甲机电有限公司").industry == "采矿"
