"""What is done with a ticket: answered, solved, confirmed, reopened, merged, handed on, noted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.rules import new_secret
from genjin.care.actions.steps import (
    count_from,
    end_clocks,
    fit_owner,
    involve_owner,
    keep_quiet,
    keep_task,
    let_go,
    lock_ticket,
    note_event,
    refresh_quiet,
    run_clock,
    save,
    say,
    settle_task,
    stop_clock,
    tell_owner,
)
from genjin.care.models import Ticket, TicketNote
from genjin.care.rules import Priority, TicketKind, TicketState
from genjin.care.rules.tickets import CONFIRM_LINK_LIFE
from genjin.care.rules.words import ConfirmedBy, NoteKind
from genjin.followups.actions.files import keep_file
from genjin.kit.errors import RuleError, version_conflict, wrong_at
from genjin.kit.text import clean
from genjin.notices.rules import NoticeKind


@transaction.atomic
def answer_ticket(
    actor: User, ticket: Ticket, *, text: str, file: "File[bytes] | None" = None, now: datetime
) -> Ticket:
    """Answer the customer: what they were told goes on record, and the clock runs on to the solution.

    A bad rating's one clock stops only when the solution is there, too (S3-17). Raises RuleError `text_missing`,
    `ticket_state` (409), `not_yours` (403).
    """
    row = lock_ticket(actor, ticket, "answer")
    _answered(actor, row, text, file, now)
    run_clock(row)
    keep_task(actor, row, now)
    return row


def _answered(actor: User, row: Ticket, text: str, file: "File[bytes] | None", now: datetime) -> None:  # noqa: PLR0917
    kept = keep_file(actor, row.customer, file, now=now) if file is not None else None
    note = say(actor, row, NoteKind.ANSWER, text, now, kept)
    if row.kind != TicketKind.BAD_RATING:
        stop_clock(row, now)
    row.state, row.answered_at = TicketState.ANSWERED, now
    save(row, "state", "answered_at")
    note_event(actor, row, "answered", now, note.text)


@transaction.atomic
def solve_ticket(
    actor: User,
    ticket: Ticket,
    *,
    solution: str,
    answer: str = "",
    file: "File[bytes] | None" = None,
    now: datetime,
) -> Ticket:
    """Say how it was solved; the customer is asked to confirm. Where nothing was answered yet, `answer` goes on record first.

    Raises RuleError `solution_missing`, `answer_missing`, `ticket_state` (409), `not_yours` (403).
    """
    row = lock_ticket(actor, ticket, "solve")
    words = clean(solution)
    if not words:
        sentence = _("Say how it was solved.")
        raise wrong_at("solution", sentence, "solution_missing")
    if row.answered_at is None:
        if not clean(answer):
            sentence = _("Nobody has answered the customer yet: write what they were told.")
            raise wrong_at("answer", sentence, "answer_missing")
        _answered(actor, row, answer, None, now)
        if row.kind != TicketKind.BAD_RATING:
            run_clock(row)  # so that the limit of the solution is on record, too
    kept = keep_file(actor, row.customer, file, now=now) if file is not None else None
    say(actor, row, NoteKind.SOLUTION, words, now, kept)
    row.state, row.solved_at, row.solution = TicketState.SOLVED, now, words[:4000]
    row.confirm_key, row.confirm_expires_at = new_secret(16), now + CONFIRM_LINK_LIFE
    save(row, "state", "solved_at", "solution", "confirm_key", "confirm_expires_at")
    stop_clock(row, now)
    keep_task(actor, row, now)
    keep_quiet(row, now)
    note_event(actor, row, "solved", now, words)
    return row


@transaction.atomic
def confirm_ticket(
    actor: User | None, ticket: Ticket, *, how: str, name: str = "", text: str = "", now: datetime
) -> Ticket:
    """Take down that the customer says it is solved: who, and how; `actor` None is the customer by their own link.

    Raises RuleError `confirmer_missing`, `confirmed_how_unknown`, `ticket_state` (409), `not_yours` (403).
    """
    row = lock_ticket(actor, ticket, "confirm")
    who = clean(name)[:60]
    if how not in ConfirmedBy.values:
        raise RuleError(
            _("Choose how they confirmed it."),
            "confirmed_how_unknown",
            fields={"how": [_("Choose how they confirmed it.")]},
        )
    if not who and actor is not None:
        sentence = _("Write who of the customer's people confirmed it.")
        raise wrong_at("name", sentence, "confirmer_missing")
    row.state, row.closed_at, row.confirm_key = TicketState.CLOSED, now, ""
    row.confirmed_how, row.confirmed_name = how, who
    save(row, "state", "closed_at", "confirmed_how", "confirmed_name", "confirm_key")
    if clean(text):
        say(actor, row, NoteKind.IN, text, now)
    settle_task(actor, row, _("Confirmed by the customer"), now)
    let_go(row)
    note_event(
        actor,
        row,
        "confirmed",
        now,
        " · ".join(part for part in (who, str(ConfirmedBy(how).label), clean(text)) if part),
    )
    tell_owner(actor, row, NoticeKind.TICKET_CONFIRMED, now)
    return row


@transaction.atomic
def reopen_ticket(actor: User | None, ticket: Ticket, *, reason: str, now: datetime) -> Ticket:
    """Open a ticket again because it is not solved after all; its limits count anew, and so does how often.

    `actor` None is the customer by their own link. Raises RuleError `reason_missing`, `ticket_state` (409), `not_yours` (403).
    """
    row = lock_ticket(actor, ticket, "reopen")
    why = clean(reason)
    if not why:
        sentence = _("Say what is not solved yet.")
        raise wrong_at("reason", sentence, "reason_missing")
    row.state, row.reopened = TicketState.OPEN, row.reopened + 1
    row.answered_at = row.solved_at = row.closed_at = None
    row.confirmed_how = row.confirmed_name = row.confirm_key = ""
    count_from(row, now)
    save(
        row, "state", "reopened", "answered_at", "solved_at", "closed_at", "confirm_key", "confirmed_how", "confirmed_name",
        "counts_from", "answer_due_at", "due_at", "in_working_hours",
    )  # fmt: skip
    say(actor, row, NoteKind.IN if actor is None else NoteKind.INTERNAL, why, now)
    involve_owner(row)
    keep_task(actor, row, now)
    run_clock(row)
    keep_quiet(row, now)
    note_event(actor, row, "reopened", now, why)
    tell_owner(actor, row, NoticeKind.TICKET_REOPENED, now, why=why[:200])
    return row


@transaction.atomic
def merge_ticket(actor: User, ticket: Ticket, into: Ticket, *, now: datetime) -> Ticket:
    """Merge an open ticket into another open one of the same customer: its notes move, its clocks end; returns the other.

    Raises RuleError `merge_target`, `ticket_state` (409), `not_yours` (403).
    """
    row = lock_ticket(actor, ticket, "merge")
    other = (
        Ticket.objects.visible_to(actor)
        .filter(pk=into.pk, customer=row.customer_id)
        .open()
        .exclude(pk=row.pk)
        .first()
    )
    if other is None:
        sentence = _("Choose another open ticket of this customer.")
        raise wrong_at("into", sentence, "merge_target")
    kept = lock_ticket(actor, other, "")
    say(
        row.opened_by,
        row,
        NoteKind.INTERNAL,
        _("From %(ticket)s: %(details)s") % {"ticket": row, "details": row.details},
        row.opened_at,
    )
    TicketNote.objects.filter(ticket=row).update(ticket=kept)
    row.state, row.merged_into = TicketState.MERGED, kept
    save(row, "state", "merged_into")
    end_clocks(row, now)
    settle_task(actor, row, _("Merged into %(number)s") % {"number": kept.number}, now)
    let_go(row)
    keep_quiet(row, now)
    note_event(actor, row, "merged", now, str(kept), into=kept.pk)
    return kept


@transaction.atomic
def hand_on_ticket(actor: User, ticket: Ticket, owner: User, *, note: str = "", now: datetime) -> Ticket:
    """Give a ticket to a colleague in any department, who is told and sees its customer while it is theirs.

    Raises RuleError `owner_inactive`, `owner_same` (409), `ticket_state` (409), `not_yours` (403).
    """
    row = lock_ticket(actor, ticket, "hand_on")
    if row.owner_id == owner.pk:
        raise RuleError(_("It is theirs already."), "owner_same", status=409)
    give(actor, row, fit_owner(owner), now)
    if clean(note):
        say(actor, row, NoteKind.INTERNAL, note, now)
    tell_owner(actor, row, NoticeKind.TICKET_GIVEN, now, who=actor.name)
    return row


def give(actor: User | None, row: Ticket, owner: User, now: datetime) -> None:
    """Let a locked ticket be somebody else's: sight, task and clock follow; also a step of the look at orphans."""
    before, row.owner = row.owner_id, owner
    save(row, "owner")
    involve_owner(row)
    keep_task(actor, row, now)
    if row.state != TicketState.SOLVED:
        run_clock(row)
    note_event(actor, row, "handed_on", now, origin=before, target=owner.pk)


