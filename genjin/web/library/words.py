"""The tabs of the library, and the scope of a record template as people read it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.customers.rules import Stage
from genjin.followups.rules import Method
from genjin.library.rules import EntryKind
from genjin.library.rules.templates import Scope


def scope_words(scope: Scope) -> str:
    """Return for which records a template is."""
    words = [scope.grade]
    words.append(str(Stage(scope.stage).label) if scope.stage in Stage.values else scope.stage)
    words.append(str(Method(scope.method).label) if scope.method in Method.values else scope.method)
    return " · ".join(word for word in words if word) or _("All records")


def library_tabs(active: str) -> list[dict[str, Any]]:
    """Return the kinds of entries and the record templates; `active` names the one that is shown."""
    url = reverse("library:list")
    words = [("", _("All"), url)] + [(key, str(word), f"{url}?kind={key}") for key, word in EntryKind.choices]
    words.append(("templates", _("Record templates"), reverse("library:templates")))
    return [{"url": address, "label": word, "active": key == active} for key, word, address in words]
