"""Which uploads are accepted, by ending and first bytes, never by what the browser says; and how they are written."""

import weakref
from contextlib import suppress
from dataclasses import dataclass

from django.core.files.base import File
from django.core.files.storage import Storage
from django.db import Error, connection, transaction
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from genjin.kit.errors import RuleError, wrong_at


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that may be kept: its ending, its first bytes, whether it may be shown in the page."""

    ending: str
    magic: tuple[bytes, ...]
    is_inline: bool = False


_ZIP, _OLE = (b"PK\x03\x04",), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
FILE_KINDS = {
    kind.ending: kind
    for kind in (
        FileKind("png", (b"\x89PNG\r\n\x1a\n",), is_inline=True),
        FileKind("jpg", (b"\xff\xd8\xff",), is_inline=True),
        FileKind("jpeg", (b"\xff\xd8\xff",), is_inline=True),
        FileKind("webp", (b"RIFF",), is_inline=True),
        FileKind("pdf", (b"%PDF-",), is_inline=True),
        FileKind("docx", _ZIP),
        FileKind("xlsx", _ZIP),
        FileKind("pptx", _ZIP),
        FileKind("doc", _OLE),
        FileKind("xls", _OLE),
        FileKind("ppt", _OLE),
        FileKind("txt", ()),
        FileKind("csv", ()),
        FileKind("mp3", (b"ID3", b"\xff\xfb", b"\xff\xf3")),
        FileKind("m4a", ()),
        FileKind("amr", (b"#!AMR",)),
    )
}
LARGEST_FILE = 20 * 1024 * 1024


def check_file(name: str, size: int, head: bytes) -> FileKind:
    """Return the kind of an upload, judged by ending and content; raises RuleError `file_refused`."""
    kind = FILE_KINDS.get(name.rpartition(".")[2].lower())
    if kind is None or (kind.magic and not head.startswith(kind.magic)):
        sentence = _("%(name)s is not a file of an accepted kind (%(kinds)s), or its content is another.")
        words = {"name": name, "kinds": ", ".join(FILE_KINDS)}
        raise RuleError(sentence % words, "file_refused", fields={"files": [sentence % words]})
    if size > LARGEST_FILE:
        sentence = _("%(name)s is larger than 20 MB; make it smaller.") % {"name": name}
        raise wrong_at("files", sentence, "file_too_large", status=413)
    return kind


def write_file(kept: FieldFile, name: str, file: "File[bytes]") -> None:
    """Write the file of a row that is saved next, in the same transaction; if that is rolled back, the file goes, too.

    A file that a committed row names is never deleted, however the transaction ended for us.
    """
    kept.save(name, file, save=False)
    written = _Written(kept)
    transaction.on_commit(written.settle)


class _Written:
    """A file whose row is not committed yet. A rollback, also of a savepoint only, forgets what was to follow the commit."""

    def __init__(self, kept: FieldFile) -> None:
        place = (kept.field.model._meta.db_table, kept.field.get_attname())
        self._forgotten = weakref.finalize(self, _drop, kept.storage, str(kept.name), *place)

    def settle(self) -> None:
        """Let the file stay."""
        self._forgotten.detach()


def _drop(storage: Storage, path: str, table: str, column: str) -> None:
    """Delete a file unless a row names it: another step after the commit may have failed before ours was told.

    Looked up in a connection of its own, for the one that wrote the row is just rolling back.
    """
    quoted = connection.ops.quote_name
    own = connection.copy()
    with suppress(Error, OSError):  # better a file too many than one too few
        try:
            with own.cursor() as cursor:
                cursor.execute(f"SELECT 1 FROM {quoted(table)} WHERE {quoted(column)} = %s LIMIT 1", [path])  # noqa: S608 (both names are ours)
                is_named = cursor.fetchone() is not None
        finally:
            own.close()
        if not is_named:
            storage.delete(path)