@transaction.atomic
def change_ticket(
    actor: User, ticket: Ticket, changes: Mapping[str, Any], *, version: int, now: datetime
) -> Ticket:
    """Change title, details, kind or priority; other limits follow, still counted from the beginning.

    Raises RuleError `version_conflict` (409), `title_missing`, `kind_unknown`, `ticket_state` (409), `not_yours` (403).
    """
    row = lock_ticket(actor, ticket, "change")
    if row.version != version:
        raise version_conflict(row.version)
    before = {name: getattr(row, name) for name in ("title", "details", "kind", "priority")}
    after = before | {name: clean(str(value)) for name, value in changes.items() if name in before}
    _check_change(before, after)
    if after == before:
        return row
    for name, value in after.items():
        setattr(row, name, value[:200] if name == "title" else value)
    if (after["kind"], after["priority"]) != (before["kind"], before["priority"]):
        count_from(row, row.counts_from)
    save(row, *before, "answer_due_at", "due_at", "in_working_hours")
    run_clock(row)
    keep_task(actor, row, now)
    refresh_quiet(row.customer_id, now)
    note_event(
        actor, row, "changed", now, ", ".join(sorted(name for name in before if after[name] != before[name]))
    )
    return row


def _check_change(before: Mapping[str, str], after: Mapping[str, str]) -> None:
    if not after["title"]:
        sentence = _("Write in a line what it is about.")
        raise wrong_at("title", sentence, "title_missing")
    is_known = after["kind"] in TicketKind.values and after["priority"] in Priority.values
    turns = before["kind"] != after["kind"] and TicketKind.BAD_RATING in {before["kind"], after["kind"]}
    if not is_known or turns:  # a bad rating stays one: its 24 hours are nobody's to change
        raise RuleError(
            _("Choose a kind and a priority."),
            "kind_unknown",
            fields={"kind": [_("Choose a kind and a priority.")]},
        )


@transaction.atomic
def note_ticket(
    actor: User, ticket: Ticket, *, kind: str, text: str, file: "File[bytes] | None" = None, now: datetime
) -> TicketNote:
    """Add a note among ourselves, what the customer was told, or what they said. Raises RuleError `text_missing`, `note_kind_unknown`."""
    row = lock_ticket(actor, ticket, "")
    if kind not in {NoteKind.INTERNAL, NoteKind.OUT, NoteKind.IN}:
        raise RuleError(
            _("Choose for whom the note is."),
            "note_kind_unknown",
            fields={"kind": [_("Choose for whom the note is.")]},
        )
    kept = keep_file(actor, row.customer, file, now=now) if file is not None else None
    note = say(actor, row, NoteKind(kind), text, now, kept)
    note_event(actor, row, "noted", now, note.text or (kept.name if kept else ""), how=kind)
    return note
