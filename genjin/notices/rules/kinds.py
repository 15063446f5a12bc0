"""What people are told of, and the sentence for it. Pure."""

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy


class NoticeKind(TextChoices):
    """What a notice is about; its label stands in a person's settings."""

    TASK_GIVEN = "task_given", gettext_lazy("Somebody gives me a task")
    REPORT_HANDED_IN = "report_handed_in", gettext_lazy("Somebody I lead hands in a report")
    REPORT_COMMENTED = "report_commented", gettext_lazy("My report has a comment")
    TEAM_REVIEW_MADE = "team_review_made", gettext_lazy("A weekly or monthly review is made")
    TEAM_REVIEW_PUBLISHED = "team_review_published", gettext_lazy("A weekly or monthly review is published")
    REVIEW_ACTION_GIVEN = "review_action_given", gettext_lazy("A review decides something I am to do")
    REVIEW_ACTION_DUE = "review_action_due", gettext_lazy("What a review decided is due today")
    PLAN_FILED = "plan_filed", gettext_lazy("Somebody I lead files a follow-up plan")
    PLAN_RETURNED = "plan_returned", gettext_lazy("My follow-up plan comes back")
    COLLABORATOR = "collaborator", gettext_lazy("I become a collaborator")
    MENTIONED = "mentioned", gettext_lazy("Somebody mentions me")
    COMMENTED = "commented", gettext_lazy("Somebody comments on what is mine")
    TASK_ANSWERED = "task_answered", gettext_lazy("What I asked for is answered")
    TASK_ASKS_BACK = "task_asks_back", gettext_lazy("Whom I asked needs more information")
    TASK_EXPLAINED = "task_explained", gettext_lazy("I get the information I asked for")
    TASK_REOPENED = "task_reopened", gettext_lazy("My answer does not do yet")
    CUSTOMER_GIVEN = "customer_given", gettext_lazy("A customer is mine now")
    CUSTOMERS_GIVEN = "customers_given", gettext_lazy("Several customers are mine now")
    CUSTOMER_TAKEN = "customer_taken", gettext_lazy("A customer of mine goes to somebody else")
    CUSTOMERS_TAKEN = "customers_taken", gettext_lazy("Several customers of mine go to somebody else")
    RECYCLE_WARNED = "recycle_warned", gettext_lazy("A customer goes back to the pool soon")
    RECYCLE_WARNED_MANY = "recycle_warned_many", gettext_lazy("Several customers go back to the pool soon")
    RECYCLED = "recycled", gettext_lazy("A customer went back to the pool")
    RECYCLED_MANY = "recycled_many", gettext_lazy("Several customers went back to the pool")
    HANDOVER_OFFERED = "handover_offered", gettext_lazy("Somebody hands customers on to me")
    HANDOVER_ACCEPTED = "handover_accepted", gettext_lazy("My handover is accepted")
    HANDOVER_DECLINED = "handover_declined", gettext_lazy("My handover is declined")
    HANDOVER_UNANSWERED = "handover_unanswered", gettext_lazy("A handover is not answered in time")
    EVIDENCE_WITHDRAWN = "evidence_withdrawn", gettext_lazy("Evidence of a stage is withdrawn")
    GATE_DEBT_EXPIRED = "gate_debt_expired", gettext_lazy("An exception at a stage runs out unpaid")
    GRADE_SET_OVER = "grade_set_over", gettext_lazy("A grade set by hand has run out")
    SCORE_SET_OVER = "score_set_over", gettext_lazy("A score set by hand has run out")
    REQUEST_ASKED = "request_asked", gettext_lazy("Somebody asks for my word")
    REQUEST_REMINDED = "request_reminded", gettext_lazy("Somebody still waits for my word")
    REQUEST_UNANSWERED = "request_unanswered", gettext_lazy("Somebody I lead does not answer a request")
    REQUEST_GRANTED = "request_granted", gettext_lazy("What I asked for is granted")
    REQUEST_DECLINED = "request_declined", gettext_lazy("What I asked for is declined")
    REQUEST_VOIDED = "request_voided", gettext_lazy("What was approved has changed")
    IMPORT_DONE = "import_done", gettext_lazy("My import is through")
    IMPORT_FAILED = "import_failed", gettext_lazy("My import failed")
    EXPORT_READY = "export_ready", gettext_lazy("My export is ready")
    EXPORT_FAILED = "export_failed", gettext_lazy("My export failed")
    TASK_ARISEN = "task_arisen", gettext_lazy("A form, an answer or a rule gives me a task")
    DAILY_BRIEF = "daily_brief", gettext_lazy("The morning's brief")
    TEAM_BRIEF = "team_brief", gettext_lazy("The morning's brief with my team")
    MAILBOX_FAILING = "mailbox_failing", gettext_lazy("A mailbox cannot be read")
    BACKUP_FAILED = "backup_failed", gettext_lazy("A backup failed")
    ROBOT_STOPPED = "robot_stopped", gettext_lazy("A robot takes no messages any more")
    DEADLINE_WARNED = "deadline_warned", gettext_lazy("Half of a time limit is over")
    DEADLINE_BREACHED = "deadline_breached", gettext_lazy("A time limit was missed")
    DEADLINE_ESCALATED = "deadline_escalated", gettext_lazy("A time limit was missed by somebody I lead")
    DEADLINE_HIGH_RISK = "deadline_high_risk", gettext_lazy("A customer is at high risk")
    DEADLINE_REASSIGN = "deadline_reassign", gettext_lazy("A customer should go to somebody else")
    DEADLINE_DIGEST = "deadline_digest", gettext_lazy("Many time limits at once")
    SURVEY_GIVEN = "survey_given", gettext_lazy("A customer is to be asked by me")
    TICKET_GIVEN = "ticket_given", gettext_lazy("Somebody gives me a ticket")
    TICKET_ARISEN = "ticket_arisen", gettext_lazy("A rating or a colleague who left gives me a ticket")
    TICKET_REPORTED = "ticket_reported", gettext_lazy("A customer reports a problem")
    TICKET_CONFIRMED = "ticket_confirmed", gettext_lazy("A customer confirms that a ticket of mine is solved")
    TICKET_REOPENED = "ticket_reopened", gettext_lazy("A ticket of mine is open again")
    BAD_RATING = "bad_rating", gettext_lazy("A customer of mine is not satisfied")
    CO_AUTHOR = "co_author", gettext_lazy("I write on a proposal")
    OFFER_OPENED = "offer_opened", gettext_lazy("A customer opens a proposal's link")
    REVIEW_DUE = "review_due", gettext_lazy("The review of a customer comes up")
    CHURN_RAISED = "churn_raised", gettext_lazy("A customer may leave")
    REPURCHASE_PROPOSED = "repurchase_proposed", gettext_lazy("A customer may buy again")
    MILESTONE_DUE = "milestone_due", gettext_lazy("A payment I watch falls due")
    CONTRACT_NAMED = "contract_named", gettext_lazy("A contract names me as reviewer or for its payments")
    CONTRACT_SIGNED = "contract_signed", gettext_lazy("A contract I take part in is signed")
    MONEY_IN = "money_in", gettext_lazy("Money of a customer of mine came in, or was reversed")
    INVOICE_ISSUED = "invoice_issued", gettext_lazy("An invoice I asked for is issued")
    DELIVERY_GIVEN = "delivery_given", gettext_lazy("I become part of a delivery project")
    DELIVERY_SLIPPED = "delivery_slipped", gettext_lazy("The end of a delivery project moves")
    DELIVERY_LATE = "delivery_late", gettext_lazy("A delivery project is late")
    DELIVERY_RISK = "delivery_risk", gettext_lazy("A delivery project has a high risk")
    DELIVERY_DONE = "delivery_done", gettext_lazy("A delivery project is delivered")
    DELIVERY_ACCEPTED = "delivery_accepted", gettext_lazy("A customer accepts what was delivered")


