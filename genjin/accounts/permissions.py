"""The one table of rights: which role may do which deed. `docs/permissions.md` is made from it.

Which *rows* one sees is answered by `Scope` and the querysets; which *fields* by masking. Here are deeds.
"""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.kit.errors import RuleError

if TYPE_CHECKING:
    from genjin.accounts.models import User


class Role(models.TextChoices):
    REP = "rep", gettext_lazy("Sales representative")
    LEAD = "lead", gettext_lazy("Team lead")
    MANAGER = "manager", gettext_lazy("Sales manager")
    ADMIN = "admin", gettext_lazy("Administrator")
    SERVICE = "service", gettext_lazy("Service")
    DELIVERY = "delivery", gettext_lazy("Delivery")
    LEGAL = "legal", gettext_lazy("Legal")
    FINANCE = "finance", gettext_lazy("Finance")
    MARKETING = "marketing", gettext_lazy("Marketing")
    AUDITOR = "auditor", gettext_lazy("Auditor")


class Right(StrEnum):
    ADD_CUSTOMER = "add_customer"
    CHANGE_CUSTOMER = "change_customer"
    DELETE_CUSTOMER = "delete_customer"
    CLAIM = "claim"
    ASSIGN = "assign"
    RELEASE = "release"
    MOVE_STAGE = "move_stage"
    GRADE = "grade"
    REVEAL = "reveal"
    FOLLOW_UP = "follow_up"
    MANAGE_TASKS = "manage_tasks"
    COMMENT = "comment"
    IMPORT = "import"
    EXPORT = "export"
    APPROVE = "approve"
    MANAGE_CAMPAIGNS = "manage_campaigns"
    MANAGE_LIBRARY = "manage_library"
    REVIEW_QUALITY = "review_quality"
    SELL = "sell"
    MANAGE_PRODUCTS = "manage_products"
    CONTRACT = "contract"
    RECORD_MONEY = "record_money"
    DELIVER = "deliver"
    SERVE = "serve"
    SEE_TEAM = "see_team"
    SEE_ALL = "see_all"
    SEE_LOG = "see_log"
    SET_TARGETS = "set_targets"
    MANAGE_SETTINGS = "manage_settings"
    MANAGE_USERS = "manage_users"


RIGHT_WORDS = {
    Right.ADD_CUSTOMER: gettext_lazy("Add customers and leads"),
    Right.CHANGE_CUSTOMER: gettext_lazy("Change customers one may edit"),
    Right.DELETE_CUSTOMER: gettext_lazy("Move customers to the recycle bin and back"),
    Right.CLAIM: gettext_lazy("Claim customers from a pool"),
    Right.ASSIGN: gettext_lazy("Assign and transfer customers"),
    Right.RELEASE: gettext_lazy("Return customers to a pool"),
    Right.MOVE_STAGE: gettext_lazy("Move customers between stages"),
    Right.GRADE: gettext_lazy("Confirm or change the grade"),
    Right.REVEAL: gettext_lazy("Reveal masked contact data (logged, capped per day)"),
    Right.FOLLOW_UP: gettext_lazy("Record contacts"),
    Right.MANAGE_TASKS: gettext_lazy("Plan, hand on and settle tasks"),
    Right.COMMENT: gettext_lazy("Comment on the customers one sees"),
    Right.IMPORT: gettext_lazy("Import sheets and take imports back"),
    Right.EXPORT: gettext_lazy("Export what one may see"),
    Right.APPROVE: gettext_lazy("Grant or decline what the people one leads ask for"),
    Right.MANAGE_CAMPAIGNS: gettext_lazy("Manage campaigns, web forms and questionnaires"),
    Right.MANAGE_LIBRARY: gettext_lazy("Write the library of scripts and materials, and record templates"),
    Right.REVIEW_QUALITY: gettext_lazy("Draw samples of the customers one leads and judge them"),
    Right.SELL: gettext_lazy("Write needs, opportunities, proposals and objections"),
    Right.MANAGE_PRODUCTS: gettext_lazy(
        "Manage products, price books, discount limits and document templates"
    ),
    Right.CONTRACT: gettext_lazy("Draft contracts, hand them in, sign and amend them"),
    Right.RECORD_MONEY: gettext_lazy("Record receipts and invoices, and reverse them"),
    Right.DELIVER: gettext_lazy("Run delivery projects"),
    Right.SERVE: gettext_lazy("Ask for ratings, work on tickets, renewals and churn warnings"),
    Right.SEE_TEAM: gettext_lazy("See the rows of the teams one leads"),
    Right.SEE_ALL: gettext_lazy("See every row"),
    Right.SEE_LOG: gettext_lazy("Read the log of exports, reveals and right changes"),
    Right.SET_TARGETS: gettext_lazy("Set the targets of the people one leads"),
    Right.MANAGE_SETTINGS: gettext_lazy("Change settings, pools and rule sets"),
    Right.MANAGE_USERS: gettext_lazy("Manage people, teams and roles"),
}

_SELL = {
    Right.ADD_CUSTOMER, Right.CHANGE_CUSTOMER, Right.CLAIM, Right.RELEASE, Right.MOVE_STAGE, Right.GRADE,
    Right.REVEAL, Right.FOLLOW_UP, Right.MANAGE_TASKS, Right.COMMENT, Right.IMPORT,
    Right.SELL, Right.CONTRACT, Right.DELIVER, Right.SERVE,
}  # fmt: skip
_LEAD = _SELL | {
    Right.ASSIGN,
    Right.DELETE_CUSTOMER,
    Right.SEE_TEAM,
    Right.EXPORT,
    Right.APPROVE,
    Right.REVIEW_QUALITY,
    Right.MANAGE_LIBRARY,
    Right.RECORD_MONEY,
    Right.SET_TARGETS,
}
_HELP = {Right.FOLLOW_UP, Right.MANAGE_TASKS, Right.COMMENT}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.REP: frozenset(_SELL),
    Role.LEAD: frozenset(_LEAD),
    Role.MANAGER: frozenset(
        _LEAD | {Right.SEE_ALL, Right.SEE_LOG, Right.MANAGE_CAMPAIGNS, Right.MANAGE_PRODUCTS}
    ),
    Role.ADMIN: frozenset(Right),
    Role.SERVICE: frozenset(_HELP | {Right.REVEAL, Right.SERVE, Right.DELIVER}),
    Role.DELIVERY: frozenset(_HELP | {Right.DELIVER, Right.SERVE}),
    Role.LEGAL: frozenset(_HELP | {Right.CONTRACT}),
    Role.FINANCE: frozenset(_HELP | {Right.RECORD_MONEY}),
    Role.MARKETING: frozenset(
        {
            Right.ADD_CUSTOMER,
            Right.IMPORT,
            Right.MANAGE_TASKS,
            Right.COMMENT,
            Right.MANAGE_CAMPAIGNS,
            Right.MANAGE_LIBRARY,
        }
    ),
    Role.AUDITOR: frozenset({Right.SEE_ALL, Right.SEE_LOG}),
}


def may(user: "User", right: Right) -> bool:
    """Whether `user` holds `right`; asked by templates for a button and by `require`."""
    return user.is_active and right in RIGHTS[Role(user.role)]


def require(user: "User", right: Right) -> None:
    """Refuse with 403 `forbidden` unless `user` holds `right`; the first line of every action."""
    if not may(user, right):
        sentence = _("Your role may not do this: %(deed)s. Ask an administrator.")
        raise RuleError(sentence % {"deed": RIGHT_WORDS[right]}, "forbidden", status=403)
