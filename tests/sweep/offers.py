"""What is offered to a customer of the sweep: a version that was sent, with a link, and a draft after it."""

from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from genjin.customers.models import Customer
from genjin.proposals.actions.drafts import NewLine, NewProposal, new_version, open_proposal
from genjin.proposals.actions.links import share
from genjin.proposals.actions.objections import Answer, NewObjection, note_objection
from genjin.proposals.actions.sending import NewFeedback, Sending, record_feedback, send_version
from genjin.proposals.actions.team import add_file
from genjin.selling.models import Opportunity


def offers(maker: Any, word: str, customer: Customer) -> dict[str, tuple[int, ...]]:
    """Make a proposal with a sent version, its link and feedback, a draft with a file, and an objection; ids by family."""
    admin, now = maker.admin, maker.now
    opportunity = Opportunity.objects.create(
        customer=customer, name=f"{word}商机", opened_at=now, stage_entered_at=now
    )
    values = {
        "lines": [NewLine(name=f"{word}行", price=Decimal(100))],
        "terms": f"{word}条款",
        "modules": [f"{word}模块"],
    }
    proposal = open_proposal(admin, customer, NewProposal(opportunity, f"{word}方案", values), now=now)
    first = send_version(admin, proposal.versions.get(), Sending("email", f"{word}收件人"), now=now)
    record_feedback(admin, first, NewFeedback(f"{word}意见", 4), now=now)
    link = share(admin, first, days=30, now=now)
    draft = new_version(admin, proposal, now=now)
    file = add_file(admin, draft, ContentFile(word.encode(), name=f"{word}.txt"), now=now)
    objection = note_objection(
        admin, customer, NewObjection("price", f"{word}嫌贵", opportunity), Answer("partly", f"{word}答复"), now=now
    )  # fmt: skip
    return {
        "offer": (proposal.pk,), "offer_sent": (first.pk,), "offer_draft": (draft.pk,), "offer_file": (draft.pk, file.pk),
        "offer_link": (link.pk,), "objection": (objection.pk,),
    }  # fmt: skip
