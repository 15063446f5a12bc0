"""The sweep: every address x every role x every kind of id x every method, in a world full of marks.

Out of sight reads exactly like missing, nothing answers 5xx, no mark of a stranger's row appears anywhere, and
whatever is refused changes nothing. An address the matrix does not know fails.
"""

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from genjin.accounts.permissions import RIGHTS, Right, Role
from genjin.api.v1 import api
from genjin.intake.actions.export import NewExport, ask_export, run_export
from genjin.intake.queries.outgoing import OUTGOING
from tests.sweep.api_matrix import API, API_FAMILIES
from tests.sweep.bodies import body_for
from tests.sweep.ledger import Ledger
from tests.sweep.marks import SHARED_PHONE
from tests.sweep.matrix import PAGES, Row
from tests.sweep.world import INTERNAL, MARK, SECRET_PHONES, World, make_world, marks_for

AGAINST = {"missing", "gone"}  # ids that are there to compare with
# What a collaborator who reads only must be refused.
OWNERS = {
    Right.CHANGE_CUSTOMER, Right.DELETE_CUSTOMER, Right.ASSIGN, Right.RELEASE, Right.MOVE_STAGE, Right.GRADE,
    Right.FOLLOW_UP, Right.MANAGE_TASKS,
}  # fmt: skip
REFUSED = {403, 404, 405, 409, 422}
WORDS = {"group": "need", "form": "collection"}  # parts of an address that are no ids
FRAGMENT = {"HX-Request": "true"}


def routes(patterns: list[Any], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


@cache
def document() -> dict[str, Any]:
    return dict(api.get_openapi_schema())


def schema_routes() -> dict[str, dict[str, Any]]:
    """Return the operations of the API by `METHOD route`, as Django writes the route."""
    paths = document()["paths"]
    return {
        f"{method.upper()} {address.lstrip('/').replace('{', '<').replace('}', '>')}": operation
        for address, methods in paths.items()
        for method, operation in methods.items()
    }


def test_every_address_is_in_the_matrix():
    found = set(routes(get_resolver().url_patterns))
    pages = {route for route in found if not route.startswith("api/")}
    assert pages - PAGES.keys() == set(), "new pages: say in tests/sweep/matrix.py what they are about"
    assert PAGES.keys() - pages == set(), "these pages are gone"
    beside = {"GET api/docs", "GET api/v1/openapi.json", "GET api/v1/", "GET api/^(?P<rest>.*)$"}
    assert {key.partition(" ")[2] for key in schema_routes() | dict.fromkeys(beside)} == found - pages
    assert schema_routes().keys() | beside == API.keys(), "new or gone: say in tests/sweep/matrix.py"


# What is out of sight is found by whose rows one sees, not by the role: these walk every kind of row, whole pages and
# fragments; all others what is theirs and what is a stranger's, for what their rights open and shut.
THOROUGH = frozenset({Role.REP, Role.LEAD, Role.MANAGER})
SIMPLE = frozenset({"own", "stranger", "nobody"})


class Sweep:
    """Walks addresses as one actor and collects what is wrong."""

    def __init__(self, world: World) -> None:
        self.world, self.client, self.wrong = world, Client(raise_request_exception=False), []
        self.client.force_login(world.actor)
        self.cookies = self.client.cookies.output(header="", sep=";")
        self.marks, self.ledger, self.count = list(marks_for(world)), Ledger(), 0
        self.touched = self.ledger.touched()
        self.kept: dict[tuple[Any, ...], tuple[int, bytes]] = {}
        self.is_thorough = world.actor.role in THOROUGH
        self.headers = {"Authorization": f"Bearer {world.token}"}

    def ask(
        self, method: str, address: str, *, headers: dict[str, str] | None = None, **more: Any
    ) -> tuple[int, bytes]:
        """Send one request, undo what it did, and check what holds for every answer."""
        self.count += 1
        self.client.cookies = SimpleCookie(self.cookies)
        with transaction.atomic():
            response = getattr(self.client, method.lower())(address, headers=headers or {}, **more)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            is_refused = response.status_code >= 400
            before, self.touched = self.touched, self.ledger.touched()
            written = [table for table, count in self.touched.items() if count != before.get(table)]
            changed = self.ledger.changed(written) if is_refused else []
            transaction.set_rollback(True)
        here = f"{method} {address}{' (fragment)' if headers == FRAGMENT else ''}"
        if response.status_code >= 500:
            self.wrong.append(f"{here}: {response.status_code} {getattr(response, 'exc_info', None)}")
        if changed:
            self.wrong.append(f"{here}: {response.status_code}, and yet changed {changed}")
        text = readable(body) + str(response.headers)
        revealed = SHARED_PHONE if address.endswith(("/reveal/", "/reveal")) else ""
        self.wrong += [f"{here}: shows {mark}" for mark in self.marks if mark in text and mark != revealed]
        return response.status_code, body

    def ask_once(
        self, method: str, address: str, *, headers: dict[str, str] | None, **more: Any
    ) -> tuple[int, bytes]:
        """Send a request whose answer is always the same, such as one for a missing id, and keep the answer."""
        key = (method, address, tuple(headers or ()), str(more))
        if key not in self.kept:
            self.kept[key] = self.ask(method, address, headers=headers, **more)
        return self.kept[key]

    def compare(self, here: str, got: tuple[int, bytes], missing: tuple[int, bytes], *ids: Any) -> None:
        """Out of sight must read like missing."""
        if got[0] not in {403, 404, 405, 422}:
            self.wrong.append(f"{here}: {got[0]} out of sight")
        elif got[0] != missing[0] or plain(got[1], *ids) != plain(missing[1], *ids):
            self.wrong.append(f"{here}: {got[0]} differs from missing, {missing[0]}")


def readable(body: bytes) -> str:
    """Return an answer as text; sheets are unpacked first."""
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    return body.decode("utf-8", "replace")


def plain(body: bytes, *ids: Any) -> str:
    """Return an answer without what differs from one request to the next."""
    text = re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]*', "", readable(body))
    for pk in sorted({str(pk) for pk in ids}, key=len, reverse=True):
        text = re.sub(rf"(?<!\d){pk}(?!\d)", "ID", text)
    return re.sub(r"\d{2}:\d{2}(:\d{2})?", "", text)


