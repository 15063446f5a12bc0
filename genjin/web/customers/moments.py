"""How an entry of the timeline reads: a title, who, when, and the words of its kind."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from genjin.accounts.models import User
from genjin.customers.rules import Stage
from genjin.fields.queries import own_fields
from genjin.fields.rules.kinds import is_own_key
from genjin.followups.models import Comment, FollowUp
from genjin.followups.queries.timeline import STARS, TimelineItem
from genjin.intake.rules.questionnaires import FIELDS
from genjin.kit.money import show_money
from genjin.quality.rules.facts import BY_KEY
from genjin.quality.rules.public import Topic
from genjin.web.customers.deal_words import DEAL_KINDS, DEAL_TEXTS
from genjin.web.customers.told import Beside, from_library, quality_line, quality_tag, told
from genjin.web.customers.words import label_of
from genjin.web.gates.moments import gate_words
from genjin.web.shell.templatetags.genjin import ago, exact

ICONS = {
    "phone": "phone", "wechat": "brand-wechat", "visit": "map-pin", "email": "mail", "meeting": "users", "sms": "message",
    "event": "calendar-event", "other": "note",
}  # fmt: skip
KINDS: dict[str, tuple[Any, str, str]] = DEAL_KINDS | {
    "customer.created": (gettext_lazy("Added"), "user-plus", "green"),
    "customer.changed": (gettext_lazy("Changed"), "pencil", "grey"),
    "customer.assigned": (gettext_lazy("Assigned"), "user-share", "blue"),
    "customer.claimed": (gettext_lazy("Claimed"), "user-plus", "blue"),
    "customer.released": (gettext_lazy("Returned to the pool"), "arrow-back-up", "orange"),
    "customer.stage_moved": (gettext_lazy("Stage"), "flag", "blue"),
    "customer.graded": (gettext_lazy("Grade"), "star", "blue"),
    "score.overridden": (gettext_lazy("Score set by hand"), "target-arrow", "orange"),
    "score.taken_back": (gettext_lazy("Score by the rules again"), "target-arrow", "grey"),
    "override.expired": (gettext_lazy("Set by hand, run out"), "clock", "orange"),
    "task.replanned": (gettext_lazy("Planned anew by grade"), "calendar-event", "blue"),
    "plan.filed": (gettext_lazy("Follow-up plan filed"), "clipboard-text", "blue"),
    "plan.acknowledged": (gettext_lazy("Follow-up plan acknowledged"), "circle-check", "green"),
    "plan.returned": (gettext_lazy("Follow-up plan returned"), "arrow-back-up", "orange"),
    "customer.tagged": (gettext_lazy("Tags"), "tag", "grey"),
    "customer.deleted": (gettext_lazy("Moved to the recycle bin"), "trash", "red"),
    "customer.restored": (gettext_lazy("Taken out of the recycle bin"), "arrow-back-up", "green"),
    "customer.merged": (gettext_lazy("Merged"), "arrows-join", "blue"),
    "customer.unmerged": (gettext_lazy("Merge taken back"), "arrows-split", "orange"),
    "customer.told_apart": (gettext_lazy("Not the same customer as"), "arrows-split", "grey"),
    "customer.need_added": (gettext_lazy("New need"), "bulb", "orange"),
    "alias.added": (gettext_lazy("Another name"), "tag", "grey"),
    "alias.removed": (gettext_lazy("Name removed"), "tag", "grey"),
    "contact.added": (gettext_lazy("Contact added"), "user-plus", "grey"),
    "contact.changed": (gettext_lazy("Contact changed"), "user", "grey"),
    "contact.removed": (gettext_lazy("Contact removed"), "user-minus", "grey"),
    "task.added": (gettext_lazy("Planned"), "calendar-plus", "grey"),
    "task.done": (gettext_lazy("Done"), "circle-check", "green"),
    "task.cancelled": (gettext_lazy("No longer needed"), "ban", "muted"),
    "task.postponed": (gettext_lazy("Postponed"), "clock", "orange"),
    "task.handed_on": (gettext_lazy("Handed on"), "user-share", "grey"),
    "task.asked_back": (gettext_lazy("Needs more information"), "help", "orange"),
    "task.explained": (gettext_lazy("Explained"), "message-circle", "grey"),
    "task.reopened": (gettext_lazy("Opened again"), "arrow-back-up", "orange"),
    "collaborator.added": (gettext_lazy("Collaborator added"), "user-plus", "blue"),
    "collaborator.changed": (gettext_lazy("Collaborator changed"), "user", "grey"),
    "collaborator.removed": (gettext_lazy("Collaborator removed"), "user-minus", "grey"),
    "collaborator.ended": (gettext_lazy("Collaboration is over"), "clock", "grey"),
    "fact.checked": (gettext_lazy("Facts verified"), "shield-check", "green"),
    "sample.passed": (gettext_lazy("Spot check passed"), "checklist", "green"),
    "sample.returned": (gettext_lazy("Spot check returned"), "checklist", "orange"),
    "public_info.noted": (gettext_lazy("Public information noted"), "file-text", "grey"),
    "public_info.dropped": (gettext_lazy("Public information removed"), "trash", "grey"),
    "questionnaire.sent": (gettext_lazy("Questionnaire sent"), "list-check", "grey"),
    "questionnaire.answered": (gettext_lazy("Questionnaire answered"), "list-check", "green"),
    "questionnaire.revoked": (gettext_lazy("Questionnaire taken back"), "ban", "grey"),
    "proposal.accepted": (gettext_lazy("Answer accepted"), "circle-check", "grey"),
    "proposal.declined": (gettext_lazy("Answer declined"), "ban", "grey"),
    "draft.typed_in": (gettext_lazy("Typed in from a draft"), "photo", "green"),
    "submission.received": (gettext_lazy("Came by a web form"), "world", "green"),
    "submission.known": (gettext_lazy("Wrote again by a web form"), "world", "orange"),
    "issue.settled": (gettext_lazy("Open point settled"), "circle-check", "green"),
    "customer.extended": (gettext_lazy("Kept longer"), "clock", "blue"),
    "customer.recycle_warned": (gettext_lazy("Goes back to the pool soon"), "alert-triangle", "orange"),
    "customer.brought_back": (gettext_lazy("Brought back from a rule"), "arrow-back-up", "grey"),
    "customer.status_confirmed": (gettext_lazy("Stage confirmed"), "circle-check", "grey"),
    "request.asked": (gettext_lazy("Asked for a decision"), "inbox", "orange"),
    "request.granted": (gettext_lazy("Request granted"), "circle-check", "green"),
    "request.declined": (gettext_lazy("Request declined"), "ban", "red"),
    "request.withdrawn": (gettext_lazy("Request taken back"), "arrow-back-up", "grey"),
    "evidence.added": (gettext_lazy("Evidence"), "shield-check", "green"),
    "evidence.withdrawn": (gettext_lazy("Evidence withdrawn"), "ban", "red"),
    "gate_exception.granted": (gettext_lazy("Exception granted"), "alert-triangle", "orange"),
    "gate_debt.paid": (gettext_lazy("Owed evidence supplied"), "circle-check", "green"),
    "gate_debt.moot": (gettext_lazy("Owed evidence no longer asked for"), "circle-check", "grey"),
    "gate_debt.expired": (gettext_lazy("Owed evidence overdue"), "alert-triangle", "red"),
    "file.added": (gettext_lazy("File added"), "paperclip", "grey"),
    "file.removed": (gettext_lazy("File removed"), "trash", "grey"),
}


GATES = ("evidence.", "gate_", "customer.status_confirmed")
WORDED = (  # kinds whose words are more than a name
    *GATES,
    "task.",
    "fact.",
    "public_info.",
    "sample.",
    "plan.",
    "submission.",
    "issue.",
    "proposal.",
    "questionnaire.answered",
    "draft.typed_in",
)


def moments(items: Sequence[TimelineItem]) -> list[dict[str, Any]]:
    """Return the entries as the timeline shows them; one query for the names of people in them."""
    names, labels = _names(items), _own_labels(items)
    beside = Beside.of(items)
    return [
        _contact(item, item.followup, beside) if item.followup
        else _comment(item, item.comment) if item.comment
        else _event(item, names, labels)
        for item in items
    ]  # fmt: skip


def _comment(item: TimelineItem, comment: Comment) -> dict[str, Any]:
    """Return a comment on the customer: an entry of its own, anchored like those under a record."""
    return _frame(item) | {
        "id": f"c{comment.pk}", "icon": "message", "tone": "cyan", "title": pgettext("remark", "Comment"), "comments": [comment],
    }  # fmt: skip


def _own_labels(items: Sequence[TimelineItem]) -> dict[str, str]:
    """Return the labels of own fields; a query only when one was changed."""
    changed = {name for item in items for name in item.data.get("changes", ())}
    if not any(map(is_own_key, changed)):
        return {}
    return {field.key: field.label for field in own_fields(active=False)}


def _names(items: Sequence[TimelineItem]) -> dict[int, str]:
    ids = {item.data.get(key) for item in items for key in ("origin", "target", "assignee")}
    people = [pk for pk in ids if isinstance(pk, int)]
    return dict(User.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}


def _frame(item: TimelineItem) -> dict[str, Any]:
    local = timezone.localtime(item.at)
    day = _("Today") if local.date() == timezone.localdate() else local.strftime("%Y-%m-%d")
    return {"day": day, "who": item.by, "when": ago(item.at), "exact": local.strftime("%Y-%m-%d %H:%M")}


def _contact(item: TimelineItem, followup: FollowUp, beside: Beside) -> dict[str, Any]:
    tags = [{"tone": "orange", "text": _("recorded late")}] if followup.is_late else []
    if not followup.is_effective:
        tags.append({"tone": "grey", "text": _("does not count as a contact")})
    if not followup.got_response:
        tags.append({"tone": "muted", "text": _("no answer")})
    text, answered = told(followup, beside)
    extra = answered + [
        (label, value)
        for label, value in (
            (_("Answer"), followup.feedback),
            (_("New needs"), followup.new_needs),
            (_("Risks"), followup.risks),
            (_("Open questions"), followup.questions),
            (_("From the library"), from_library(followup, beside)),
            (_("Files"), ", ".join(file.name for file in followup.attachments.all())),
        )
        if value
    ]
    extra += changed_lines(item.data.get("changes", followup.changes))
    if hint := quality_line(followup):
        extra.append((_("Better with"), hint))
    return _frame(item) | {
        "id": f"f{followup.pk}", "icon": ICONS[followup.method], "tone": "blue", "title": followup.get_method_display(),
        "text": text, "tags": tags + quality_tag(followup), "extra": extra, "comments": list(followup.comments.all()), "on": followup.pk,
    }  # fmt: skip


def changed_lines(changes: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what a record changed about the customer, old and new side by side; a budget's two ends as one."""
    changes = dict(changes)
    lines = []
    ends = [changes.pop(name, None) for name in ("budget_min", "budget_max")]
    if any(ends):
        old, new = (_range([end[at] for end in ends if end]) for at in (0, 1))
        lines.append((_("Budget"), f"{old} → {new}"))
    return lines + [(_label(name), f"{_show(old)} → {_show(new)}") for name, (old, new) in changes.items()]


