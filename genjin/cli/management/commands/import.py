import sys  # noqa: N999 (called as it is typed)
import time
from typing import Any

from django.core.files.base import File
from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.cli import report
from genjin.cli.arguments import existing_file, new_file, pair
from genjin.cli.command import GenjinCommand, add_actor_argument, person
from genjin.customers.models import Pool
from genjin.fields.queries import own_fields
from genjin.intake.actions.commit import cancel_import, commit_batch, request_commit
from genjin.intake.actions.preview import preview_batch
from genjin.intake.actions.share_out import share_out
from genjin.intake.actions.upload import set_options, start_import
from genjin.intake.models import ImportBatch
from genjin.intake.rules.kinds import SheetKind, guess_columns
from genjin.intake.rules.modes import Mode
from genjin.kit.errors import RuleError

FAILED = {ImportBatch.Status.FAILED, ImportBatch.Status.CANCELLED}


class Command(GenjinCommand):
    help = _("Bring in a sheet of customers: read, compared, shown, then written.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_actor_argument(parser)
        parser.add_argument("file", metavar="FILE", type=existing_file, help=_("xlsx, xls, xlsb, ods or csv"))
        parser.add_argument("--sheet", help=_("which sheet; by default the first with a table"))
        parser.add_argument(
            "--map", dest="mapping", metavar="COLUMN=FIELD", type=pair, nargs="+", action="extend", default=[],
            help=_("what a column means: a field or a header of the template; an empty field leaves it out"),
        )  # fmt: skip
        parser.add_argument(
            "--keep-unknown",
            action="store_true",
            help=_("keep unknown columns as further fields of the customer"),
        )
        parser.add_argument(
            "--mode", choices=Mode.values, default=Mode.CREATE.value,
            help=_("only add customers, update those we have by credit code, full name, mobile or mail, both, or fill their empty fields"),
        )  # fmt: skip
        parser.add_argument(
            "--kind", choices=SheetKind.values,
            help=_("what the rows are; by default recognised by the columns"),
        )  # fmt: skip
        place = parser.add_mutually_exclusive_group()
        place.add_argument("--owner", metavar="USER", help=_("who gets the rows without an owner"))
        place.add_argument("--pool", metavar="POOL", help=_("which pool gets the rows without an owner"))
        place.add_argument(
            "--assign",
            action="store_true",
            help=_("give rows without an owner away by the rules of assignment"),
        )
        parser.add_argument("--dry-run", action="store_true", help=_("only check and say what would happen"))
        parser.add_argument("--yes", action="store_true", help=_("do not ask before writing"))
        parser.add_argument(
            "--report", metavar="F.csv", type=new_file, help=_("write every problem and match")
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        began = time.monotonic()
        if not (options["yes"] or options["dry_run"] or sys.stdin.isatty()):
            raise self.wrong_use(_("Give --yes to write the rows, or --dry-run to only check them."))
        actor = person(options["actor"])
        batch = self._started(actor, options)
        if options["yes"] and not options["dry_run"]:
            batch = alive(commit_batch(batch.pk, unseen=True, on_progress=self.bar))
        else:
            batch = alive(preview_batch(batch.pk, on_progress=self.bar))
            if options["dry_run"] or not self._agreed(batch):
                cancel_import(actor, batch, now=timezone.now())
            else:
                request_commit(actor, batch, now=timezone.now(), in_background=False)
                batch = alive(commit_batch(batch.pk, on_progress=self.bar))
        if options["assign"] and batch.status == ImportBatch.Status.DONE:
            share_out(batch.pk, now=timezone.now())
        found = report.summary(batch, is_dry_run=options["dry_run"])
        if options["report"]:
            report.write_report(batch, options["report"])
        found["seconds"] = round(time.monotonic() - began, 3)
        self.answer(found, report.lines(found), as_json=options["as_json"])

    def _started(self, actor: User, options: dict[str, Any]) -> ImportBatch:
        """Look into the file as the options say, and tell what is left out of it."""
        with options["file"].open("rb") as stream:
            batch = start_import(
                actor, File(stream, name=options["file"].name), placement(actor, options),
                now=timezone.now(), in_background=False, on_progress=lambda share: self.bar(int(share * 100), 100),
            )  # fmt: skip
        columns = batch.shape["columns"]
        mapping = amended(batch.options["mapping"], dict(options["mapping"]), batch.kind)
        unknown = [column for column in columns if column not in mapping]
        kept = unknown if options["keep_unknown"] else []
        if mapping != batch.options["mapping"] or kept:
            batch = set_options(actor, batch, {"mapping": mapping, "keep_unknown": kept})
        for note in batch.shape["notes"]:
            self.say(note)
        if unknown and not kept:
            self.say(
                _("Left out, as no field is known for them: %(columns)s.") % {"columns": "、".join(unknown)}
            )
        return batch

    def _agreed(self, batch: ImportBatch) -> bool:
        """Ask the person at the terminal, on stderr, so that stdout stays clean."""
        for line in report.lines(batch.counts):
            self.say(line)
        self.stderr.write(_("Write these rows? [y/N] "), ending="")
        self.stderr.flush()
        return sys.stdin.readline().strip().lower() in {"y", "yes", "是", "好"}


def placement(actor: User, options: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a batch: which sheet, and where rows without an owner go."""
    chosen: dict[str, Any] = {"sheet": options["sheet"]} if options["sheet"] else {}
    if options["kind"]:
        chosen["kind"] = options["kind"]
    if options["mode"] != Mode.CREATE:
        chosen["mode"] = options["mode"]
    if options["owner"]:
        chosen["owner"] = person(options["owner"]).pk
    if options["assign"]:
        chosen["assign"] = True
    if options["pool"]:
        pool = Pool.objects.visible_to(actor).filter(name=options["pool"]).first()
        if pool is None:
            raise RuleError(_("Choose one of your pools."), "pool_unknown")
        chosen["pool"] = pool.pk
    return chosen


def amended(guessed: dict[str, str], wanted: dict[str, str], kind: SheetKind) -> dict[str, str]:
    """Put the mapping of the command line over the guessed one; a field goes to one column only."""
    own = own_fields()
    fields = {column: guess_columns(kind, [field], own).get(field, field) for column, field in wanted.items()}
    kept = {
        column: key for column, key in guessed.items() if column not in fields and key not in fields.values()
    }
    return kept | {column: key for column, key in fields.items() if key}


def alive(batch: ImportBatch) -> ImportBatch:
    """Return a batch that got on. Raises RuleError with what stopped it."""
    if batch.status in FAILED:
        raise RuleError(batch.problem or _("The import was cancelled."), "import_failed")
    return batch