def fill(route: str, row: Row, ids: tuple[Any, ...]) -> str:
    if row.address:
        return f"/{row.address}"
    if row.public:
        return "/" + re.sub(r"<\w+:\w+>", str(ids[0]), route)
    values = iter(() if row.body else ids)
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: WORDS.get(found[1]) or str(next(values)), route)


def pages(sweep: Sweep, route: str, row: Row) -> None:
    """Walk one page: every kind of id, reading and writing, whole and as a fragment."""
    kinds = sweep.world.ids[row.family] if row.family else {"own": ()}
    if row.public:
        kinds = {"own": (sweep.world.public[row.public],), "nobody": ("x" * 22,)}
    kinds = {kind: ids for kind, ids in kinds.items() if sweep.is_thorough or kind in SIMPLE}
    for method in ("GET", "POST"):
        right = row.deed if method == "POST" else row.look
        may = right is None or sweep.world.actor.may(right)
        for kind, ids in kinds.items():
            if method in row.skip or kind in AGAINST or not (may or kind in {"own", "stranger"}):
                continue
            page(sweep, (method, route, kind), row, ids, None)
            if (
                sweep.is_thorough
                and may
                and not row.own_door
                and kind == ("own" if method == "GET" else "stranger")
            ):
                page(sweep, (method, route, kind), row, ids, FRAGMENT)


def page(
    sweep: Sweep, place: tuple[str, str, str], row: Row, ids: tuple[Any, ...], headers: dict[str, str] | None
) -> None:
    world, (method, route, kind) = sweep.world, place
    got = sweep.ask(method, fill(route, row, ids), headers=headers, data=_data(row, method, world, ids))
    right = row.deed if method == "POST" else row.look
    if right is not None and not world.actor.may(right) and got[0] not in REFUSED:
        sweep.wrong.append(f"{method} {route} of {kind}: {got[0]} without the right {right}")
    reads_only = kind == "shared" and not world.actor.scope.sees_all
    if reads_only and method == "POST" and right in OWNERS and got[0] not in REFUSED:
        sweep.wrong.append(f"{method} {route}: {got[0]} from a collaborator who reads only")
    is_about_nobody = not row.family or (row.body and method == "GET")
    if is_about_nobody or world.sees(row.family, kind):
        return
    against = world.ids[row.family]
    gone = against.get("gone", against["missing"]) if kind == "crossed" else against["missing"]
    missing = sweep.ask_once(
        method, fill(route, row, gone), headers=headers, data=_data(row, method, world, gone)
    )
    sweep.compare(f"{method} {route} of {kind}", got, missing, *ids, *gone)


def _data(row: Row, method: str, world: World, ids: tuple[Any, ...]) -> dict[str, Any]:
    if method == "GET":
        return {}
    return world.values | ({"ids": str(ids[0])} if row.body else {})


def doors(sweep: Sweep, key: str, operation: dict[str, Any]) -> None:
    """Walk one route of the API: every kind of id, its own method."""
    world, (method, _blank, route) = sweep.world, key.partition(" ")
    family = next((family for name, family in API_FAMILIES.items() if f"<{name}>" in route), "")
    kinds = (
        {kind: ids[-1:] for kind, ids in world.ids[family].items() if kind not in {"crossed", "gone"}}
        if family
        else {"own": ()}
    )
    missing_ids = kinds.get("missing", ())
    kinds = {kind: ids for kind, ids in kinds.items() if sweep.is_thorough or kind in SIMPLE}
    body = _body(operation, world)
    for kind, ids in kinds.items():

        def at(pk: tuple[Any, ...]) -> str:
            return "/" + re.sub(r"<\w+>", lambda _found: str(pk[0]), route)

        got = sweep.ask(method, at(ids), headers=sweep.headers, **body)
        right = API[key]
        if isinstance(right, Right) and not world.actor.may(right) and got[0] not in REFUSED:
            sweep.wrong.append(f"{method} {at(ids)}: {got[0]} without the right {right}")
        if kind != "missing" and family and not world.sees(family, kind):
            missing = sweep.ask_once(method, at(missing_ids), headers=sweep.headers, **body)
            sweep.compare(f"{key} of {kind}", got, missing, *ids, *missing_ids)


