"""Real data nobody here wrote, where it lies beside the checkout; none of its rows is kept here."""

import csv
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import File

from genjin.customers.models import Customer
from genjin.intake.actions.commit import commit_batch, request_commit
from genjin.intake.actions.kept import opened
from genjin.intake.actions.preview import preview_batch
from genjin.intake.actions.upload import start_import
from genjin.intake.models import ImportBatch, ImportRow
from tests.intake.conftest import Whole, checked_whole

CASES = Path(
    os.environ.get("GENJIN_CASES", Path(__file__).resolve().parents[3] / "shared" / "data" / "cases")
)
HOTLINE = "12345"
ASKED_ABOUT = {"89076543", "010-12345678-1234"}
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.shared,
    pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not beside this checkout"),
]


def truth(name: str) -> list[dict[str, str]]:
    with (CASES / "expected" / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def upload(dora, pool, now, settings, tmp_path):
    """Return a function that brings a case file up to its preview."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }

    def start(name: str) -> ImportBatch:
        with (CASES / name).open("rb") as stream:
            batch = start_import(dora, File(stream, name=name), {}, now=now, in_background=False)
        return preview_batch(batch.pk)

    return start


def findings(checked: Whole) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for one in checked.findings:
        found.setdefault(one.row, set()).add(one.code)
    return found


def test_messy_phones_are_read_or_flagged(upload):
    checked = checked_whole(upload("phones_messy.xlsx"))
    said = findings(checked)
    expected = truth("phones_truth.csv")
    assert len(expected) == len(checked.numbers)
    wrong = [
        row
        for row, number, values in zip(expected, checked.numbers, checked.values, strict=True)
        if not is_right(row, values, said.get(number, set()))
    ]
    assert wrong == []


def is_right(row: dict[str, str], values: dict[str, Any], said: set[str]) -> bool:
    stored = [values[key] for key in ("contact.phone", "contact.phone2") if values.get(key)]
    is_flagged = any(code.startswith("phone_") for code in said)
    kind, text = row["kind"], row["电话"]
    if kind in {"mobile", "two mobiles"}:
        return stored == row["expected"].split(";")
    if kind == "landline":  # asked about: without its area code, or with a first digit no landline has
        return is_flagged if text in ASKED_ABOUT else bool(stored) and not is_flagged
    if kind.startswith(("invalid", "cannot")):  # 12345 is a city's hotline
        return not text or text == HOTLINE or (is_flagged and not stored)
    return True


def test_registry_anomalies_are_told_apart(upload):
    checked = checked_whole(upload("companies_anomalies.xlsx"))
    expected = {int(row["row"]): row for row in truth("companies_anomalies_truth.csv")}
    said = findings(checked)
    left_out = {number for number in checked.numbers if number not in checked.accepted}
    by_code: dict[str, int] = {}
    doubles = set()
    for number, values in zip(checked.numbers, checked.values, strict=True):
        code = values.get("credit_code")
        if code and by_code.setdefault(code, number) != number:
            doubles.add(number)
    # One code is one company, and two codes are two companies, however alike their names.
    assert left_out == doubles
    kinds = Counter(expected[number]["kind"] for number in left_out)
    assert (kinds["same_code_same_name"], kinds["same_code_two_names"]) == (157, 13)
    codes = Counter(code for row in said.values() for code in row)
    assert codes["uscc_invalid_check"] == 190
    assert codes["uscc_old_registration_number"] == 200
    alike = [
        number for number, row in expected.items() if row["kind"] == "names_equal_after_fullwidth_folding"
    ]
    assert sum("duplicate_in_file" in said.get(number, ()) for number in alike) == 9
    old = [values.get("old_registration_no") for values in checked.values]
    assert sum(bool(number) for number in old) == 200
    print(
        f"anomalies: {codes['uscc_invalid_check']} bad check digits, {kinds['same_code_same_name']} repeats,"
        f" {kinds['same_code_two_names']} codes with two names, 9 pairs of two codes stay two, {sum(map(bool, old))} old numbers"
    )


def test_restaurants_are_known_by_number_and_name(upload, dora, now):
    first = upload("restaurants_first.csv")
    request_commit(dora, first, now=now, in_background=False)
    commit_batch(first.pk)
    second = upload("restaurants_second.csv")
    ids = {}
    for name in ("first", "second"):
        with (CASES / f"restaurants_{name}.csv").open(encoding="utf-8-sig") as stream:
            ids[name] = [row["客户编号"] for row in csv.DictReader(stream)]
    rows = dict(ImportRow.objects.filter(batch=first).values_list("object_id", "row"))
    met = {
        (ids["first"][rows[problem.match_id] - 2], ids["second"][problem.row - 2])
        for problem in second.problems.filter(level__in=["same", "similar"], match_id__isnull=False)
    }
    gold = {(row["fodors_id"], row["zagats_id"]) for row in truth("restaurants_truth.csv")}
    print(f"restaurants: {len(met & gold)} found, {len(gold - met)} missed, {len(met - gold)} others")
    assert len(met & gold) >= 108, sorted(gold - met)
    assert len(met - gold) <= 10, sorted(met - gold)


def test_naughty_names_are_kept_or_refused_with_a_reason(upload, dora, now):
    batch = upload("naughty_names.xlsx")
    request_commit(dora, batch, now=now, in_background=False)
    batch = commit_batch(batch.pk)
    counts = batch.counts
    assert counts["rows"] == 516
    assert counts["created"] + counts["duplicates"] + counts["rejected"] == 516
    assert Customer.objects.count() == counts["created"]
    refused = set(batch.problems.filter(level__in=["rejected", "same"]).values_list("row", flat=True))
    assert len(refused) == counts["duplicates"] + counts["rejected"]
    with opened(batch) as table:
        written = {text.strip() for text in table.collect()["备注"].to_list() if text}
    # An apostrophe that keeps a formula quiet is taken off again; nothing else is touched.
    changed = [
        text
        for text in Customer.objects.values_list("notes", flat=True)
        if text and not {text, f"'{text}"} & written
    ]
    assert changed == []


@pytest.mark.skipif(not os.environ.get("GENJIN_LONG_TESTS"), reason="takes a minute; set GENJIN_LONG_TESTS=1")
def test_fifty_thousand_companies_come_in_without_a_double(upload, dora, now):
    batch = upload("companies_50k.xlsx")
    request_commit(dora, batch, now=now, in_background=False)
    counts = commit_batch(batch.pk).counts
    assert (counts["created"], counts["duplicates"], counts["rejected"]) == (50_000, 0, 0)
