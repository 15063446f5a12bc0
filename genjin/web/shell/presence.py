"""Who has which customer's page open: told from process to process over NOTIFY, kept in memory, written nowhere.

A window is announced when its stream opens and again every few seconds by the process that holds the stream; what is
not heard of again is gone. So a closed window, a killed process and a cut network all end the same way.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

BEAT = 8.0  # seconds between two signs of life of a window
GONE_AFTER = 20.0  # without one; with the beat below the half minute in which a closed window disappears
MOST_AT_ONCE = 40  # windows in one NOTIFY, which takes 8,000 bytes


@dataclass(frozen=True, slots=True)
class Window:
    """A customer's page or form, open before somebody."""

    key: str
    person: int
    name: str
    customer: int
    editing: bool = False

    def said(self) -> list[Any]:
        """Return it as the processes tell each other."""
        return [self.key, self.person, self.name, self.customer, int(self.editing)]


class Room:
    """The windows this process has heard of; moments are seconds of a steady clock."""

    def __init__(self) -> None:
        self.windows: dict[str, tuple[Window, float]] = {}

    def hear(self, event: dict[str, Any], at: float) -> set[int]:
        """Take in what a process said and return the customers whose company changed."""
        changed: set[int] = set()
        for said in event.get("here", ()):
            key, person, name, customer, editing = said
            window = Window(key, person, name, customer, bool(editing))
            known = self.windows.get(window.key)
            if known is not None and known[0].person != window.person:
                continue  # a key belongs to who brought it first
            if known is None or known[0] != window:
                changed |= {window.customer} | ({known[0].customer} if known else set())
            self.windows[window.key] = (window, at)
        for key, person in event.get("gone", ()):
            known = self.windows.get(key)
            if known is not None and known[0].person == person:
                changed.add(self.windows.pop(key)[0].customer)
        return changed

    def forget(self, at: float) -> set[int]:
        """Let go of windows without a sign of life; returns the customers they showed."""
        lost = [key for key, (_window, heard) in self.windows.items() if at - heard > GONE_AFTER]
        return {self.windows.pop(key)[0].customer for key in lost}

    def company(self, customer: int, besides: int) -> list[dict[str, Any]]:
        """Return who else is at a customer, each once, who edits first; words in the language of the moment."""
        people: dict[int, Window] = {}
        for window, _heard in self.windows.values():
            if window.customer == customer and window.person != besides:
                known = people.get(window.person)
                people[window.person] = window if known is None or window.editing else known
        shown = sorted(people.values(), key=lambda window: (not window.editing, window.person))
        return [{"name": one.name, "editing": one.editing, "words": _words(one)} for one in shown]


def _words(window: Window) -> str:
    sentence = _("%(name)s is editing") if window.editing else _("%(name)s is looking, too")
    return sentence % {"name": window.name}


def in_portions(windows: Iterable[Window]) -> list[dict[str, Any]]:
    """Return windows as announcements short enough for NOTIFY."""
    said = [window.said() for window in windows]
    return [{"here": said[at : at + MOST_AT_ONCE]} for at in range(0, len(said), MOST_AT_ONCE)]


def marked(window: Window, *, editing: bool) -> Window:
    """Return a window with another state."""
    return replace(window, editing=editing)
