"""What stops an import at any moment: killed, cancelled, changed. Nothing is lost, nothing comes in twice."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.customers.models import Customer
from genjin.intake.actions import commit as committing
from genjin.intake.actions import preview as previewing
from genjin.intake.actions import undo as undoing
from genjin.intake.actions.commit import cancel_import, commit_batch, request_commit
from genjin.intake.actions.preview import preview_batch
from genjin.intake.actions.progress import Stopped, Teller
from genjin.intake.actions.resume import resume_batches
from genjin.intake.actions.undo import undo_batch, undo_import
from genjin.intake.actions.upload import set_options
from genjin.intake.models import ImportBatch, ImportProblem, ImportRow
from tests.intake.conftest import HEADER
from tests.intake.test_same_as_single import rows_of

ROWS = [
    "甲机电有限公司,王一,13800000001,行业展会",
    "乙机电有限公司,王二,13800000002,行业展会",
    "甲機電有限公司,李一,13900000001,行业展会",
    ",没有名字,13900000002,行业展会",
    "丙机电有限公司,王三,1380000,行业展会",
    "丁机电有限公司,王四,13800000002,行业展会",
    "戊机电有限公司,,,",
    "丙机电有限责任公司,王三,13800000003,行业展会",
    "己机电有限公司,王六,13800000006,行业展会",
]
SHEET = "\n".join([HEADER, *ROWS]) + "\n"


@pytest.fixture(autouse=True)
def row_by_row(monkeypatch):
    monkeypatch.setattr(committing, "CHUNK", 1)
    monkeypatch.setattr(committing, "SMALLEST_CHUNK", 1)
    monkeypatch.setattr(undoing, "UNDO_CHUNK", 1)


def told(batch):
    """Return everything a batch says of its rows, apart from ids."""
    problems = ImportProblem.objects.filter(batch=batch).order_by("row", "id")
    return [
        (row.row, row.column, row.code, row.value, row.message, row.level, row.match_name) for row in problems
    ]


def state(batch):
    """Return the customers of a batch and all it says, apart from ids."""
    rows = Customer.objects.filter(import_batch=batch.pk).order_by("pk")
    found = [rows_of(row.pk) for row in rows]
    for tables in found:
        assert all(tables[name] for name in ("customers_customer", "customers_searchdocument"))
    batch.refresh_from_db()
    numbers = list(ImportRow.objects.filter(batch=batch).order_by("row").values_list("row", flat=True))
    return found, told(batch), batch.counts, batch.preview, batch.written, batch.cursor, numbers


def killed_after(moves):
    def pull_the_plug(done, _total):
        if done >= moves:
            raise KeyboardInterrupt

    return pull_the_plug


@pytest.mark.parametrize("moves", range(1, len(ROWS)))
def test_killed_at_any_chunk_it_ends_as_if_it_had_not_been(alice, bring, now, moves):
    whole = bring(alice, SHEET, owner=alice)
    request_commit(alice, whole, now=now, in_background=False)
    commit_batch(whole.pk)
    expected = state(whole)
    assert (whole.counts["created"], whole.counts["duplicates"], whole.counts["rejected"]) == (5, 3, 1)
    Customer.objects.all().delete()
    torn = bring(alice, SHEET, owner=alice)
    request_commit(alice, torn, now=now, in_background=False)
    with pytest.raises(KeyboardInterrupt):
        commit_batch(torn.pk, on_progress=killed_after(moves))
    torn.refresh_from_db()
    assert (torn.status, torn.cursor) == ("running", moves + 1)
    assert commit_batch(torn.pk).status == "done"
    assert state(torn) == expected
    assert commit_batch(torn.pk).written == 5  # once more does nothing
    assert Customer.objects.count() == 5


def test_the_preview_says_what_the_import_then_does(alice, bring, now, monkeypatch):
    monkeypatch.setattr(previewing, "SLICE", 2)
    batch = bring(alice, SHEET, owner=alice)
    foreseen = (told(batch), batch.counts, batch.preview)
    request_commit(alice, batch, now=now, in_background=False)
    batch = commit_batch(batch.pk)
    assert (told(batch), batch.counts, batch.preview) == foreseen
    assert batch.written == batch.total == foreseen[1]["created"]


NAMES = st.sampled_from(
    ["甲机电有限公司", "乙机电有限公司", "丙机电有限公司", "甲机电（上海）有限公司", "★★", ""]
)
PHONES = st.sampled_from(["13800000001", "13800000002", "0571-86013388", "138", ""])
CODES = st.sampled_from(["91110000600037341L", "91440300708461136T", "12345", ""])
LINES = st.lists(st.tuples(NAMES, PHONES, CODES), min_size=1, max_size=12)


@given(lines=LINES, before=LINES, kill=st.integers(1, 12), size=st.integers(1, 4))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_sheet_in_any_slices_killed_anywhere_equals_the_sheet_at_once(
    alice, bring, now, monkeypatch, lines, before, kill, size
):
    def outcome(chunk, moves):
        ImportBatch.objects.all().delete()
        Customer.objects.all().delete()
        monkeypatch.setattr(committing, "CHUNK", 100)
        send(bring(alice, table(before), owner=alice))
        monkeypatch.setattr(committing, "CHUNK", chunk)
        batch = bring(alice, table(lines), owner=alice)
        if batch.status == "failed":
            return batch.problem
        request_commit(alice, batch, now=now, in_background=False)
        try:
            commit_batch(batch.pk, on_progress=killed_after(moves))
        except KeyboardInterrupt:
            commit_batch(batch.pk)
        return state(batch)

    def send(batch):
        if batch.status == "ready":
            request_commit(alice, batch, now=now, in_background=False)
            commit_batch(batch.pk)

    def table(rows):
        return "客户名称,手机,统一社会信用代码\n" + "".join(",".join(row) + "\n" for row in rows)

    monkeypatch.setattr(committing, "SMALLEST_CHUNK", 1)
    assert outcome(size, kill) == outcome(100, 1000)


def test_a_preview_stops_when_cancelled_or_when_the_options_changed(alice, bring, now, monkeypatch):
    monkeypatch.setattr(previewing, "SLICE", 1)
    monkeypatch.setattr("genjin.intake.actions.progress.TOLD_EVERY", 0)
    batch = bring(alice, SHEET, owner=alice)
    batch = set_options(alice, batch, {"keep_unknown": []})
    seen = []

    def cancel(done, _total):
        seen.append(done)
        if done == 2:
            cancel_import(alice, batch, now=now)

    assert preview_batch(batch.pk, on_progress=cancel).status == "cancelled"
    assert seen == [1, 2]
    again = bring(alice, SHEET, owner=alice)
    again = set_options(alice, again, {"keep_unknown": []})
    stale = Teller(again, ImportBatch.Phase.CHECKING, 9)
    set_options(alice, again, {"keep_unknown": []})
    with pytest.raises(Stopped):
        stale(1)


def test_work_that_fell_silent_goes_on_and_is_enqueued_once(alice, bring, now):
    batch = bring(alice, SHEET, owner=alice)
    request_commit(alice, batch, now=now, in_background=False)
    with pytest.raises(KeyboardInterrupt):
        commit_batch(batch.pk, on_progress=killed_after(2))
    moment = timezone.now()
    assert resume_batches(moment) == 0  # somebody may still be at it
    assert resume_batches(moment + timedelta(minutes=1)) == 1
    assert resume_batches(moment + timedelta(minutes=1, seconds=30)) == 0
    assert commit_batch(batch.pk).status == "done"
    assert resume_batches(moment + timedelta(hours=1)) == 0


def test_an_undo_that_was_killed_goes_on_and_leaves_the_tables_as_they_were(alice, bring, now, make_customer):
    make_customer(owner=alice, name="老客户有限公司")
    before = {row.pk: rows_of(row.pk) for row in Customer.objects.all()}
    batch = bring(alice, SHEET, owner=alice)
    request_commit(alice, batch, now=now, in_background=False)
    commit_batch(batch.pk)

    with pytest.raises(KeyboardInterrupt):
        undo_import(alice, batch, now=now, on_progress=killed_after(2))
    batch.refresh_from_db()
    assert (batch.status, Customer.objects.filter(import_batch=batch.pk).count()) == ("undoing", 3)
    assert undo_batch(batch.pk).removed == 5
    batch.refresh_from_db()
    assert (batch.status, batch.counts["removed"], batch.counts["kept"]) == ("undone", 5, 0)
    assert {row.pk: rows_of(row.pk) for row in Customer.objects.all()} == before
    assert not ImportRow.objects.exists()


def test_a_large_undo_is_left_to_the_worker(alice, let_in, now, monkeypatch):
    monkeypatch.setattr(undoing, "AT_ONCE", 2)
    batch = let_in(alice, SHEET, owner=alice)
    assert undo_import(alice, batch, now=now, in_background=True).is_running
    batch.refresh_from_db()
    assert (batch.status, Customer.objects.count()) == ("undoing", 5)
    assert undo_batch(batch.pk).removed == 5
