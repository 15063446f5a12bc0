"""Whom we already know, asked before somebody is added twice."""

from django.utils.translation import gettext as _
from ninja import Router

from genjin.accounts.permissions import Right, require
from genjin.api.schemas.intake import DuplicateQuestion, Matches, show_match
from genjin.api.wire import Call
from genjin.customers.queries.find import known_under
from genjin.customers.rules.fields import CONTACT_FIELDS, CUSTOMER_FIELDS, read_fields
from genjin.customers.rules.identity import Named, Reachable, identity_keys
from genjin.kit.errors import RuleError

router = Router(tags=["duplicates"])
READERS = {
    "name": CUSTOMER_FIELDS["name"],
    "uscc": CUSTOMER_FIELDS["credit_code"],
    "phone": CONTACT_FIELDS["phone"],
    "email": CONTACT_FIELDS["email"],
}


@router.post("/duplicates/check", response=Matches, summary="Ask whom we already know")
def check(request: Call, body: DuplicateQuestion) -> Matches:
    require(request.auth, Right.ADD_CUSTOMER)
    given = {name: value for name in READERS if (value := getattr(body, name))}
    if not given:
        raise RuleError(_("Give a name, a phone, a credit code or a mail address."), "question_empty")
    values = read_fields(given, READERS)
    reach = Reachable(phones=(values.get("phone", ""),), email=values.get("email", ""))
    code = values.get("credit_code", "")
    keys = identity_keys(values.get("name", ""), "org", code, [reach])
    found = known_under(request.auth, keys, Named(values.get("name", ""), code), top=body.top)
    return Matches(matches=[show_match(one) for one in found])
