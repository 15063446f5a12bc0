"""Sheets on their way in, without the worker."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from genjin.intake.actions.check import People, compare_slice
from genjin.intake.actions.commit import commit_batch, request_commit
from genjin.intake.actions.kept import opened
from genjin.intake.actions.preview import preview_batch
from genjin.intake.actions.slices import Slices
from genjin.intake.actions.upload import start_import
from genjin.intake.models import ImportBatch
from genjin.intake.rules.known import EarlierRows

HEADER = "客户名称,联系人姓名,手机/电话,线索来源"


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path, monkeypatch):
    monkeypatch.setattr("genjin.intake.actions.kept._KEPT", tmp_path / "cache")
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "kept"},
        }
    }


@pytest.fixture
def bring(now):
    """Return a way to bring a sheet as far as its preview: `bring(alice, "name,...\\n", owner=alice)`."""

    def make(actor, table, *, owner=None, pool=None, name="展会.csv", **options):
        content = table.read_bytes() if isinstance(table, Path) else table.encode()
        if owner:
            options["owner"] = owner.pk
        if pool:
            options["pool"] = pool.pk
        batch = start_import(actor, SimpleUploadedFile(name, content), options, now=now, in_background=False)
        return preview_batch(batch.pk)

    return make


@dataclass
class Whole:
    """A sheet read and compared at once."""

    numbers: list
    values: list
    findings: list
    accepted: set


def checked_whole(batch):
    """Read and compare a whole batch as its preview does, and return every row of it."""
    with opened(batch) as table:
        part = Slices(batch, table, lambda: None).next(1_000_000)
    People(batch).name(part)
    checked = compare_slice(batch, part, [EarlierRows()])
    rows = part.rows
    return Whole(rows.numbers, rows.values, rows.findings, {rows.numbers[at] for at in checked.accepted})


@pytest.fixture
def let_in(bring, now):
    """Return a way to bring a sheet all the way in."""

    def make(actor, table, **more):
        batch = bring(actor, table, **more)
        assert batch.status == ImportBatch.Status.READY, batch.problem
        request_commit(actor, batch, now=now, in_background=False)
        return commit_batch(batch.pk)

    return make