def _range(ends: list[Any]) -> str:
    shown = [end if end == STARS else show_money(Decimal(end)) for end in ends if end is not None]
    return "–".join(dict.fromkeys(shown)) or "—"


def _event(item: TimelineItem, names: dict[int, str], labels: dict[str, str]) -> dict[str, Any]:
    title, icon, tone = KINDS.get(item.kind, (item.kind, "info-circle", "grey"))
    shown = {"id": f"e{item.at.timestamp()}", "icon": icon, "tone": tone, "title": title, "small": True}
    if item.kind == "customer.changed":
        changes = item.data["changes"].items()
        lines = [
            (labels.get(name) or _label(name), f"{_show(old)} → {_show(new)}") for name, (old, new) in changes
        ]
        return _frame(item) | shown | {"extra": lines}
    if (words := DEAL_TEXTS.get(item.kind.partition(".")[0])) is not None:
        return _frame(item) | shown | {"text": words(item.data)}
    return _frame(item) | shown | _words(item.kind, item.data, names)


def _words(kind: str, data: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    if kind == "customer.stage_moved":
        move = f"{Stage(data['origin']).label} → {Stage(data['target']).label}"
        return {"text": " · ".join(part for part in (move, data["reason"]) if part)}
    if kind == "customer.graded" or kind.startswith(("score.", "override.")):
        until = _("until %(day)s") % {"day": data["until"]} if data.get("until") else ""
        parts = (f"{data['origin']} → {data['target']}", until, data["reason"])
        return {"text": " · ".join(part for part in parts if part)}
    if kind.startswith("customer.") and "target" in data:
        return {
            "text": " · ".join(
                part for part in (names.get(data["target"] or 0, ""), data.get("reason", "")) if part
            )
        }
    if kind.startswith("collaborator."):
        access = {True: _("reads and writes"), False: _("reads only")}.get(data.get("may_write", ""), "")
        until = _("until %(day)s") % {"day": data["ends_on"]} if data.get("ends_on") else ""
        return {"text": " · ".join(part for part in (data["name"], data.get("part"), access, until) if part)}
    if kind == "customer.need_added":
        return {"text": " · ".join(part for part in (data["source"], data["need"]) if part)}
    if kind == "customer.tagged":
        return {
            "text": " ".join([f"+{tag}" for tag in data["added"]] + [f"−{tag}" for tag in data["removed"]])
        }
    if kind.startswith(WORDED):
        return {"text": gate_words(kind, data) if kind.startswith(GATES) else _text(kind, data, names)}
    return {"text": " · ".join(part for part in (data.get("name", ""), data.get("note", "")) if part)}


def _text(kind: str, data: dict[str, Any], names: dict[int, str]) -> str:
    if kind == "fact.checked":
        return "、".join(str(BY_KEY[key].label) for key in data["facts"] if key in BY_KEY)
    if kind in {"questionnaire.answered", "draft.typed_in"}:
        return "\n".join(part for part in (data["form"], data["notes"]) if part)
    if kind == "issue.settled":
        return str(data["text"])
    if kind.startswith("proposal."):
        return f"{data['name']} · {FIELDS.get(data['field'], data['field'])}"
    if kind.startswith("submission."):
        parts = [data["form"], data["utm"], data["referrer"]]
        return f"{' · '.join(part for part in parts if part)}\n{data['notes']}"
    if kind.startswith("public_info."):
        return f"{Topic(data['topic']).label} · {data['source']}"
    if kind.startswith("plan."):
        return str(data.get("goal") or data.get("comment", ""))
    return str(data["comment"]) if kind.startswith("sample.") else _task_words(kind, data, names)


def _task_words(kind: str, data: dict[str, Any], names: dict[int, str]) -> str:
    parts = [data.get("objective", "")]
    if kind == "task.added":
        parts += [names.get(data["assignee"], ""), _moment(data["due_at"])]
    elif kind == "task.handed_on":
        parts.append(f"{names.get(data['origin'], '')} → {names.get(data['target'], '')}")
    elif kind in {"task.postponed", "task.replanned"}:
        parts += [
            f"{_moment(data['origin'])} → {_moment(data['target'])}",
            data.get("reason") or data["grade"],
        ]
    else:
        parts += [data.get(key, "") for key in ("question", "answer", "reason", "outcome")]
    return " · ".join(part for part in parts if part)


def _moment(text: str) -> str:
    """Return a moment of an event (ISO, with its zone) as people here read it."""
    return exact(datetime.fromisoformat(text))


def _label(name: str) -> str:
    return name if is_own_key(name) else label_of(name)


def _show(value: Any) -> str:
    return "—" if value in (None, "") else str(value)[:200]
