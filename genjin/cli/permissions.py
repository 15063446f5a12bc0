"""The table of rights as a page: `python -m genjin.cli.permissions > docs/permissions.md`."""

import os
import sys

import django
from django.utils import translation

from genjin.accounts.permissions import RIGHT_WORDS, RIGHTS, Role

PREFACE = """\
# Who may do what

Made from `genjin/accounts/permissions.py` by `python -m genjin.cli.permissions > docs/permissions.md`; a test holds the
two together. This page answers *which deeds*. *Which rows* one sees is `visible_to` of every queryset, *which fields* is
`customers/queries/sight.py`.
"""
ROWS = """\
## Which rows a role sees

- Everybody: their own customers, those they were given a task on or are a collaborator of (until its last day), and the
  pools open to their team, with contact data masked in pools and wherever they only help.
- Collaborators who only read: look, comment, and do the tasks given to them. Collaborators who write: also record
  contacts, plan tasks, keep files, edit fields and people, and tag, each as far as the own role has the right above and
  while somebody owns the customer; those whose role changes customers read its people unmasked. Owner, stage, grade,
  merging, deleting and naming collaborators stay with the owner and who leads the owner.
- Roles with "See the rows of the teams one leads": also the customers of every team they lead and of the teams below.
- Roles with "See every row": all of them.
- Out of sight reads like missing: 404, the same answer. A deed without its right: 403.
"""


def page() -> str:
    """Return the page in English: one line a right, one column a role."""
    with translation.override("en"):
        roles = list(Role)
        lines = [
            "| right | " + " | ".join(str(role.label) for role in roles) + " |",
            "|---|" + ":-:|" * len(roles),
        ]
        for right, words in RIGHT_WORDS.items():
            marks = ("✓" if right in RIGHTS[role] else "" for role in roles)
            lines.append(f"| {words} (`{right.value}`) | " + " | ".join(marks) + " |")
    return "\n".join([PREFACE, "## Deeds", "", *lines, "", ROWS])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "genjin.config.settings")
    django.setup()
    sys.stdout.write(page())
