"""Two people on one draft: what others wrote to the same fields since somebody looked."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.kit.errors import RuleError
from genjin.proposals.models import ProposalLine, ProposalVersion


def plain_lines(lines: Sequence[ProposalLine]) -> list[str]:
    """Return lines as short texts, to compare them and to show both sides of a conflict."""
    return [
        f"{line.name} {line.quantity:.2f}{line.unit} × {line.price:.2f} −{line.discount:.2f}% ({line.tax_rate:.2f}%)"
        + (f" #{line.product_id}/{line.list_price}" if line.product_id else "")
        for line in lines
    ]


def shown_value(value: Any) -> str:
    """Return a value of a version as a text people compare."""
    if isinstance(value, list) and value and isinstance(value[0], ProposalLine):
        return "\n".join(line.partition(" #")[0] for line in plain_lines(value))
    return "\n".join(value) if isinstance(value, list) else "" if value is None else str(value)


def refuse_conflicts(row: ProposalVersion, mine: Mapping[str, Any], seen: int) -> None:
    """Refuse to write over what others changed after `seen`. Raises RuleError `version_conflict` (409) with both values."""
    late = {name: row.touched[name] for name in mine if row.touched.get(name, [0])[0] > seen}
    if not late:
        return
    people = dict(User.objects.filter(pk__in={one[1] for one in late.values()}).values_list("pk", "name"))
    both = {
        name: {
            "theirs": shown_value(list(row.lines.all()) if name == "lines" else getattr(row, name)),
            "yours": shown_value(mine[name]), "by": people.get(person, ""), "at": at,
        }
        for name, (_revision, person, at) in late.items()
    }  # fmt: skip
    sentence = _("Somebody else changed the same fields meanwhile; nothing was saved. Choose per field.")
    raise RuleError(
        sentence, "version_conflict", status=409, details={"conflicts": both, "version": row.revision},
        fields={name: [_("Changed by %(name)s.") % {"name": one["by"]}] for name, one in both.items()},
    )  # fmt: skip
