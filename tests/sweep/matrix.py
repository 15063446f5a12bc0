"""What every address is about, and which right its deed asks for. An address that is missing here fails the sweep."""

from dataclasses import dataclass

from genjin.accounts.permissions import Right


@dataclass(frozen=True)
class Row:
    """One line of the matrix.

    `family` names the rows the address takes; `deed` is the right without which a POST must be refused,
    `look` the one without which a GET must be; `body` puts the ids into the request's body; `address` is a
    concrete address for a pattern that is a regular expression; `own_door` marks login pages, open to everybody;
    `public` names the key in `World.public` of a page strangers reach.
    """

    family: str = ""
    deed: Right | None = None
    look: Right | None = None
    body: bool = False
    address: str = ""
    own_door: bool = False
    public: str = ""
    skip: tuple[str, ...] = ()  # methods not walked here, with the reason beside them


def both(right: Right, family: str = "") -> Row:
    return Row(family, deed=right, look=right)


LOGIN = Row(own_door=True)
SETTINGS, USERS = Right.MANAGE_SETTINGS, Right.MANAGE_USERS
PAGES = {
    "": Row(),
    "todo/": Row(),
    "live/": Row(skip=("GET",)),  # an endless stream; tests/web hold it
    "me/": Row(),
    "search/": Row(),
    "new/": both(Right.ADD_CUSTOMER),
    "record/": Row(),
    "customers/": Row(),
    "customers/board/": Row(),
    "customers/columns/": Row(),
    "customers/views/": Row(),
    "customers/views/<int:pk>/delete/": Row("view"),
    "customers/known/": Row(look=Right.ADD_CUSTOMER),
    "customers/assign/": Row("customer", deed=Right.ASSIGN, body=True),
    "customers/release/": Row("customer", deed=Right.RELEASE, body=True),
    "customers/grade/": Row("customer", deed=Right.GRADE, body=True),
    "customers/plan/": Row("customer", deed=Right.MANAGE_TASKS, body=True),
    "customers/tag/": Row("customer", deed=Right.CHANGE_CUSTOMER, body=True),
    "customers/export/": Row("customer", deed=Right.EXPORT, body=True),
    "customers/<int:pk>/": Row("customer"),
    "customers/<int:pk>/head/": Row("customer"),
    "customers/<int:pk>/drawer/": Row("customer"),
    "customers/<int:pk>/stream/": Row("customer"),
    "customers/<int:pk>/edit/<slug:group>/": both(Right.CHANGE_CUSTOMER, "customer"),
    "customers/<int:pk>/contacts/": both(Right.CHANGE_CUSTOMER, "customer"),
    "customers/<int:pk>/contacts/<int:contact_pk>/": both(Right.CHANGE_CUSTOMER, "contact"),
    "customers/<int:pk>/contacts/<int:contact_pk>/show/": Row("contact"),
    "customers/<int:pk>/contacts/<int:contact_pk>/remove/": both(Right.CHANGE_CUSTOMER, "contact"),
    "customers/<int:pk>/contacts/<int:contact_pk>/reveal/": Row("contact", deed=Right.REVEAL),
    "customers/<int:pk>/files/": both(Right.FOLLOW_UP, "customer"),
    "customers/files/<int:pk>/": Row("file"),
    "customers/files/<int:pk>/remove/": Row("file", deed=Right.FOLLOW_UP),
    "customers/<int:pk>/claim/": Row("customer", deed=Right.CLAIM),
    "customers/<int:pk>/assign/": both(Right.ASSIGN, "customer"),
    "customers/<int:pk>/release/": both(Right.RELEASE, "customer"),
    "customers/<int:pk>/grade/": both(Right.GRADE, "customer"),
    "customers/<int:pk>/tag/": both(Right.CHANGE_CUSTOMER, "customer"),
    "customers/<int:pk>/stage/": both(Right.MOVE_STAGE, "customer"),
    "customers/<int:pk>/merge/": both(Right.DELETE_CUSTOMER, "customer"),
    "customers/<int:pk>/unmerge/": both(Right.DELETE_CUSTOMER, "customer"),
    "customers/<int:pk>/delete/": both(Right.DELETE_CUSTOMER, "customer"),
    "customers/<int:pk>/followups/": Row("customer", deed=Right.FOLLOW_UP),
    "customers/<int:pk>/tasks/": both(Right.MANAGE_TASKS, "customer"),
    "customers/duplicates/": both(Right.DELETE_CUSTOMER),
    "customers/duplicates/scan/": both(Right.DELETE_CUSTOMER),
    "customers/duplicates/progress/": both(Right.DELETE_CUSTOMER),
    "customers/duplicates/<int:pk>/different/": both(Right.DELETE_CUSTOMER, "pair"),
    "customers/duplicates/<int:pk>/reopen/": both(Right.DELETE_CUSTOMER, "pair"),
    "customers/<int:pk>/check/": both(Right.CHANGE_CUSTOMER, "customer"),
    "customers/<int:pk>/public/": both(Right.CHANGE_CUSTOMER, "customer"),
    "public/<int:pk>/remove/": both(Right.CHANGE_CUSTOMER, "info"),
    "quality/confirm/": Row(),
    "settings/facts/": both(SETTINGS),
    "settings/facts/next/": both(SETTINGS),
    "tasks/": Row(),
    "routing/": both(Right.ASSIGN),
    "routing/give/": Row("customer", deed=Right.ASSIGN, body=True),
    "routing/leaving/": Row(),
    "routing/runs/": both(SETTINGS),
    "routing/runs/<int:pk>/": both(SETTINGS, "run"),
    "routing/runs/<int:pk>/undo/": both(SETTINGS, "run"),
    "routing/rules/": both(SETTINGS),
    "routing/rules/<slug:kind>/new/": both(SETTINGS, "rule_kind"),
    "routing/rules/<slug:kind>/<int:pk>/": both(SETTINGS, "rule"),
    "routing/rules/<slug:kind>/<int:pk>/remove/": both(SETTINGS, "rule"),
    "routing/rules/<slug:kind>/tonight/": both(SETTINGS, "rule_kind"),
    "routing/handovers/": Row(),
    "routing/handovers/new/": both(Right.ASSIGN),
    "routing/handovers/<int:pk>/": Row("handover"),
    "routing/handovers/<int:pk>/accept/": Row("handover"),
    "routing/handovers/<int:pk>/decline/": Row("handover"),
    "routing/handovers/<int:pk>/withdraw/": both(Right.ASSIGN, "handover"),
    "routing/customers/<int:pk>/extension/": both(Right.RELEASE, "customer"),
    "routing/customers/<int:pk>/lock/": both(Right.ASSIGN, "customer"),
    "requests/": Row(),
    "requests/<int:pk>/grant/": both(Right.APPROVE, "request"),
    "requests/<int:pk>/decline/": both(Right.APPROVE, "request"),
    "requests/<int:pk>/withdraw/": Row("request"),
    "tasks/<int:pk>/done/": Row("task", deed=Right.MANAGE_TASKS),
    "tasks/<int:pk>/postpone/": Row("task", deed=Right.MANAGE_TASKS),
    "tasks/<int:pk>/hand-on/": Row("task", deed=Right.MANAGE_TASKS),
    "tasks/<int:pk>/cancel/": Row("task", deed=Right.MANAGE_TASKS),
    "campaigns/": Row(),
    "campaigns/new/": both(Right.MANAGE_CAMPAIGNS),
    "campaigns/<int:pk>/": both(Right.MANAGE_CAMPAIGNS, "campaign"),
    "campaigns/<int:pk>/remove/": both(Right.MANAGE_CAMPAIGNS, "campaign"),
    "forms/": both(Right.MANAGE_CAMPAIGNS),
    "forms/new/": both(Right.MANAGE_CAMPAIGNS),
    "forms/<int:pk>/": both(Right.MANAGE_CAMPAIGNS, "form"),
    "forms/<int:pk>/edit/": both(Right.MANAGE_CAMPAIGNS, "form"),
    "forms/<int:pk>/remove/": both(Right.MANAGE_CAMPAIGNS, "form"),
    "forms/<int:pk>/qr.svg": both(Right.MANAGE_CAMPAIGNS, "form"),
    "forms/<int:pk>/qr.png": both(Right.MANAGE_CAMPAIGNS, "form"),
    "forms/entries/<int:pk>/judge/": both(Right.MANAGE_CAMPAIGNS, "entry"),
    "f/<slug:public_id>/": Row(public="form"),
    "f/<slug:public_id>/embed/": Row(public="form"),
    "c/<str:key>/": Row(public="confirm"),
    "imports/": both(Right.IMPORT),
    "imports/new/": both(Right.IMPORT),
    "imports/template.xlsx": both(Right.IMPORT),
    "imports/<int:pk>/": both(Right.IMPORT, "batch"),
    "imports/<int:pk>/progress/": both(Right.IMPORT, "batch"),
    "imports/<int:pk>/cancel/": both(Right.IMPORT, "batch"),
    "imports/<int:pk>/undo/": both(Right.IMPORT, "batch"),
    "imports/<int:pk>/errors.xlsx": both(Right.IMPORT, "batch"),
    "settings/": Row(),
    "settings/tokens/": Row(),
    "settings/tokens/new/": Row(),
    "settings/tokens/<int:pk>/revoke/": Row("token"),
    "settings/users/": both(USERS),
    "settings/users/new/": both(USERS),
    "settings/users/<int:pk>/": both(USERS, "user"),
    "settings/users/<int:pk>/link/": both(USERS, "user"),
    "settings/teams/": both(USERS),
    "settings/teams/new/": both(USERS),
    "settings/teams/<int:pk>/": both(USERS, "team"),
    "settings/teams/<int:pk>/remove/": both(USERS, "team"),
    "settings/rights/": both(USERS),
    "settings/rules/": both(SETTINGS),
    "settings/rules/next/": both(SETTINGS),
    "settings/collection/": both(SETTINGS),
    "settings/collection/fields/new/": both(SETTINGS),
    "settings/collection/fields/<int:pk>/": both(SETTINGS, "own_field"),
    "settings/collection/<slug:kind>/": both(SETTINGS, "template"),
    "settings/collection/<slug:kind>/preview/": both(SETTINGS, "template"),
    "settings/collection/<slug:kind>/versions/": both(SETTINGS, "template"),
    "settings/collection/<slug:kind>/publish/": both(SETTINGS, "template"),
    "settings/collection/<slug:kind>/discard/": both(SETTINGS, "template"),
    "settings/bin/": both(Right.DELETE_CUSTOMER),
    "settings/bin/<int:pk>/restore/": both(Right.DELETE_CUSTOMER, "bin"),
    "settings/log/": both(Right.SEE_LOG),
    "settings/calendar/": both(SETTINGS),
    "settings/calendar/day/": both(SETTINGS),
    "settings/calendar/load/": both(SETTINGS),
    "settings/calendar/<slug:day>/remove/": both(SETTINGS, "day"),
    "settings/system/": both(SETTINGS),
    **{
        f"settings/{name}/{rest}": both(SETTINGS, family if "pk" in rest else "")
        for name, family in (("choices", "choice"), ("tags", "tag"), ("pools", "pool"))
        for rest in ("", "new/", "<int:pk>/", "<int:pk>/remove/")
    },
    **{
        f"settings/absences/{rest}": both(Right.ASSIGN, "absence" if "pk" in rest else "")
        for rest in ("", "new/", "<int:pk>/", "<int:pk>/remove/")
    },
    **{
        f"accounts/{rest}": LOGIN
        for rest in (
            "login/", "logout/", "inactive/", "signup/", "reauthenticate/", "email/", "confirm-email/", "password/change/", "password/set/",
            "password/reset/", "login/code/confirm/", "password/reset/key/done/", "password/reset/done/", "2fa/", "2fa/authenticate/",
            "2fa/reauthenticate/", "2fa/totp/activate/", "2fa/totp/deactivate/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/",
            "2fa/recovery-codes/download/", "2fa/webauthn/", "2fa/webauthn/add/", "2fa/webauthn/reauthenticate/", "2fa/webauthn/login/",
        )
    },
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": Row("", own_door=True, address="accounts/2fa/webauthn/keys/1/remove/"),
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": Row("", own_door=True, address="accounts/2fa/webauthn/keys/1/edit/"),
    r"accounts/^confirm-email/(?P<key>[-:\w]+)/$": Row(own_door=True, address="accounts/confirm-email/x:y/"),
    r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": Row(own_door=True, address="accounts/password/reset/key/1-x/"),
}  # fmt: skip
API_FAMILIES = {"customer_id": "customer", "contact_id": "contact", "task_id": "task", "batch_id": "batch"}
# Every route of the API by method and address, with the right its deed asks for.
API = {
    "GET api/docs": None,
    "GET api/v1/openapi.json": None,
    "GET api/v1/": None,
    "GET api/^(?P<rest>.*)$": None,
    "GET api/v1/me": None,
    "GET api/v1/customers": None,
    "POST api/v1/customers": Right.ADD_CUSTOMER,
    "GET api/v1/customers/<customer_id>": None,
    "PATCH api/v1/customers/<customer_id>": Right.CHANGE_CUSTOMER,
    "DELETE api/v1/customers/<customer_id>": Right.DELETE_CUSTOMER,
    "POST api/v1/customers/<customer_id>/claim": Right.CLAIM,
    "POST api/v1/customers/<customer_id>/release": Right.RELEASE,
    "POST api/v1/customers/<customer_id>/assign": Right.ASSIGN,
    "POST api/v1/customers/<customer_id>/stage": Right.MOVE_STAGE,
    "POST api/v1/customers/<customer_id>/grade": Right.GRADE,
    "POST api/v1/customers/<customer_id>/merge": Right.DELETE_CUSTOMER,
    "POST api/v1/customers/<customer_id>/unmerge": Right.DELETE_CUSTOMER,
    "POST api/v1/customers/<customer_id>/reveal": Right.REVEAL,
    "GET api/v1/customers/<customer_id>/contacts": None,
    "POST api/v1/customers/<customer_id>/contacts": Right.CHANGE_CUSTOMER,
    "PATCH api/v1/contacts/<contact_id>": Right.CHANGE_CUSTOMER,
    "DELETE api/v1/contacts/<contact_id>": Right.CHANGE_CUSTOMER,
    "GET api/v1/customers/<customer_id>/timeline": None,
    "GET api/v1/customers/<customer_id>/followups": None,
    "POST api/v1/customers/<customer_id>/followups": Right.FOLLOW_UP,
    "GET api/v1/customers/<customer_id>/facts": None,
    "GET api/v1/customers/<customer_id>/checks": None,
    "POST api/v1/customers/<customer_id>/checks": Right.CHANGE_CUSTOMER,
    "GET api/v1/customers/<customer_id>/public-information": None,
    "POST api/v1/customers/<customer_id>/public-information": Right.CHANGE_CUSTOMER,
    "GET api/v1/tasks": None,
    "POST api/v1/tasks": Right.MANAGE_TASKS,
    "POST api/v1/tasks/<task_id>/done": Right.MANAGE_TASKS,
    "POST api/v1/tasks/<task_id>/cancel": Right.MANAGE_TASKS,
    "POST api/v1/tasks/<task_id>/reassign": Right.MANAGE_TASKS,
    "POST api/v1/tasks/<task_id>/postpone": Right.MANAGE_TASKS,
    "GET api/v1/deadlines": None,
    "GET api/v1/campaigns": None,
    "POST api/v1/campaigns": Right.MANAGE_CAMPAIGNS,
    "GET api/v1/imports": Right.IMPORT,
    "POST api/v1/imports": Right.IMPORT,
    "GET api/v1/imports/<batch_id>": Right.IMPORT,
    "PATCH api/v1/imports/<batch_id>": Right.IMPORT,
    "POST api/v1/imports/<batch_id>/commit": Right.IMPORT,
    "POST api/v1/imports/<batch_id>/undo": Right.IMPORT,
    "GET api/v1/imports/<batch_id>/errors.xlsx": Right.IMPORT,
    "POST api/v1/duplicates/check": Right.ADD_CUSTOMER,
}
