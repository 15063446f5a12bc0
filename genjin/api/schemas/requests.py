"""How requests look from outside: what is asked, who agrees at which step, what was said."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from genjin.api.paging import Cut
from genjin.api.schemas.customers import Given
from genjin.api.wire import In, Named, Out, Ref, Words, ref
from genjin.approvals.models import Request, Signer, Step


class RequestFilter(Cut):
    """Which requests: `decide` waits for you, `mine` you asked, `closed` is over; all in sight without it."""

    tab: Literal["decide", "mine", "closed"] | None = None
    kind: Named | None = None


class SignerOut(Out):
    """Somebody asked at a step."""

    person: Ref
    status: Signer.Status
    came: Signer.Came = Field(description="why this person is asked")
    stands_for: Ref | None
    answer: str
    answered_at: datetime | None


class StepOut(Out):
    """A step; `needs` is `all` where all of its signers have to agree."""

    status: Step.Status
    needs: Literal["all", "any"]
    signers: list[SignerOut]


class RequestOut(Out):
    """What somebody asks for."""

    id: int
    kind: str
    subject: str
    reason: str
    customer: int | None
    amount: Decimal | None
    status: Request.Status
    asked_by: Ref
    asked_at: datetime
    decided_by: Ref | None
    decided_at: datetime | None
    answer: str


class RequestDetail(RequestOut):
    """A request with its steps, what was handed in and its fingerprint."""

    facts: list[tuple[str, str]] = Field(description="what was handed in, in words")
    digest: str = Field(description="SHA-256 of what was handed in")
    steps: list[StepOut]


class Answer(In):
    """A word to it."""

    answer: Words = ""


class Return(In):
    """Why it comes back."""

    answer: Words


class SignerIn(In):
    """Who else is to agree: before you answer, or after your step."""

    person: Given
    before: bool = True
    note: Words = ""


class HandOn(In):
    """Who answers instead of you, or instead of `of`, whom you lead."""

    person: Given
    of: Given | None = None
    note: Words = ""


def _fields(row: Request) -> dict[str, Any]:
    return {
        "id": row.pk, "kind": row.kind, "subject": row.subject, "reason": row.reason, "customer": row.customer_id,
        "amount": row.amount, "status": Request.Status(row.status), "asked_by": ref(row.asked_by), "asked_at": row.asked_at,
        "decided_by": ref(row.decided_by), "decided_at": row.decided_at, "answer": row.answer,
    }  # fmt: skip


def show_request(row: Request) -> RequestOut:
    """Return a request of a list; comes with asked_by and decided_by."""
    return RequestOut(**_fields(row))


def show_whole(row: Request) -> RequestDetail:
    """Return a request with its steps; comes with steps and their signers."""
    return RequestDetail(
        **_fields(row), facts=[(str(label), str(value)) for label, value in row.facts], digest=row.digest,
        steps=[_step(step) for step in sorted(row.steps.all(), key=lambda one: one.position)],
    )  # fmt: skip


def _step(step: Step) -> StepOut:
    return StepOut(
        status=Step.Status(step.status), needs="all" if step.wants == "all" else "any",
        signers=[_signer(seat) for seat in step.signers.all()],
    )  # fmt: skip


def _signer(seat: Signer) -> SignerOut:
    return SignerOut(
        person=Ref(id=seat.user_id, name=str(seat.user)), status=Signer.Status(seat.status), came=Signer.Came(seat.came),
        stands_for=ref(seat.stands_for), answer=seat.answer, answered_at=seat.answered_at,
    )  # fmt: skip
