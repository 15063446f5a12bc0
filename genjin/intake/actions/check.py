"""Checking slices of a batch: each row compared with the sheet so far and the database. Writes no customer."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may
from genjin.accounts.queries import people_by_text
from genjin.customers.models import Campaign, Choice, Pool
from genjin.customers.queries.collected import field_labels
from genjin.customers.queries.policy import current_policy
from genjin.customers.rules import Stage
from genjin.customers.rules.axes import reachable
from genjin.customers.rules.identity import Match, Named, asked_keys, compare
from genjin.fields.queries import own_fields, templates_in_force
from genjin.fields.rules import FieldKind
from genjin.fields.rules.kinds import is_own_key
from genjin.intake.actions.slices import Slice
from genjin.intake.models import ImportBatch
from genjin.intake.queries.known import RARE, known_customers, rare_kinds_stored
from genjin.intake.rules.collected import Templates, demands_of, lacking
from genjin.intake.rules.known import Judge, Known, Twin, surest, twins_in_database
from genjin.intake.rules.modes import Mode
from genjin.intake.rules.rows import Finding
from genjin.intake.rules.values import PARENT_FIELD, Values
from genjin.kit.errors import RuleError

COUNTED = ("rows", "created", "updated", "duplicates", "rejected", "warnings")


class Earlier(Protocol):
    """Rows of the same sheet accepted before, by key."""

    def knows_any(self, keys: Collection[str]) -> bool: ...

    def rows_of(self, key: str) -> Iterable[tuple[int, Named]]: ...

    def add(self, keys: Sequence[str], row: tuple[int, int], ours: Named) -> None: ...


@dataclass(frozen=True, slots=True)
class Met:
    """A row that is one customer we have, and is to change it: its position, the customer, the key they share."""

    at: int
    customer_id: int
    name: str
    key: str


@dataclass(slots=True)
class Checked:
    """A slice compared: which rows are to be written, which meet a customer we have, and the figures so far."""

    slice: Slice
    accepted: list[int] = field(default_factory=list)  # positions in the slice
    met: list[Met] = field(default_factory=list)
    attached: list[Met] = field(default_factory=list)  # whose need goes to the customer they are
    incomplete: set[int] = field(default_factory=set)
    planned: list[Any] = field(default_factory=list)  # what rows of other kinds become
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a row without an owner of its own goes, and whom the importer may name."""

    owner: User | None
    pool: Pool | None


def placement_of(batch: ImportBatch) -> Placement:
    """Return the destination chosen for a batch: an owner, else a pool. Raises RuleError `pool_missing`."""
    actor = batch.created_by
    if owner_id := batch.options.get("owner"):
        owner = User.objects.active().filter(pk=owner_id).first()
        if owner is None or (
            owner.pk != actor.pk and not (may(actor, Right.ASSIGN) and actor.scope.covers(owner.pk))
        ):
            raise RuleError(_("Choose yourself or somebody of your own teams as owner."), "owner_not_led")
        return Placement(owner, None)
    pools = Pool.objects.visible_to(actor)
    pool = pools.filter(pk=batch.options["pool"]).first() if batch.options.get("pool") else pools.first()
    if pool is None:
        raise RuleError(
            _("There is no pool for you; choose an owner, or ask an administrator."), "pool_missing"
        )
    return Placement(None, pool)


def _keep_parents(part: Slice) -> None:
    """Let the names of parents wait among the further fields until all rows are in."""
    for values in part.rows.values:
        if text := values.pop("parent", None):
            values.setdefault("extra", {})[PARENT_FIELD] = text


def _keep_sources(part: Slice, sources: Mapping[str, int]) -> None:
    for values in part.rows.values:
        if text := values.pop("source", None):
            values["source_id"] = sources.get(text)
            values["source_detail"] = text


