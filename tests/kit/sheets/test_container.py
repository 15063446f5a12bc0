import zipfile
from pathlib import Path

import pytest

from genjin.kit.sheets.container import Limits, open_container
from genjin.kit.sheets.unreadable import Unreadable

SHEET = "xl/worksheets/sheet1.xml"


def archive(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return path


def workbook(path: Path, **parts: bytes) -> Path:
    named = {name.replace("__", "/") + ".xml": content for name, content in parts.items()}
    return archive(path, {"xl/workbook.xml": b"<workbook/>"} | named)


def refused(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(Unreadable) as refusal:
        open_container(path, limits)
    return refusal.value.code


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ({"xl/workbook.xml": b"<workbook/>"}, "xlsx"),
        ({"xl/workbook.bin": b"\0\1"}, "xlsb"),
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}, "ods"),
    ],
)
def test_a_zip_is_told_by_what_it_holds(tmp_path: Path, parts: dict[str, bytes], kind: str) -> None:
    assert open_container(archive(tmp_path / "file.csv", parts)).kind == kind


def test_an_old_workbook_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"))
    assert open_container(path).kind == "xls"


def test_an_encrypted_workbook_asks_for_the_password_to_go(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
    assert refused(path) == "sheet_password"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "sheet_empty"),
        (b" \r\n\t ", "sheet_empty"),
        (b"%PDF-1.7 a,b", "sheet_unknown_kind"),
        (b"a,b\0c", "sheet_unknown_kind"),
        (bytes(range(1, 256)) * 20, "sheet_unknown_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "sheet_unknown_kind"),
        (b"<html><table><tr><td>a</td></tr></table></html>", "sheet_html"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "sheet_html"),
        (b"PK\x03\x04 and then nothing of a zip", "sheet_damaged"),
    ],
)
def test_what_is_no_table_is_refused_by_name(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(content)
    assert refused(path) == code


def test_a_letter_in_a_zip_is_no_table(tmp_path: Path) -> None:
    assert refused(archive(tmp_path / "a.xlsx", {"word/document.xml": b"<w/>"})) == "sheet_unknown_kind"


@pytest.mark.parametrize(
    "prolog",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b"<?xml version='1.0'?><!-- " + b"long " * 4000 + b"--><!doctype x><x/>",
        "\ufeff<!DOCTYPE x><x/>".encode("utf-16-le"),
    ],
)
def test_a_declaration_in_any_part_is_refused(tmp_path: Path, prolog: bytes) -> None:
    assert refused(workbook(tmp_path / "a.xlsx", xl__sharedStrings=prolog)) == "sheet_entities"


def test_the_word_doctype_in_a_cell_is_only_a_word(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", xl__sharedStrings=b"<sst><si><t>&lt;!DOCTYPE</t></si></sst>")
    assert open_container(path).kind == "xlsx"


def test_a_zip_that_unpacks_to_too_much_is_refused_unread(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "a.xlsx", {"xl/workbook.xml": b"<workbook/>", SHEET: b"<x>" + b"0" * (17 << 20)}
    )
    assert refused(path) == "sheet_too_heavy"
    assert refused(path, Limits(unpacked_bytes=1 << 20, ratio=10_000)) == "sheet_too_heavy"
    assert open_container(path, Limits(ratio=10_000)).kind == "xlsx"


def test_a_zip_of_too_many_entries_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.xlsx", {f"xl/{number}.bin": b"" for number in range(12)})
    assert refused(path, Limits(entries=10)) == "sheet_too_heavy"


@pytest.mark.parametrize(
    ("flag", "is_1904"), [(b'date1904="1"', True), (b'date1904="0"', False), (b"", False)]
)
def test_the_date_system_is_read_from_the_workbook(tmp_path: Path, flag: bytes, is_1904: bool) -> None:
    path = archive(
        tmp_path / "a.xlsx", {"xl/workbook.xml": b"<workbook><workbookPr " + flag + b"/></workbook>"}
    )
    assert open_container(path).is_1904 is is_1904