def _body(operation: dict[str, Any], world: World) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return {}
    schemas = document()["components"]["schemas"]
    return {
        "data": body_for(content["application/json"]["schema"], schemas, world),
        "content_type": "application/json",
    }


def distinct_roles() -> dict[str, Role]:
    """Return one role for each row of the table of rights; roles with equal rows are walked once, together."""
    rows: dict[frozenset[Right], list[Role]] = {}
    for role in Role:
        rows.setdefault(RIGHTS[role], []).append(role)
    return {"-".join(roles): roles[0] for roles in rows.values()}


@pytest.mark.parametrize("role", distinct_roles().values(), ids=distinct_roles().keys())
def test_nobody_sees_or_changes_what_is_not_theirs(db, role):
    logging.disable(logging.CRITICAL)  # thousands of refusals are what we want
    sweep = Sweep(make_world(role, timezone.now()))
    for route, row in PAGES.items():
        if role == Role.REP or not row.own_door:  # the login door knows no roles
            pages(sweep, route, row)
    for key, operation in schema_routes().items():
        doors(sweep, key, operation)
    logging.disable(logging.NOTSET)
    assert sweep.ledger.changed() == []
    assert sweep.count > 300
    assert not sweep.wrong, "\n".join(dict.fromkeys(sweep.wrong))


@pytest.mark.parametrize("role", [Role.LEAD, Role.ADMIN])
def test_no_sheet_shows_what_is_out_of_sight(db, role):
    world, now = make_world(role, timezone.now()), timezone.now()
    marks, wrong = list(marks_for(world)), []
    for what in OUTGOING:
        for shape, is_unmasked in (("xlsx", True), ("csv", False)):
            new = NewExport(
                "周会", what=what, query=OUTGOING[what].whole, format=shape, is_unmasked=is_unmasked
            )
            row = run_export(ask_export(world.actor, new, now=now).pk, now=now)
            with row.file.open("rb") as file:
                text = readable(file.read())
            wrong += [f"{what}.{shape} shows {mark}" for mark in marks if mark in text]
            wrong += [] if row.rows else [f"{what}.{shape} is empty"]
    assert wrong == []


def test_without_signing_in_only_the_login_door_answers(db):
    world = make_world(Role.REP, timezone.now())
    client, open_doors = Client(raise_request_exception=False), []
    for route, row in PAGES.items():
        if row.public:
            continue  # walked below
        address = fill(route, row, world.ids[row.family]["own"] if row.family else ())
        for method in ("get", "post"):
            if method.upper() in row.skip:
                continue
            response = getattr(client, method)(address, world.values if method == "post" else {})
            is_shut = response.status_code == 302 and response["Location"].startswith("/accounts/login/")
            if not is_shut and not row.own_door:
                open_doors.append(f"{method} {address}: {response.status_code}")
    for key in schema_routes():
        method, _blank, route = key.partition(" ")
        address = "/" + re.sub(r"<\w+>", str(world.ids["customer"]["own"][0]), route)
        response = client.generic(method, address)
        if response.status_code != 401:
            open_doors.append(f"{key}: {response.status_code}")
    assert open_doors == []


HIDDEN_FROM_STRANGERS = (MARK, INTERNAL, "OWN公司", "POOLED", "公海", *SECRET_PHONES)


def test_pages_for_strangers_tell_nothing_of_ours(db):
    """Every public page, anonymous and signed in, with its real id and with none: no name of ours, no cookie, no session."""
    world = make_world(Role.REP, timezone.now())
    signed_in = Client(raise_request_exception=False)
    signed_in.force_login(world.actor)
    ledger, wrong, count = Ledger(), [], 0
    for client in (Client(raise_request_exception=False), signed_in):
        cookies = client.cookies.output(header="", sep=";")
        for route, row in PAGES.items():
            for kind, pk in (("own", world.public.get(row.public, "")), ("nobody", "x" * 22)):
                for method in ("get", "post", "put", "delete") if row.public else ():
                    client.cookies, count = SimpleCookie(cookies), count + 1
                    with transaction.atomic():
                        answer = getattr(client, method)(
                            fill(route, row, (pk,)), world.values if method == "post" else {}
                        )
                        changed = ledger.changed() if answer.status_code >= 400 else []
                        transaction.set_rollback(True)
                    here = f"{method} {route} of {kind}: {answer.status_code}"
                    text = answer.content.decode() + str(answer.headers)
                    wrong += [f"{here} shows {word}" for word in HIDDEN_FROM_STRANGERS if word in text]
                    wrong += [f"{here} changed {table}" for table in changed]
                    is_fine = answer.status_code in ({404, 405} if kind == "nobody" else {200, 405, 422})
                    if not is_fine or "Set-Cookie" in answer.headers or answer.cookies:
                        wrong.append(f"{here}, cookies {answer.cookies.keys()}")
    assert count >= 48
    assert wrong == []
