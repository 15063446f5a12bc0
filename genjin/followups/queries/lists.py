"""Which customers a list's address asks for: one reading for pages, saved views, exports and deeds on all that match."""

from django.http import QueryDict

from genjin.accounts.models import SavedView, User
from genjin.accounts.permissions import Right
from genjin.customers.models import Customer, CustomerQuerySet, Participant
from genjin.customers.queries.find import search
from genjin.followups.queries.conditions import Condition, as_query, read_conditions


def read_address(text: str) -> QueryDict:
    """Return an address kept as text."""
    return QueryDict(text)


def tab_of(user: User, query: QueryDict) -> str:
    """Return the tab a list's address asks for; a rep begins with the own customers, who leads with all."""
    sees_others = user.may(Right.SEE_TEAM) or user.may(Right.SEE_ALL)
    return str(query.get("tab") or ("all" if sees_others or query.get("view") else "mine"))


def conditions_of(query: QueryDict) -> list[Condition]:
    """Return the conditions of a list's address."""
    columns = [query.getlist(name) for name in ("f", "op", "v", "v2")]
    return read_conditions(zip(*columns, strict=False))


def rows_of(user: User, query: QueryDict) -> CustomerQuerySet:
    """Return the customers a list's address asks for: tab, search, conditions; not yet ordered."""
    rows = Customer.objects.visible_to(user)
    tab = tab_of(user, query)
    if tab == "mine":
        rows = rows.filter(owner=user)
    elif tab == "team":
        rows = rows.owned().exclude(owner=user)
    elif tab == "shared":
        helped = Participant.objects.filter(user=user).standing().values("customer_id")
        rows = rows.exclude(owner=user).filter(pk__in=helped)
    elif tab == "pool":
        rows = rows.in_pool()
    elif tab == "proposals":
        rows = rows.with_grade_proposal()
    elif tab == "idle":
        rows = rows.without_next_step()
    asked = conditions_of(query)
    if asked:
        rows = rows.filter(as_query(asked, query.get("match", "all"), user))
    return search(rows, query.get("q", "").strip()[:100], user)


def saved_list(user: User, view: str) -> SavedView | None:
    """Return one of the person's saved lists of customers, by name or number."""
    own = SavedView.objects.visible_to(user).filter(page="customers")
    named = own.filter(name=view.strip()).first()
    return named or (own.filter(pk=int(view)).first() if view.isdecimal() and len(view) < 19 else None)
