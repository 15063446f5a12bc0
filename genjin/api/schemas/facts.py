"""Checked facts and public information as they look from outside."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from genjin.api.wire import Id, In, Moment, Named, Out, Ref, Words, ref
from genjin.quality.models import FactCheck, PublicInfo
from genjin.quality.queries.facts import FactLine
from genjin.quality.rules.facts import FACTS, CheckMethod, FactState
from genjin.quality.rules.public import Topic

FactName = Annotated[str, Field(max_length=40, json_schema_extra={"enum": [fact.key for fact in FACTS]})]
Raw = Annotated[str, Field(max_length=4000)] | bool | int | float | None


class FactSeen(In):
    """One fact somebody made sure of: as it stands, or with the new value by field."""

    fact: FactName
    contact: Id | None = Field(None, description="whose, for facts of people")
    value: dict[str, Raw] | None = Field(
        None, description="fields with their new values; left out: still true"
    )


class CheckIn(In):
    """What was made sure of in one go, how, and who or what said so."""

    facts: list[FactSeen] = Field(min_length=1, max_length=50)
    method: CheckMethod
    source: Annotated[str, Field(max_length=200)] = ""
    note: Annotated[str, Field(max_length=500)] = ""


class CheckOut(Out):
    """A check; `seen` is null where the value is not for the caller's eyes."""

    id: int
    fact: str
    contact: int | None
    seen: str | None
    is_corrected: bool
    method: CheckMethod
    source: str
    note: str
    checked_at: Moment
    checked_by: Ref | None


class FactOut(Out):
    """How a fact stands: `state` is verified, unverified, changed or stale; null while it is empty."""

    fact: str
    contact: int | None
    value: str
    state: FactState | None
    months: int
    checked_at: Moment | None
    checked_by: Ref | None
    method: CheckMethod | None


class InfoIn(In):
    """Public information with its source and day."""

    text: Annotated[str, Field(max_length=1000)]
    source: Named
    dated_on: date
    topic: Topic = Topic.NEWS
    link: Annotated[str, Field(max_length=500)] = ""
    take_over: bool = False


class InfoOut(Out):
    """Public information about a customer."""

    id: int
    topic: Topic
    text: Words
    source: str
    link: str
    dated_on: date
    noted_at: Moment
    noted_by: Ref | None


def show_check(check: FactCheck, *, unmasked: bool) -> CheckOut:
    """Return a check; what was seen only where people are unmasked."""
    plain: dict[str, Any] = {
        name: getattr(check, name) for name in ("fact", "is_corrected", "method", "source", "note", "checked_at")
    }  # fmt: skip
    return CheckOut(
        **plain, id=check.pk, contact=check.contact_id, seen=check.seen if unmasked else None,
        checked_by=ref(check.checked_by),
    )  # fmt: skip


def show_fact(line: FactLine) -> FactOut:
    """Return a fact as it stands."""
    last = line.last
    return FactOut(
        fact=line.fact.key, contact=line.contact.pk if line.contact else None, value=line.text,
        state=line.state, months=line.months, checked_at=last.checked_at if last else None,
        checked_by=ref(last.checked_by) if last else None, method=CheckMethod(last.method) if last else None,
    )  # fmt: skip


def show_info(info: PublicInfo) -> InfoOut:
    """Return public information."""
    return InfoOut(
        id=info.pk, topic=Topic(info.topic), text=info.text, source=info.source, link=info.link, dated_on=info.dated_on,
        noted_at=info.noted_at, noted_by=ref(info.noted_by),
    )  # fmt: skip
