"""The file a backup is: a dump, the uploads, and last a manifest that vouches for every part."""

import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, NoReturn

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from genjin.kit.errors import RuleError

FORMAT = 1
DUMP, UPLOADS, MANIFEST = "database.dump", "uploads/", "manifest.json"
BLOCK = 1024 * 1024
LARGEST_MANIFEST = 256 * BLOCK


@dataclass(slots=True)
class Manifest:
    """What an archive says of itself: `tables` counts rows by name, `parts` holds SHA-256 by name in the archive."""

    format: int
    genjin: str
    postgresql: int
    made_at: str
    migrations: list[str]
    tables: dict[str, int]
    parts: dict[str, str] = field(default_factory=dict)


class Hashing:
    """A stream that remembers the SHA-256 of what was read through it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self.digest.update(data)
        return data


def write_archive(path: Path, dump: Path, manifest: Manifest) -> None:
    """Write the parts and, after them, the manifest with their hashes."""
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        with dump.open("rb") as whole:
            manifest.parts[DUMP] = _add(archive, DUMP, whole, dump.stat().st_size)
        for name in stored_files():
            try:
                stream = default_storage.open(name)
            except FileNotFoundError:
                continue  # deleted since it was listed
            with stream:
                manifest.parts[UPLOADS + name] = _add(
                    archive, UPLOADS + name, stream, default_storage.size(name)
                )
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        _add(archive, MANIFEST, io.BytesIO(text), len(text))
    path.chmod(0o600)


def _add(archive: tarfile.TarFile, name: str, stream: IO[bytes], size: int) -> str:
    part = tarfile.TarInfo(name)
    part.size, part.mode = size, 0o600
    hashing = Hashing(stream)
    archive.addfile(part, hashing)
    return hashing.digest.hexdigest()


def stored_files(folder: str = "") -> Iterator[str]:
    """Yield the name of every upload, wherever uploads are kept."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}{name}" for name in sorted(files) if name)
    for inner in sorted(folders):
        yield from stored_files(f"{folder}{inner}/")


def verify_archive(path: Path, dump: Path) -> Manifest:
    """Read a whole archive, put its dump at `dump`, and compare every hash.

    Raises RuleError `backup_damaged` or `backup_too_new`; nothing but `dump` is written.
    """
    with _refusing_damage():
        found, text = _read_through(path, dump)
    manifest = read_manifest(text)
    if manifest.parts != found or DUMP not in found:
        _damaged(_("its parts are not what its manifest says"))
    return manifest


def _read_through(path: Path, dump: Path) -> tuple[dict[str, str], bytes]:
    """Return the SHA-256 of every part, and the manifest's text."""
    found: dict[str, str] = {}
    text = b""
    for name, stream in _parts(path):
        if name == MANIFEST:
            text = stream.read(LARGEST_MANIFEST)
            continue
        hashing = Hashing(stream)
        if name == DUMP:
            with dump.open("wb") as copy:
                _drain(hashing, copy)
        else:
            _drain(hashing)
        found[name] = hashing.digest.hexdigest()
    return found, text


def restore_uploads(path: Path) -> Iterator[str]:
    """Put every upload of a verified archive in place, yielding its name once it is there."""
    for name, stream in _parts(path):
        if not name.startswith(UPLOADS):
            continue
        wanted = name.removeprefix(UPLOADS)
        with SpooledTemporaryFile(max_size=16 * BLOCK) as data:
            _drain(Hashing(stream), data)
            data.seek(0)
            saved = default_storage.save(wanted, data)
        yield saved
        if saved != wanted:
            raise RuleError(
                _("The folder of uploads is not empty: %(name)s.") % {"name": wanted}, "not_empty"
            )


@contextmanager
def _refusing_damage() -> Iterator[None]:
    """Say of what cannot be unpacked that it is damaged; a full disk or a missing file is another matter."""
    try:
        yield
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        _damaged(" ".join(str(error).split()) or type(error).__name__)


def _parts(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(path, "r:gz") as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is None:
                _damaged(_("it holds something that is no file: %(name)s") % {"name": member.name})
            yield member.name, stream


def _drain(source: Hashing, target: IO[bytes] | None = None) -> None:
    while data := source.read(BLOCK):
        if target is not None:
            target.write(data)


def read_manifest(text: bytes) -> Manifest:
    """Read a manifest. Raises RuleError `backup_damaged`, `backup_too_new`."""
    try:
        words = json.loads(text)
        if int(words["format"]) > FORMAT:
            too_new(str(words.get("genjin", "?")))
        return Manifest(**words)
    except (ValueError, TypeError, KeyError):
        _damaged(_("its manifest is missing or cannot be read"))


def too_new(version: str) -> NoReturn:
    """Refuse an archive of a later Genjin."""
    sentence = _(
        "This backup was made by a newer Genjin (%(version)s); install that version, then restore. Nothing was changed."
    )
    raise RuleError(sentence % {"version": version}, "backup_too_new")


def _damaged(reason: str) -> NoReturn:
    sentence = _("This backup is damaged or no backup (%(reason)s). Nothing was changed.")
    raise RuleError(sentence % {"reason": reason}, "backup_damaged")
