"""The rules of the house that no linter knows. Each reads the source; none needs a database."""

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from django.urls import URLResolver, get_resolver

from genjin.cli import metrics, permissions
from genjin.followups.actions.ladder import ESCALATED, EVENTS
from genjin.followups.queries.timeline import HIDDEN
from genjin.web.customers.moments import KINDS
from tests.exceptions import CLOCKS, NO_WRITES, WITHOUT_ACTOR

ROOT = Path(__file__).resolve().parents[1]
GENJIN = ROOT / "genjin"
DOORS = ("web", "api", "cli")
FORBIDDEN_ROOMS = {"utils.py", "helpers.py", "services.py", "signals.py", "managers.py", "constants.py"}
LONGEST_FILE, LONGEST_TEMPLATE = 400, 150


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def sources(*folders: str) -> list[Path]:
    places = [GENJIN / folder for folder in folders] or [GENJIN]
    return sorted(p for place in places for p in place.rglob("*.py") if "migrations" not in p.parts)


def templates() -> list[Path]:
    return sorted(GENJIN.rglob("*.html"))


def room_files(*rooms: str) -> list[Path]:
    """Return the modules of rooms below the doors: `rules` finds rules.py and everything in rules/."""
    inside = [(p, p.relative_to(GENJIN).with_suffix("").parts) for p in sources()]
    return [p for p, parts in inside if parts[0] not in DOORS and set(parts) & set(rooms)]


def public_functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def within(path: Path, kept: Mapping[str, object]) -> str | None:
    return next((place for place in kept if name_of(path).startswith(place)), None)


def test_no_text_was_decoded_twice():
    twice = re.compile("[\u00c2-\u00f4][\u0080-\u00bf]")  # two bytes of UTF-8 read as letters
    assert [name_of(p) for p in (*sources(), *templates()) if twice.search(p.read_text("utf-8"))] == []


def test_files_stay_short():
    long = [name_of(p) for p in sources() if len(p.read_text("utf-8").splitlines()) > LONGEST_FILE]
    long += [name_of(p) for p in templates() if len(p.read_text("utf-8").splitlines()) > LONGEST_TEMPLATE]
    assert long == []


def test_rooms_have_their_names():
    assert [name_of(p) for p in sources() if p.name in FORBIDDEN_ROOMS] == []


WRITES = {
    "save",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "aget_or_create",
}
SHARED = {"create", "update"}  # dictionaries and sets have these, too
QUERIES = {
    "objects",
    "_default_manager",
    "filter",
    "exclude",
    "all",
    "visible_to",
    "select_for_update",
    "live",
    "open",
}


def chain(node: ast.AST) -> set[str]:
    """Return every name on the way to a call's receiver: `A.objects.filter(x)` gives A, objects, filter."""
    found = set()
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        node = node.func if isinstance(node, ast.Call) else node.value
    return found | ({node.id} if isinstance(node, ast.Name) else set())


