"""Administrators hear of what the machine could not do."""

from genjin.events.models import Backup
from genjin.notices.actions.watch import tell_of_backups
from genjin.notices.models import Notice


def told(person) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))


def test_administrators_hear_of_a_failed_backup_once(alice, dora, now):
    Backup.objects.create(started_at=now, status="failed", problem="disk full")
    assert tell_of_backups(now) == 1
    assert tell_of_backups(now) == 0
    assert (told(dora), told(alice)) == (["backup_failed"], [])
    assert "disk full" in Notice.objects.get().text