# Named placeholders only; the words come from `tell` and are plain text. The customer's name is no word: it is
# looked up when the notice is shown, for whoever reads it.
SENTENCES: Mapping[str, Any] = {
    NoticeKind.TASK_GIVEN: gettext_lazy("%(who)s asks you: %(what)s"),
    NoticeKind.DEADLINE_WARNED: gettext_lazy("%(clock)s, due %(due)s"),
    NoticeKind.DEADLINE_BREACHED: gettext_lazy("%(clock)s, overdue since %(due)s"),
    NoticeKind.DEADLINE_ESCALATED: gettext_lazy("%(who)s: %(clock)s, overdue since %(due)s"),
    NoticeKind.DEADLINE_HIGH_RISK: gettext_lazy(
        "High risk: nobody has been in touch for too long (%(who)s), overdue since %(due)s"
    ),
    NoticeKind.DEADLINE_REASSIGN: gettext_lazy(
        "%(who)s has not been in touch since the assignment, overdue since %(due)s; give it to somebody else?"
    ),
    NoticeKind.DEADLINE_DIGEST: gettext_lazy("%(count)s time limits need you; look through the list."),
    NoticeKind.CO_AUTHOR: gettext_lazy("%(who)s asks you to write on a proposal: %(what)s"),
    NoticeKind.OFFER_OPENED: gettext_lazy("The link to proposal %(what)s was opened"),
    NoticeKind.REVIEW_DUE: gettext_lazy("Review with the customer, due %(due)s"),
    NoticeKind.CHURN_RAISED: gettext_lazy("May leave (score %(score)s): %(why)s"),
    NoticeKind.REPURCHASE_PROPOSED: gettext_lazy("May buy again: %(what)s"),
    NoticeKind.MILESTONE_DUE: gettext_lazy("%(number)s %(what)s: %(amount)s due on %(day)s"),
    NoticeKind.CONTRACT_NAMED: gettext_lazy("%(who)s names you on contract %(number)s: %(what)s"),
    NoticeKind.CONTRACT_SIGNED: gettext_lazy("Contract %(number)s is signed: %(amount)s"),
    NoticeKind.MONEY_IN: gettext_lazy("%(who)s recorded %(amount)s for contract %(number)s: %(what)s"),
    NoticeKind.INVOICE_ISSUED: gettext_lazy("%(who)s issued invoice %(number)s over %(amount)s"),
    NoticeKind.DELIVERY_GIVEN: gettext_lazy("%(who)s takes you into the delivery project %(what)s"),
    NoticeKind.DELIVERY_SLIPPED: gettext_lazy(
        "%(who)s moved the expected end of %(what)s to %(day)s: %(why)s"
    ),
    NoticeKind.DELIVERY_LATE: gettext_lazy("%(what)s is %(days)s days late (in charge: %(who)s)"),
    NoticeKind.DELIVERY_RISK: gettext_lazy("%(who)s sees a high risk in %(what)s: %(why)s"),
    NoticeKind.DELIVERY_DONE: gettext_lazy(
        "%(what)s is delivered; the customer's acceptance is what is missing"
    ),
    NoticeKind.DELIVERY_ACCEPTED: gettext_lazy("The customer accepted %(what)s"),
    NoticeKind.SURVEY_GIVEN: gettext_lazy("Ask the customer within a week how satisfied they are: %(what)s"),
    NoticeKind.TICKET_GIVEN: gettext_lazy("%(who)s gives you ticket %(number)s: %(what)s"),
    NoticeKind.TICKET_ARISEN: gettext_lazy("Ticket %(number)s is yours: %(what)s"),
    NoticeKind.TICKET_REPORTED: gettext_lazy(
        "The customer reports a problem, ticket %(number)s: %(what)s; please accept it"
    ),
    NoticeKind.TICKET_CONFIRMED: gettext_lazy(
        "The customer confirms that ticket %(number)s is solved: %(what)s"
    ),
    NoticeKind.TICKET_REOPENED: gettext_lazy("Ticket %(number)s is open again: %(why)s"),
    NoticeKind.BAD_RATING: gettext_lazy(
        "Rated %(rating)s of 5; ticket %(number)s has to be answered and solved within 24 hours"
    ),
    NoticeKind.REPORT_HANDED_IN: gettext_lazy("%(who)s handed in a report: %(what)s"),
    NoticeKind.REPORT_COMMENTED: gettext_lazy("%(who)s commented on your report: %(what)s"),
    NoticeKind.TEAM_REVIEW_MADE: gettext_lazy("To be read and concluded: %(what)s"),
    NoticeKind.TEAM_REVIEW_PUBLISHED: gettext_lazy("%(who)s published: %(what)s"),
    NoticeKind.REVIEW_ACTION_GIVEN: gettext_lazy("%(who)s asks you, by %(day)s: %(what)s"),
    NoticeKind.REVIEW_ACTION_DUE: gettext_lazy("Decided in a review and due %(day)s: %(what)s"),
    NoticeKind.PLAN_FILED: gettext_lazy("%(who)s filed a follow-up plan; please acknowledge it"),
    NoticeKind.PLAN_RETURNED: gettext_lazy("%(who)s returned the follow-up plan: %(comment)s"),
    NoticeKind.COLLABORATOR: gettext_lazy("%(who)s made you a collaborator"),
    NoticeKind.MENTIONED: gettext_lazy("%(who)s mentioned you in a comment"),
    NoticeKind.COMMENTED: gettext_lazy("%(who)s wrote a comment"),
    NoticeKind.TASK_ANSWERED: gettext_lazy("%(who)s answered: %(what)s"),
    NoticeKind.TASK_ASKS_BACK: gettext_lazy("%(who)s needs more information: %(what)s"),
    NoticeKind.TASK_EXPLAINED: gettext_lazy("%(who)s explained: %(what)s"),
    NoticeKind.TASK_REOPENED: gettext_lazy("%(who)s needs more than the answer: %(what)s"),
    NoticeKind.CUSTOMER_GIVEN: gettext_lazy("%(who)s made you the owner; be in touch within 24 hours"),
    NoticeKind.CUSTOMERS_GIVEN: gettext_lazy(
        "%(who)s made you the owner of %(count)s customers; be in touch within 24 hours"
    ),
    NoticeKind.CUSTOMERS_TAKEN: gettext_lazy("%(who)s gave %(count)s of your customers to %(owner)s"),
    NoticeKind.CUSTOMER_TAKEN: gettext_lazy("%(who)s gave this customer to %(owner)s"),
    NoticeKind.RECYCLE_WARNED: gettext_lazy("Back to the pool in %(days)s days without a contact"),
    NoticeKind.RECYCLE_WARNED_MANY: gettext_lazy(
        "%(count)s of your customers go back to the pool within %(days)s days without a contact"
    ),
    NoticeKind.RECYCLED_MANY: gettext_lazy("%(count)s of your customers went back to the pool: %(why)s"),
    NoticeKind.RECYCLED: gettext_lazy("Went back to the pool: %(why)s"),
    NoticeKind.HANDOVER_OFFERED: gettext_lazy(
        "%(who)s hands on %(customers)s customers of %(giver)s to you; please answer"
    ),
    NoticeKind.HANDOVER_ACCEPTED: gettext_lazy("%(who)s accepts the customers of %(giver)s"),
    NoticeKind.HANDOVER_DECLINED: gettext_lazy("%(who)s does not accept the customers of %(giver)s: %(why)s"),
    NoticeKind.HANDOVER_UNANSWERED: gettext_lazy(
        "%(receiver)s has not answered the handover from %(giver)s within 24 hours"
    ),
    NoticeKind.EVIDENCE_WITHDRAWN: gettext_lazy("%(who)s withdrew evidence that the stage asks for: %(why)s"),
    NoticeKind.GATE_DEBT_EXPIRED: gettext_lazy(
        "Evidence for the stage is still missing; it was due by %(day)s"
    ),
    NoticeKind.GRADE_SET_OVER: gettext_lazy(
        "Grade %(was)s, set by hand until %(day)s, has run out; by the rules it is %(now)s"
    ),
    NoticeKind.SCORE_SET_OVER: gettext_lazy(
        "Score %(was)s, set by hand until %(day)s, has run out; by the rules it is %(now)s"
    ),
    NoticeKind.REQUEST_ASKED: gettext_lazy("%(who)s asks for your word: %(what)s (%(why)s)"),
    NoticeKind.REQUEST_REMINDED: gettext_lazy("%(who)s still waits for your word: %(what)s"),
    NoticeKind.REQUEST_UNANSWERED: gettext_lazy(
        "%(signer)s has not answered what %(who)s asks for: %(what)s"
    ),
    NoticeKind.REQUEST_GRANTED: gettext_lazy("%(who)s granted: %(what)s %(answer)s"),
    NoticeKind.REQUEST_DECLINED: gettext_lazy("%(who)s declined: %(what)s. %(answer)s"),
    NoticeKind.REQUEST_VOIDED: gettext_lazy("No longer approved: %(what)s. %(why)s"),
    NoticeKind.IMPORT_DONE: gettext_lazy("Import of %(file)s: %(created)s new, %(rejected)s refused"),
    NoticeKind.IMPORT_FAILED: gettext_lazy("Import of %(file)s stopped: %(why)s"),
    NoticeKind.EXPORT_READY: gettext_lazy("Your export of %(rows)s rows is ready to be fetched"),
    NoticeKind.EXPORT_FAILED: gettext_lazy("Your export failed: %(why)s"),
    NoticeKind.TASK_ARISEN: gettext_lazy("To be done within a day: %(what)s"),
    NoticeKind.DAILY_BRIEF: gettext_lazy(
        "Overdue %(overdue)s, due today %(today)s, at risk %(risk)s, without a next step %(idle)s"
    ),
    NoticeKind.TEAM_BRIEF: gettext_lazy(
        "You: overdue %(overdue)s, due today %(today)s, at risk %(risk)s, without a next step %(idle)s. Your team:"
        " overdue %(team_overdue)s, due today %(team_today)s, at risk %(team_risk)s, without a next step %(team_idle)s"
    ),
    NoticeKind.MAILBOX_FAILING: gettext_lazy("The mailbox %(name)s cannot be read: %(why)s"),
    NoticeKind.BACKUP_FAILED: gettext_lazy("The backup of %(when)s failed: %(why)s"),
    NoticeKind.ROBOT_STOPPED: gettext_lazy("The robot %(name)s takes no messages any more: %(why)s"),
}


def sentence(kind: str, words: Mapping[str, Any]) -> str:
    """Return what a notice says, in the language of the moment.

    A notice of a kind that is gone, or with words of an older version, is told by its label rather than not at all.
    """
    try:
        return str(SENTENCES[kind]) % words
    except (KeyError, TypeError, ValueError):
        return label_of(kind)


def label_of(kind: str) -> str:
    """Return a kind's label; the bare word for a kind that is gone."""
    return str(dict(NoticeKind.choices).get(kind, kind))
