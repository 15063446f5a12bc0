from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from genjin.accounts.models import SavedView, User
from genjin.cli.arguments import new_file
from genjin.cli.command import GenjinCommand, add_actor_argument, person
from genjin.followups.queries.lists import saved_list
from genjin.intake.actions.export import NewExport, ask_export, hand_out, run_export
from genjin.intake.models import Export
from genjin.intake.queries.outgoing import OUTGOING
from genjin.intake.queries.outgoing.customers import own_labels
from genjin.intake.rules.outgoing import ALL, USUAL, of_list
from genjin.kit.errors import RuleError, not_found


class Command(GenjinCommand):
    help = _("Write what somebody may see to a sheet, masked as for them, and logged.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_actor_argument(parser)
        parser.add_argument("what", choices=list(OUTGOING))
        parser.add_argument("--out", metavar="F.xlsx", type=new_file, required=True)
        parser.add_argument("--view", default="", help=_("a saved list of that person, by name or number"))
        parser.add_argument(
            "--query",
            default="",
            help=_("a list's address behind the question mark, such as view=running; else all in sight"),
        )
        parser.add_argument("--search", default="", help=_("only what the search box finds for this"))
        parser.add_argument("--format", choices=["xlsx", "csv"], help=_("else as the file's name ends"))
        parser.add_argument(
            "--columns", default="usual", help=_("usual, list, all, or keys with commas between them")
        )
        parser.add_argument(
            "--masked", action="store_true", help=_("mask the people of that person's own customers, too")
        )
        parser.add_argument("--reason", default="genjin export", help=_("what it is for; kept in the log"))
        parser.add_argument(
            "--fetch", metavar="N", type=int, help=_("write the file of export N, once a lead has said yes")
        )

    def handle(self, *_args: Any, actor: str, out: Path, **options: Any) -> None:
        who = person(actor)
        row = self._fetched(who, options["fetch"], out) if options["fetch"] else self._made(who, out, options)
        sentence = (
            _("%(count)d customers: %(path)s") if row.what == "customers" else _("%(count)d rows: %(path)s")
        )
        lines = [sentence % {"count": row.rows, "path": out}]
        self.answer({"rows": row.rows, "file": str(out)}, lines, as_json=options["as_json"])

    def _made(self, who: User, out: Path, options: dict[str, Any]) -> Export:
        new = NewExport(
            options["reason"], what=options["what"], query=_address(who, options), columns=_columns(who, options),
            format=options["format"] or ("csv" if out.suffix.lower() == ".csv" else "xlsx"), is_unmasked=not options["masked"],
        )  # fmt: skip
        row = ask_export(who, new, now=timezone.now())
        if row.status == Export.Status.ASKED:
            sentence = _(
                "%(count)d rows are more than one may take out alone. A lead has been asked; then: --fetch %(number)d"
            )
            raise RuleError(sentence % {"count": row.total, "number": row.pk}, "approval_needed")
        return _written(run_export(row.pk, now=timezone.now(), out=out, on_progress=self.bar))

    def _fetched(self, who: User, number: int, out: Path) -> Export:
        row = Export.objects.visible_to(who).filter(pk=number).first()
        if row is None:
            raise not_found()
        row = hand_out(who, row, now=timezone.now())
        with row.file.open("rb") as source, out.open("wb") as copy:
            for chunk in source.chunks():
                copy.write(chunk)
        return row


def _written(row: Export) -> Export:
    if row.status == Export.Status.FAILED:
        raise RuleError(row.problem, "export_failed")
    return row


def _address(who: User, options: dict[str, Any]) -> str:
    whole = OUTGOING[options["what"]].whole
    if options["view"] and options["query"]:
        raise RuleError(_("Give a saved list or an address, not both."), "view_and_query")
    if not options["view"]:
        words = {"q": options["search"]} if options["search"] else {}
        return "&".join(part for part in (options["query"] or whole, urlencode(words)) if part)
    if options["what"] != "customers":
        raise RuleError(_("Only lists of customers are kept under a name here; use --query."), "view_unknown")
    view = saved_list(who, options["view"])
    if view is None:
        raise RuleError(_("No saved list is called %(name)s.") % {"name": options["view"]}, "view_unknown")
    return f"{view.query}&{urlencode({'view': view.pk})}"


def _columns(who: User, options: dict[str, Any]) -> list[str]:
    text = options["columns"]
    if options["what"] != "customers" and text in {"usual", "list", "all"}:
        return []
    if text == "list":
        kept = SavedView.objects.visible_to(who).filter(page="customers.columns").first()
        return of_list(kept.query.split(","), own_labels()) if kept else list(USUAL)
    if text == "all":
        return [*ALL, *own_labels(active=True)]
    return list(USUAL) if text == "usual" else [key.strip() for key in text.split(",") if key.strip()]
