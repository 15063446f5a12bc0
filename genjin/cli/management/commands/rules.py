from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.cli.arguments import moment
from genjin.cli.command import GenjinCommand, require_tables
from genjin.routing.queries.dry_run import KINDS, Hit


class Command(GenjinCommand):
    help = _("Say whom the rules that act by themselves would touch, and why; nothing is changed.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("deed", choices=["dry-run"])
        parser.add_argument("rule", choices=sorted(KINDS))
        parser.add_argument(
            "--at", type=moment, metavar="TIME", help=_("as if it were then: 2026-12-31 or 2026-12-31T02:00")
        )

    def handle(self, *_args: Any, rule: str, at: datetime | None, as_json: bool, **_options: Any) -> None:
        require_tables()
        when = at or timezone.now()
        hits = list(KINDS[rule](when))
        found = {
            "rule": rule,
            "at": when.isoformat(),
            "count": len(hits),
            "hits": [_plain(hit) for hit in hits],
        }
        lines = [*map(_line, hits), _("%(count)d customers.") % {"count": len(hits)}]
        self.answer(found, lines, as_json=as_json)


def _plain(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id, "name": hit.name, "owner": hit.owner, "rule": hit.rule, "why": hit.why,
        "due_at": hit.due_at.isoformat() if hit.due_at else None, "becomes": hit.becomes, "within_limit": hit.within_limit,
    }  # fmt: skip


def _line(hit: Hit) -> str:
    parts = [f"KH{hit.id:06d}", hit.name, hit.owner, hit.rule, hit.why]
    parts += [timezone.localtime(hit.due_at).strftime("%Y-%m-%d %H:%M")] if hit.due_at else []
    parts += [f"→ {hit.becomes}"] if hit.becomes else []
    parts += [] if hit.within_limit else [_("(over the limit, next run)")]
    return "  ".join(part for part in parts if part)
