"""What an import does with rows of customers we have: leave them out, update them, or fill what is empty."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Mode(TextChoices):
    """What a batch does with its rows."""

    CREATE = "create", _("Only add new customers")
    ATTACH = "attach", _("Add new ones; add the needs of those we have to what is known of them")
    UPDATE = "update", _("Only update customers we have")
    BOTH = "both", _("Add new ones and update those we have")
    FILL = "fill", _("Only fill empty fields of customers we have")

    @property
    def creates(self) -> bool:
        return self in {Mode.CREATE, Mode.ATTACH, Mode.BOTH}

    @property
    def updates(self) -> bool:
        return self in {Mode.UPDATE, Mode.BOTH, Mode.FILL}
