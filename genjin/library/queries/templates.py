"""Which template a record is written with."""

from genjin.library.models import RecordTemplate
from genjin.library.rules.templates import Version, best


def versions_in_force() -> list[Version]:
    """Return the newest version of every scope; one query."""
    return [row.as_version() for row in RecordTemplate.objects.current()]


def template_for(grade: str, stage: str, method: str) -> Version | None:
    """Return the version that holds for a record: the most specific one."""
    return best(versions_in_force(), grade, stage, method)


def versions_by_id(ids: set[int]) -> dict[int, Version]:
    """Return versions, old ones too, by id; one query, none when nothing is asked."""
    if not ids:
        return {}
    return {row.pk: row.as_version() for row in RecordTemplate.objects.filter(pk__in=ids)}
