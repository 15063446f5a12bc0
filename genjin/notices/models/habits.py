"""How somebody wants to be told, and what is urgent in this company."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.notices.rules.times import QUIET_FROM, QUIET_UNTIL, Rest


class Habits(models.Model):
    """One person's choices; who has no row has the usual ones. `modes` holds the mode of a kind by its name."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="habits")
    by_mail = models.BooleanField(_("by e-mail"), default=True)
    by_robot = models.BooleanField(_("by robot"), default=True)
    quiet_from = models.TimeField(_("quiet from"), default=QUIET_FROM)
    quiet_until = models.TimeField(_("quiet until"), default=QUIET_UNTIL)
    modes = models.JSONField(default=dict)

    def rest(self) -> Rest:
        """The quiet hours, without days away."""
        return Rest(self.quiet_from, self.quiet_until)


class UrgentKinds(models.Model):
    """Which kinds wait for nobody's morning; the newest row holds, the others are the history."""

    kinds = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["-id"]
