from typing import Any

from django.utils.translation import gettext as _

from genjin.cli.command import GenjinCommand
from genjin.customers.actions.derive import index_all


class Command(GenjinCommand):
    help = _("Write the keys and search words of every customer anew, as a new version may ask for.")

    def handle(self, *_args: Any, as_json: bool, **_options: Any) -> None:
        count = index_all(on_progress=self.bar)
        self.answer({"customers": count}, [_("Customers: %(count)d") % {"count": count}], as_json=as_json)