class People:
    """Turns the owners, authors and sources that a sheet names into ids; a name is looked up once."""

    def __init__(self, batch: ImportBatch) -> None:
        self._actor = batch.created_by
        self._columns = {key: column for column, key in batch.options["mapping"].items()}
        self._known: dict[str, int | None] = {}
        has_own = any(map(is_own_key, self._columns))
        self._colleagues = [f for f in own_fields() if f.kind == FieldKind.PERSON] if has_own else []
        self._sources = dict(Choice.objects.of(Choice.Kind.SOURCE).values_list("name", "pk"))
        self._campaigns = dict(Campaign.objects.values_list("name", "pk"))

    def ids(self, texts: Iterable[str]) -> Mapping[str, int | None]:
        """Return the ids by text; None where nobody or several answer to it."""
        if unknown := {text for text in texts if text not in self._known}:
            self._known |= people_by_text(list(unknown))
        return self._known

    def name(self, part: Slice) -> None:
        """Put ids in the place of names in the rows of a slice; a name nobody or several answer to is a warning."""
        _keep_sources(part, self._sources)
        if "parent" in self._columns:
            _keep_parents(part)
        if "campaign" in self._columns:
            self._name_campaigns(part)
        self._name_colleagues(part)
        if not {"owner", "created_by"} & self._columns.keys():
            return
        named = (values.get(key) for values in part.rows.values for key in ("owner", "created_by"))
        people = self.ids(text for text in named if text)
        for number, values in zip(part.rows.numbers, part.rows.values, strict=True):
            if author := values.pop("created_by", None):
                values["created_by_id"] = people.get(author)
            if text := values.pop("owner", None):
                self._own(part, number, values, text)

    def _name_colleagues(self, part: Slice) -> None:
        """Own fields that hold a colleague: a name nobody answers to stays with the further fields, with a warning."""
        keys = [field.key for field in self._colleagues if field.key in self._columns]
        people = self.ids(text for row in part.rows.values for key in keys if (text := row.get(key)))
        for number, values in zip(part.rows.numbers, part.rows.values, strict=True):
            for key in keys:
                text = values.pop(key, None)
                if not text:
                    continue
                if (found := people.get(text)) is not None:
                    values[key] = found
                    continue
                column = self._columns[key]
                values.setdefault("extra", {})[column[:60]] = text
                said = _("No single active person is called %(name)s.") % {"name": text}
                part.rows.findings.append(Finding(number, column, "person_unknown", text, said, "warning"))

    def _name_campaigns(self, part: Slice) -> None:
        """A name that is no campaign stays with the further fields, with a warning."""
        column = self._columns["campaign"]
        for number, values in zip(part.rows.numbers, part.rows.values, strict=True):
            text = values.pop("campaign", None)
            if not text:
                continue
            if text in self._campaigns:
                values["campaign_id"] = self._campaigns[text]
                continue
            values.setdefault("extra", {})[column[:60]] = text
            said = _("There is no campaign called %(name)s.") % {"name": text}
            part.rows.findings.append(Finding(number, column, "campaign_unknown", text, said, "warning"))

    def may_be_owner(self, owner: int | None) -> bool:
        """Whether the importer may give customers to this person."""
        actor = self._actor
        return owner is not None and (
            owner == actor.pk or (may(actor, Right.ASSIGN) and actor.scope.covers(owner))
        )

    def _own(self, part: Slice, number: int, values: Values, text: str) -> None:
        owner = self._known.get(text)
        if self.may_be_owner(owner):
            values["owner_id"] = owner
            return
        code = "owner_unknown" if owner is None else "owner_not_led"
        sentence = (
            _("No single active person is called %(name)s.")
            if owner is None
            else _("%(name)s is not in your teams.")
        )
        said = sentence % {"name": text}
        part.rows.findings.append(Finding(number, self._columns["owner"], code, text, said, "warning"))


def compare_slice(batch: ImportBatch, part: Slice, earlier: Sequence[Earlier]) -> Checked:
    """Compare the rows of a slice with the database and with the rows before them; accepted ones are added to the last of `earlier`."""
    comparing = _Comparing(Checked(part), batch, earlier, templates_in_force())
    asked = [asked_keys(keys) for keys in part.keys]
    stored = rare_kinds_stored()
    comparing.known = known_customers(
        (
            key
            for keys in asked
            for key in keys
            if key.partition(":")[0] not in RARE or key.partition(":")[0] in stored
        ),
        batch.pk,
    )
    refused = {finding.row for finding in part.rows.findings if finding.level == "rejected"}
    for at, values in enumerate(part.rows.values):
        if "name" in values:
            comparing.row(at, values, asked[at])
            continue
        comparing.checked.counts["rejected"] += 1
        if (number := part.rows.numbers[at]) not in refused:
            comparing.say(number, "name_missing", _("The customer's name is missing."))
    checked = comparing.checked
    checked.counts["rows"] = len(part.rows.numbers)
    checked.counts["created"] = len(checked.accepted)
    return checked


