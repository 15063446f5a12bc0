"""An archive of the playing database, and what is refused before anything is touched."""

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from genjin.customers.models import Customer
from genjin.events.actions.archive import DUMP, MANIFEST, verify_archive
from genjin.events.actions.backup import LEFT_OUT, back_up, nightly_backup
from genjin.events.actions.restore import restore
from genjin.events.models import Backup, Event
from genjin.kit.errors import RuleError

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def uploads(settings, tmp_path):
    location = tmp_path / "uploads"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": location},
        }
    }
    default_storage.save("files/ab/secret", ContentFile(b"contract"))
    return location


@pytest.fixture
def archive(uploads, alice, make_customer, now, tmp_path) -> Path:
    make_customer(owner=alice, name="杭州备份测试机电有限公司")
    path = tmp_path / "genjin.tar.gz"
    back_up(path, now=now)
    return path


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Return a copy of an archive whose parts went through `change`."""
    with tarfile.open(path) as source:
        parts = {member.name: source.extractfile(member).read() for member in source}
    change(parts)
    copy = path.with_name("changed.tar.gz")
    with tarfile.open(copy, "w:gz") as target:
        for name, data in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            target.addfile(member, io.BytesIO(data))
    return copy


def with_manifest(path: Path, **words: object) -> Path:
    def change(parts: dict[str, bytes]) -> None:
        parts[MANIFEST] = json.dumps(json.loads(parts[MANIFEST]) | words).encode()

    return rewritten(path, change)


def test_the_manifest_counts_and_vouches_for_every_part(archive, tmp_path):
    manifest = verify_archive(archive, tmp_path / "dump")
    assert set(manifest.parts) == {DUMP, "uploads/files/ab/secret"}
    assert manifest.tables["customers_customer"] == 1
    assert manifest.tables["events_event"] == Event.objects.count()
    assert not manifest.tables.keys() & set(LEFT_OUT)
    row = Backup.objects.get()
    assert (row.status, row.size) == (Backup.Status.DONE, archive.stat().st_size)
    assert archive.stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob(".*"))


def _cut_off(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def _one_bit(path: Path) -> Path:
    def change(parts: dict[str, bytes]) -> None:
        dump = bytearray(parts[DUMP])
        dump[len(dump) // 2] ^= 1
        parts[DUMP] = bytes(dump)

    return rewritten(path, change)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_cut_off, "backup_damaged"),
        (_one_bit, "backup_damaged"),
        (lambda path: rewritten(path, lambda parts: parts.pop(MANIFEST)), "backup_damaged"),
        (lambda path: rewritten(path, lambda parts: parts.pop("uploads/files/ab/secret")), "backup_damaged"),
        (lambda path: rewritten(path, lambda parts: parts.update({"uploads/more": b"x"})), "backup_damaged"),
        (lambda path: with_manifest(path, format=2, genjin="9.0"), "backup_too_new"),
        (lambda path: with_manifest(path, migrations=["customers.9999_later"]), "backup_too_new"),
        (lambda path: with_manifest(path, postgresql=99), "backup_too_new"),
        (lambda path: path, "not_empty"),
    ],
)
def test_what_cannot_be_restored_is_refused_and_nothing_changes(archive, uploads, spoil, code):
    spoiled = spoil(archive)
    before = (Customer.objects.count(), Event.objects.count(), [*uploads.rglob("*")])
    with pytest.raises(RuleError) as refusal:
        restore(spoiled)
    assert refusal.value.code == code
    assert (Customer.objects.count(), Event.objects.count(), [*uploads.rglob("*")]) == before


def test_something_else_is_no_backup(tmp_path):
    path = tmp_path / "notes.txt.gz"
    path.write_bytes(gzip.compress(b"nothing of the kind" * 1000))
    with pytest.raises(RuleError) as refusal:
        restore(path)
    assert refusal.value.code == "backup_damaged"


def test_a_backup_that_fails_leaves_the_old_one_and_says_why(archive, now, settings, monkeypatch):
    before = archive.read_bytes()
    settings.POSTGRES_PROGRAMS = "/nowhere"
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RuleError) as refusal:
        back_up(archive, now=now)
    assert refusal.value.code == "pg_dump_too_old"
    assert archive.read_bytes() == before
    assert Backup.objects.order_by("-pk")[0].status == Backup.Status.FAILED


def test_the_nightly_backup_is_made_once_and_listed(uploads, now, settings, tmp_path):
    settings.HOME = tmp_path
    made = nightly_backup(now)
    assert made is not None
    assert made.is_file()
    assert nightly_backup(now) is None
    assert Backup.objects.get().path == str(made)
