from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.cli.arguments import existing_file
from genjin.cli.command import GenjinCommand, add_actor_argument, person
from genjin.customers.models import Choice, Customer
from genjin.customers.rules import Stage
from genjin.customers.rules.axes import Proof
from genjin.followups.actions.evidence import NewEvidence, add_evidence
from genjin.followups.actions.stages import Move
from genjin.followups.rules.evidence import EvidenceKind
from genjin.kit.errors import not_found
from genjin.selling.actions.stages import move_customers


class Command(GenjinCommand):
    help = _("Move customers to another stage, or put on record what shows one.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_actor_argument(parser)
        parser.add_argument("deed", choices=["stage", "evidence"])
        parser.add_argument("ids", metavar="ID", type=int, nargs="+", help=_("numbers of customers"))
        parser.add_argument("--to", choices=Stage.values, help=_("the stage to move to"))
        parser.add_argument("--reason", default="", help=_("why: for a step back or a loss"))
        parser.add_argument(
            "--lost-reason", default="", metavar="WORD", help=_("why they were lost, a word of the list")
        )
        parser.add_argument("--kind", choices=EvidenceKind.values, default=EvidenceKind.OTHER)
        parser.add_argument(
            "--proves", nargs="+", choices=Proof.values, default=[], help=_("what the evidence shows")
        )
        parser.add_argument("--text", default="", help=_("the evidence in words"))
        parser.add_argument("--file", type=existing_file, help=_("the evidence as a file"))

    def handle(self, *_args: Any, actor: str, deed: str, as_json: bool, **options: Any) -> None:
        who = person(actor)
        if deed == "stage":
            if not options["to"]:
                raise self.wrong_use(_("Say where to: --to STAGE."))
            self._move(who, options, as_json=as_json)
            return
        if len(options["ids"]) != 1 or not options["proves"]:
            raise self.wrong_use(_("Evidence belongs to one customer, and shows something: --proves."))
        self._prove(who, options, as_json=as_json)

    def _move(self, who: User, options: dict[str, Any], *, as_json: bool) -> None:
        word = options["lost_reason"]
        lost = Choice.objects.of(Choice.Kind.LOST_REASON).filter(name=word).first() if word else None
        move = Move(options["to"], options["reason"], lost)
        count = move_customers(who, options["ids"], move, now=timezone.now())
        lines = [_("Moved to %(stage)s: %(count)d") % {"stage": Stage(options["to"]).label, "count": count}]
        self.answer({"moved": count, "stage": options["to"]}, lines, as_json=as_json)

    def _prove(self, who: User, options: dict[str, Any], *, as_json: bool) -> None:
        customer = Customer.objects.visible_to(who).filter(pk=options["ids"][0]).first()
        if customer is None:
            raise not_found()
        path: Path | None = options["file"]
        file = ContentFile(path.read_bytes(), name=path.name) if path else None
        new = NewEvidence(options["kind"], options["proves"], options["text"], file)
        row = add_evidence(who, customer, new, now=timezone.now())
        lines = [_("On record: %(number)d, SHA-256 %(digest)s") % {"number": row.pk, "digest": row.sha256}]
        self.answer({"id": row.pk, "sha256": row.sha256, "proves": row.proves}, lines, as_json=as_json)