def querysets_in(function: ast.AST) -> set[str]:
    """Return the local names bound to something that came out of a manager or queryset."""
    return {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and chain(node.value) & QUERIES
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def writes_in(path: Path) -> Iterator[str]:
    """Yield calls that write rows.

    save, delete and their like on anything (bar files and the cache), create and update on a manager's or
    queryset's chain, or on a name bound to one in the same module. A row handed through a foreign function and
    written by another name escapes; the sweep would still see it as a change.
    """
    bound = querysets_in(tree(path))
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        receiver = chain(node.func.value)
        about_files = receiver & {"cache", "storage", "request", "session", "catalogue"}
        is_row = node.func.attr in WRITES or (node.func.attr in SHARED and receiver & (QUERIES | bound))
        if is_row and not about_files:
            yield f"{name_of(path)}:{node.lineno} {ast.unparse(node.func)}"


def test_doors_never_write():
    found = [line for p in sources(*DOORS) if not within(p, NO_WRITES) for line in writes_in(p)]
    assert found == []


def test_the_check_for_writes_sees_them(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.test_house.ROOT", tmp_path)
    file = tmp_path / "view.py"
    file.write_text(
        "row = Customer.objects.get(pk=1)\nrow.save()\nrow.delete()\nCustomer.objects.filter(a=1).update(b=2)\n"
        "rows = Customer.objects.all()\nrows.update(a=1)\nTask.objects.create()\nwords = {}\nwords.update(a=1)\n"
    )
    assert len(list(writes_in(file))) == 5


CLOCK = re.compile(
    r"^(timezone\.(now|localtime|localdate)|datetime\.(now|utcnow|today)|date\.today|time\.time)$"
)


def test_rules_and_actions_are_told_the_time():
    found = []
    for path in room_files("rules", "actions"):
        for node in ast.walk(tree(path)):
            call = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            given = isinstance(node, ast.Call) and call == "timezone.localtime" and node.args
            if CLOCK.match(call) and not given and name_of(path) not in CLOCKS:
                found.append(f"{name_of(path)}:{node.lineno} {call}")
    assert found == []


def test_an_action_says_first_who_acts():
    found = []
    for path in room_files("actions"):
        place = within(path, WITHOUT_ACTOR)
        allowed = WITHOUT_ACTOR[place] if place else set()
        for function in public_functions(path):
            first = (function.args.posonlyargs + function.args.args)[:1]
            if allowed is not None and function.name not in allowed and [a.arg for a in first] != ["actor"]:
                found.append(f"{name_of(path)}:{function.lineno} {function.name}")
    assert found == []


def test_public_functions_say_what_they_do():
    found = [
        f"{name_of(path)}:{function.lineno} {function.name}"
        for path in room_files("rules", "queries", "actions", "kit")
        for function in public_functions(path)
        if ast.get_docstring(function) is None
    ]
    assert found == []


def ids_in(text: str) -> set[str]:
    """Return the requirement ids of a text; `S2-10..12` names three."""
    found = set()
    for series, first, last in re.findall(r"\b(S\d)-(\d+)(?:\.\.(\d+))?", text):
        found |= {f"{series}-{number}" for number in range(int(first), int(last or first) + 1)}
    return found


def test_every_requirement_named_in_code_is_a_rule_in_words():
    page = ids_in((ROOT / "docs" / "rules.md").read_text("utf-8"))
    missing = {name: ids_in(p.read_text("utf-8")) - page for p in sources() if (name := name_of(p))}
    assert {name: sorted(ids) for name, ids in missing.items() if ids} == {}


def test_the_rules_page_names_functions_that_exist():
    apps = {p.name for p in GENJIN.iterdir() if p.is_dir()}
    dotted = re.findall(r"`([a-z_]+(?:\.[A-Za-z_]+)+)`", (ROOT / "docs" / "rules.md").read_text("utf-8"))
    gone = [name for name in dotted if name.partition(".")[0] in apps and not exists(f"genjin.{name}")]
    assert gone == []


def exists(dotted: str) -> bool:
    module, rest = dotted, []
    while module:
        try:
            found = importlib.import_module(module)
        except ModuleNotFoundError:
            module, _dot, last = module.rpartition(".")
            rest.insert(0, last)
            continue
        for part in rest:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_every_rule_and_action_is_reached_from_a_door_or_a_job():
    modules = {module_of(p): p for p in sources()}
    starts = [
        m
        for m, p in modules.items()
        if m.split(".")[1:2] and (m.split(".")[1] in (*DOORS, "config") or p.stem == "jobs")
    ]
    reached, waiting = set(starts), list(starts)
    while waiting:
        for name in imports_of(modules[waiting.pop()]):
            if name in modules and name not in reached:
                reached.add(name)
                waiting.append(name)
    rooms = {module_of(p) for p in room_files("rules", "actions") if p.name != "__init__.py"}
    assert sorted(rooms - reached) == []


@pytest.mark.parametrize(
    "pattern", [r"<style", r"\sstyle\s*=", r"<script(?![^>]*\ssrc=)(?![^>]*application/json)", r"\son[a-z]+\s*=", r"\shx-on", r"javascript:"]
)  # fmt: skip
def test_templates_hold_no_inline_script_or_style(pattern):
    found = [
        f"{name_of(p)}: {match[0]}"
        for p in templates()
        for match in re.finditer(pattern, re.sub(r"\{#.*?#\}", "", p.read_text("utf-8")), re.IGNORECASE)
    ]
    assert found == []


def test_pages_call_no_foreign_host():
    files = [
        *templates(),
        *(
            p
            for p in GENJIN.rglob("static/**/*")
            if p.suffix in {".css", ".js", ".svg"} and "dist" not in p.parts
        ),
    ]
    files += [
        p for p in (ROOT / "frontend").glob("*.[jc]s*") if p.name not in {"package-lock.json", "package.json"}
    ]
    hosts = re.compile(r"(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)
    known = {"www.w3.org", "example.com", "crm.example.com"}
    found = [
        f"{name_of(p)}: {host}"
        for p in files
        for host in hosts.findall(p.read_text("utf-8"))
        if host not in known
    ]
    assert found == []


def url_names(patterns: list[object], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from url_names(pattern.url_patterns, inner)
        elif getattr(pattern, "name", None):
            yield f"{space}{pattern.name}"


def test_every_address_named_exists():
    known = set(url_names(get_resolver().url_patterns))
    named = re.compile(r"\{%\s*url\s+['\"]([\w:-]+)['\"]|\breverse\(\s*f?['\"]([\w:-]+)['\"]")
    found = {
        f"{name_of(p)}: {name}"
        for p in [*templates(), *sources("web")]
        for pair in named.findall(p.read_text("utf-8"))
        for name in pair
        if name and name not in known
    }
    assert sorted(found) == []


def test_doors_carry_tasks_and_clocks_along():
    """Assign, claim, release, add and move exist on two floors; doors call the upper one."""
    lower = {
        "assign_customers",
        "claim_customer",
        "release_customers",
        "hand_over",
        "move_stage",
        "add_customer",
        "grade_customers",
    }
    found = []
    for path in sources(*DOORS):
        for name in imports_of(path):
            module, _dot, last = name.rpartition(".")
            if module.startswith("genjin.customers.actions") and last in lower:
                found.append(f"{name_of(path)} {name}")
        text = path.read_text("utf-8")
        if "customers.actions import" in text and re.search(
            r"\b(axes\.move_stage|records\.add_customer)\(", text
        ):
            found.append(name_of(path))
    assert found == []


def kinds_of_customers() -> set[str]:
    """Return the kinds of events that actions write about a customer, as they stand in the source."""
    found = set()
    for path in sources():
        for call in (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)):
            name = getattr(call.func, "id", "").lstrip("_")
            told = name in {"note", "record_many"} or any(one.arg == "customer_id" for one in call.keywords)
            if told and name in {"note", "record", "record_many"}:
                texts = (arg.value for arg in call.args[:3] if isinstance(arg, ast.Constant))
                found |= {one for one in texts if re.fullmatch(r"[a-z_]+\.[a-z_]+", str(one))}
    return found


def test_every_event_of_a_customer_has_words_in_the_timeline():
    kinds = kinds_of_customers()
    assert {"contract.signed", "request.handed_on", "offer.shared"} <= kinds
    written_by_a_table = {*EVENTS.values(), ESCALATED}
    assert sorted((kinds | written_by_a_table) - KINDS.keys() - set(HIDDEN)) == []


def test_nothing_is_left_for_later():
    mark = re.compile(r"(#|<!--).*\b(TO[D]O|FIX[M]E)\b|\b(TO[D]O|FIX[M]E):")  # in a remark, or as one
    files = [*sources(), *templates(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "docs").rglob("*.md")]
    assert [name_of(p) for p in files if mark.search(p.read_text("utf-8"))] == []


def test_the_page_of_rights_is_up_to_date():
    written = (ROOT / "docs" / "permissions.md").read_text("utf-8")
    assert written == permissions.page(), "python -m genjin.cli.permissions > docs/permissions.md"


def test_the_page_of_figures_is_up_to_date():
    written = (ROOT / "docs" / "metrics.md").read_text("utf-8")
    assert written == metrics.page(), "python -m genjin.cli.metrics > docs/metrics.md"