class _Comparing:
    """One slice on its way through the comparison."""

    def __init__(
        self, checked: Checked, batch: ImportBatch, earlier: Sequence[Earlier], templates: Templates
    ) -> None:
        self.checked, self.mode, self.earlier = checked, batch.mode, earlier
        self._takes_over = may(batch.created_by, Right.APPROVE)
        self._demands = demands_of(templates)
        self.known: Mapping[str, Sequence[Known]] = {}
        # A row that is to update somebody is that somebody; what a new one may stand beside is for the policy.
        self._judge: Judge = compare if batch.mode.updates else current_policy().judge
        self._missing = _(
            "Source, contact or a way to reach them is missing; it should be there within 24 hours."
        )

    def say(self, number: int, code: str, message: str, *, value: str = "", level: str = "rejected") -> None:
        """Note what there is to say about a row."""
        self.checked.slice.rows.findings.append(Finding(number, "", code, value, message, level))

    def row(self, at: int, values: Values, asked: Mapping[str, str]) -> None:
        """Compare one row that has a name; `asked` are the keys to look for, each with the one that says why."""
        part = self.checked.slice
        number, keys = part.rows.numbers[at], part.keys[at]
        ours = Named(values["name"], values.get("credit_code", ""))
        is_news = self.known.keys().isdisjoint(asked) and not any(e.knows_any(asked) for e in self.earlier)
        twins = [] if is_news else self._twins(keys, asked, ours)
        part.rows.findings.extend(_twin_finding(number, values["name"], twin) for twin in twins[:4])
        same = [twin for twin in twins if twin.level == Match.SAME]
        if same:
            self._meet(at, number, values["name"], same)
            return
        if not self.mode.creates:
            self._refuse(number, "update_unknown", values["name"], _("No customer is known by this row."))
            return
        if keys_lacking := lacking(values, self._demands):
            said = _("An administrator asks for this before saving: %(names)s.")
            labels = field_labels(own_fields())
            words = {"names": "、".join(labels.get(key, key) for key in keys_lacking)}
            self._refuse(number, "field_demanded", values["name"], said % words)
            return
        self.earlier[-1].add(keys, (part.place + at, number), ours)
        self.checked.accepted.append(at)
        if (wanted := values.get("stage", Stage.LEAD)) != Stage.LEAD:
            self._say_stage(number, Stage(wanted))
        if not _is_complete(values):
            self.checked.incomplete.add(at)
            self.say(number, "incomplete", self._missing, level="warning")

    def _say_stage(self, number: int, wanted: Stage) -> None:
        """Say what becomes of a new customer's stage: history is taken over by who may grant exceptions, else it is a lead."""
        if self._takes_over:
            code, said = (
                "stage_taken_over",
                _("Taken over as the sheet tells it; nobody asked for what shows it."),
            )
        else:
            code = "stage_gate_closed" if wanted in reachable(Stage.LEAD) else "stage_not_reachable"
            said = _("New customers come in as leads; move them on with what shows it.")
        self.say(number, code, said, value=str(wanted.label), level="warning")

    def _meet(self, at: int, number: int, name: str, same: Sequence[Twin]) -> None:
        """A row that is the same as others: left out, or, if it is one customer, to be updated."""
        ids = {twin.id for twin in same if twin.id is not None}
        if self.mode == Mode.ATTACH and len(ids) == 1 and self.checked.slice.rows.values[at].get("need"):
            first = next(twin for twin in same if twin.id is not None)
            self.checked.attached.append(Met(at, ids.pop(), first.name, first.key))
            self.checked.counts["updated"] += 1
        elif not self.mode.updates or not ids:
            self.checked.counts["duplicates"] += 1
        elif len(ids) > 1:
            sentence = _(
                "The row matches %(count)d customers; say by credit code or full name which is meant."
            )
            self._refuse(number, "update_ambiguous", name, sentence % {"count": len(ids)})
        else:
            first = next(twin for twin in same if twin.id is not None)
            self.checked.met.append(Met(at, ids.pop(), first.name, first.key))

    def _refuse(self, number: int, code: str, value: str, message: str) -> None:
        self.checked.counts["rejected"] += 1
        self.say(number, code, message, value=value)

    def _twins(self, keys: Sequence[str], asked: Mapping[str, str], ours: Named) -> list[Twin]:
        """Return whom a row matches: customers we had before, surest first, and the surest earlier row of the sheet."""
        in_file = surest(ours, self._earlier_rows(asked), self._judge)
        others = {
            key: [one for one in known if one.row is None] for key in asked if (known := self.known.get(key))
        }
        twins = _listed(twins_in_database(keys, ours, others, self._judge)) if any(others.values()) else []
        return [*twins, in_file] if in_file else twins

    def _earlier_rows(self, asked: Mapping[str, str]) -> Iterator[tuple[str, int, Named]]:
        """Yield the earlier rows that share a key, written ones first; whoever finds the same one stops there."""
        for key, meaning in asked.items():
            for one in self.known.get(key, ()):
                if one.row is not None:
                    yield meaning, one.row, Named(one.name, one.credit_code)
            for rows in self.earlier:
                for row, theirs in rows.rows_of(key):
                    yield meaning, row, theirs


def _listed(twins: Sequence[Twin]) -> list[Twin]:
    """Return every twin that is the same, and of those that are similar as many as make three."""
    same = sum(twin.level == Match.SAME for twin in twins)
    return list(twins[: max(3, same)])


def _twin_finding(number: int, name: str, twin: Twin) -> Finding:
    if twin.level == Match.RELATED:
        message = _("Belongs to another company, %(reason)s: %(name)s.")
        words = {"reason": twin.reason, "name": twin.name}
        return Finding(number, "", "branch_of", name, message % words, "warning", twin.id, twin.name)
    if twin.id is None:
        code = "duplicate_in_file"
        sentence = _("Row %(row)d of this file has %(reason)s: %(name)s.")
    else:
        code = f"duplicate_{twin.level.value}"
        sentence = _("Known already by %(reason)s: %(name)s.")
    message = sentence % {"row": twin.row or 0, "reason": twin.reason, "name": twin.name}
    return Finding(number, "", code, name, message, twin.level.value, twin.id, twin.name)


def _is_complete(values: Values) -> bool:
    """Whether a row has source, named contact and a way to reach it (S2-8)."""
    reach = values.get("contact.phone") or values.get("contact.wechat") or values.get("contact.email")
    return bool(values.get("source_detail") and values.get("contact.name") and reach)
