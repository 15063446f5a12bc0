"""What crosses the edge: JSON in, JSON out, and the types that keep odd values outside."""

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Never

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import to_json

from genjin.accounts.models import User
from genjin.kit.errors import RuleError
from genjin.kit.money import to_cents

OLDEST, NEWEST = 1900, 2200
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Call(HttpRequest):
    """A request that came through the bearer door: `auth` is whose token it carried."""

    auth: User


class In(BaseModel):
    """A body: names it does not know are refused, so that a slip of the pen is noticed."""

    model_config = ConfigDict(extra="forbid")


class ReasonIn(In):
    """Why something is done."""

    reason: Annotated[str, Field(max_length=1000)]


class Out(BaseModel):
    """An answer, always written out field by field."""


def _sensible(moment: AwareDatetime) -> AwareDatetime:
    if not OLDEST <= moment.year <= NEWEST:
        raise ValueError(_("Write a moment between the years 1900 and 2200."))
    return moment


def _sensible_day(day: date) -> date:
    if not OLDEST <= day.year <= NEWEST:
        raise ValueError(_("Write a day between the years 1900 and 2200."))
    return day


Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Moment = Annotated[AwareDatetime, AfterValidator(_sensible)]
Day = Annotated[date, AfterValidator(_sensible_day)]
Money = Annotated[Decimal, AfterValidator(to_cents)]
"""An amount on its way out, with its two places also when it is nothing."""
Words = Annotated[str, Field(max_length=4000)]
Named = Annotated[str, Field(max_length=120)]
"""A person by login or name, a word of a dictionary by its name."""


class Ref(Out):
    """Another record, by id and name."""

    id: int
    name: str


def ref(row: Any) -> Ref | None:
    """Return a row as id and name; None for none."""
    return None if row is None else Ref(id=row.pk, name=str(row))


def storable(value: Any) -> bool:
    """Whether PostgreSQL can keep every text in `value`: no NUL, no half of a surrogate pair."""
    if isinstance(value, str):
        return not UNSTORABLE.search(value)
    if isinstance(value, Mapping):
        return all(storable(name) and storable(item) for name, item in value.items())
    return all(map(storable, value)) if isinstance(value, list) else True


def _refuse_constant(name: str) -> Never:
    raise ValueError(name)


class EdgeParser(Parser):
    """Reads bodies and addresses; refuses texts no table can hold before anything else sees them."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Read a JSON body, in UTF-8, without NaN and Infinity."""
        text = request.body.decode("utf-8")
        body = json.loads(text, parse_constant=_refuse_constant)
        # A NUL or a surrogate can only stand in JSON as an escape.
        if "\\u" in text and not storable(body):
            raise ValueError("text")
        return body

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> dict[str, Any]:
        """Read an address or a form."""
        found: dict[str, Any] = super().parse_querydict(data, list_fields, request)
        if not storable({name: value for name, value in found.items() if isinstance(value, str | list)}):
            sentence = _("The text holds characters that cannot be stored.")
            raise RuleError(sentence, "text_invalid", status=400)
        return found


class EdgeRenderer(BaseRenderer):
    """Writes JSON in UTF-8, moments with their zone, amounts as texts."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002
        return to_json(data, fallback=str)
