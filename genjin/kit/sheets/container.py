"""What a file really is, by its content and never by its name, and whether it is safe to open."""

import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from genjin.kit.sheets.unreadable import Unreadable

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
PICTURES_AND_PAPERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"))
MARKUP = re.compile(rb"\s*<(\?xml|!doctype|html|table|head|body|meta|workbook|div|style)", re.IGNORECASE)
ROOT_ELEMENT = re.compile(rb"<[A-Za-z]")
DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True)
class Limits:
    """How much a zip may unpack to: bytes in all, entries, and times its packed size for a big entry."""

    unpacked_bytes: int = 3 << 30  # a million rows of a dozen columns are a third of it
    entries: int = 5_000
    ratio: int = 200
    ratio_from_bytes: int = 16 << 20
    prolog_bytes: int = 1 << 20


@dataclass(frozen=True)
class Container:
    """`kind` is xlsx, xlsb, ods, xls or text; `is_1904` is None where the date system is not known."""

    kind: str
    is_1904: bool | None = None


def open_container(path: Path, limits: Limits | None = None) -> Container:
    """Tell what the file is and check it before any reader sees it.

    Raises Unreadable: sheet_empty, sheet_damaged, sheet_too_heavy, sheet_entities, sheet_password,
    sheet_html, sheet_unknown_kind.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip() and path.stat().st_size <= len(head):
        raise Unreadable("sheet_empty")
    if head.startswith(ZIP_MAGIC):
        return _open_zip(path, limits or Limits())
    if head.startswith(OLE_MAGIC):
        return _open_ole(path)
    _check_text(head)
    return Container("text")


def _check_text(head: bytes) -> None:
    if head.startswith(PICTURES_AND_PAPERS):
        raise Unreadable("sheet_unknown_kind")
    if head.startswith(TEXT_MARKS[1:]):
        return
    if b"\0" in head:
        raise Unreadable("sheet_unknown_kind")
    if len(head.translate(None, CONTROLS)) * 50 < len(head) * 49:
        raise Unreadable("sheet_unknown_kind")
    if MARKUP.match(head.removeprefix(TEXT_MARKS[0])):
        raise Unreadable("sheet_html")


def _open_ole(path: Path) -> Container:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Unreadable("sheet_password")
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book", "WORKBOOK", "BOOK")):
        raise Unreadable("sheet_unknown_kind")
    return Container("xls")


def _open_zip(path: Path, limits: Limits) -> Container:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_directory(entries, limits)
            kind = _zip_kind(archive)
            _check_parts(archive, entries, limits)
            return Container(kind, _is_1904(archive) if kind == "xlsx" else None)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise Unreadable("sheet_damaged") from error
    except RuntimeError as error:  # zipfile's word for an entry with a password
        raise Unreadable("sheet_password") from error


def _check_directory(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.entries or sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
        raise Unreadable("sheet_too_heavy")
    for entry in entries:
        is_big = entry.file_size > limits.ratio_from_bytes
        if is_big and entry.file_size > limits.ratio * max(entry.compress_size, 1):
            raise Unreadable("sheet_too_heavy")


def _zip_kind(archive: zipfile.ZipFile) -> str:
    names = {name.lower().replace("\\", "/") for name in archive.namelist()}
    if "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype")[:200]:
        return "ods"
    if any(name.endswith("workbook.bin") for name in names):
        return "xlsb"
    if any(name.endswith("workbook.xml") for name in names):
        return "xlsx"
    raise Unreadable("sheet_unknown_kind")


def _check_parts(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    for entry in entries:
        if entry.filename.lower().endswith((".xml", ".rels")) and _declares(archive, entry, limits):
            raise Unreadable("sheet_entities")


def _declares(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> bool:
    # A declaration stands before the root element, so only that much is unpacked.
    head = b""
    with archive.open(entry) as part:
        while len(head) < limits.prolog_bytes:
            chunk = part.read(8192)
            head += chunk.replace(b"\0", b"")  # UTF-16 parts show their letters too
            if DECLARATION.search(head):
                return True
            if not chunk or ROOT_ELEMENT.search(head):
                return False
    return True


def _is_1904(archive: zipfile.ZipFile) -> bool:
    name = next(name for name in archive.namelist() if name.lower().endswith("workbook.xml"))
    return re.search(rb'date1904\s*=\s*["\'](1|true)', archive.read(name)) is not None
