"""Which uploads are accepted: by ending and first bytes, never by what the browser says."""

from dataclasses import dataclass

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
