"""What floors below cannot tell of themselves: this one looks."""

from datetime import datetime, timedelta

from django.utils import timezone

from genjin.accounts.models import User
from genjin.accounts.permissions import Role
from genjin.events.models import Backup
from genjin.notices.actions.tell import tell
from genjin.notices.rules import NoticeKind

LOOKED_BACK = timedelta(days=3)


def tell_of_backups(now: datetime) -> int:
    """Tell administrators of each backup that failed within the last days, once; returns how many heard it anew."""
    failed = Backup.objects.filter(status=Backup.Status.FAILED, started_at__gt=now - LOOKED_BACK)
    admins = list(User.objects.active().filter(role=Role.ADMIN).values_list("pk", flat=True))
    told = 0
    for backup in failed.order_by("pk"):
        when = timezone.localtime(backup.started_at, timezone.get_default_timezone())
        told += tell(
            admins, NoticeKind.BACKUP_FAILED, key=f"backup:{backup.pk}", at=now, subject_id=backup.pk,
            when=when.strftime("%Y-%m-%d %H:%M"), why=" ".join(backup.problem.split())[:200],
        )  # fmt: skip
    return told
