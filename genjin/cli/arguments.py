"""How the words after a command are read."""

from argparse import ArgumentTypeError
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User


def process_count(text: str) -> int:
    """Return a number of processes or threads; more than 64 is a slip of the hand."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 64):
        raise ArgumentTypeError(_("write a number from 1 to 64"))
    return int(text)


def login_name(text: str) -> str:
    """Return a login as people may have one."""
    try:
        return str(User._meta.get_field("username").clean(text, None))
    except ValidationError as error:
        raise ArgumentTypeError(" ".join(error.messages)) from None


def existing_file(text: str) -> Path:
    """Return the path of a file that is there."""
    path = Path(text)
    if not path.is_file():
        raise ArgumentTypeError(_("there is no file %(path)s") % {"path": text})
    return path


def new_file(text: str) -> Path:
    """Return the path of a file to be written, whose folder is there."""
    path = Path(text)
    if not path.parent.is_dir() or path.is_dir():
        raise ArgumentTypeError(_("%(path)s cannot be written: no such folder") % {"path": text})
    return path


def moment(text: str) -> datetime:
    """Return a moment as people write it, in the company's time zone unless it names its own."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(_("write a day or moment such as 2026-12-31T02:00")) from None
    return found if found.tzinfo else timezone.make_aware(found, timezone.get_default_timezone())


def pair(text: str) -> tuple[str, str]:
    """Return the two sides of `column=field`; the last sign cuts, as a header may hold one."""
    column, sign, field = text.rpartition("=")
    if not sign or not column:
        raise ArgumentTypeError(_("write column=field, such as 公司=客户名称"))
    return column, field


def values_of(given: Iterable[str], file: Path | None) -> Iterator[str]:
    """Yield the given values, then the lines of the file that hold something."""
    yield from given
    if file is None:
        return
    with file.open(encoding="utf-8-sig", errors="replace") as stream:
        yield from (text for line in stream if (text := line.strip("\r\n")).strip())
