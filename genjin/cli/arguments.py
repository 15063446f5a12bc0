"""How the words after a command are read."""

from argparse import ArgumentTypeError

from django.utils.translation import gettext as _


def process_count(text: str) -> int:
    """Return a number of processes or threads; more than 64 is a slip of the hand."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 64):
        raise ArgumentTypeError(_("write a number from 1 to 64"))
    return int(text)
