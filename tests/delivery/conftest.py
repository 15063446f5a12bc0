"""alice's signed contract with its project: derek is in charge, sam is on the team, charlie has nothing to do with it."""

from datetime import date

import pytest

from genjin.delivery.actions.projects import NewProject, open_project
from genjin.delivery.actions.team import add_member
from tests.contracts.conftest import customer, opportunity, signed

__all__ = ["customer", "opportunity", "signed"]


@pytest.fixture
def project(alice, derek, sam, signed, now):
    """Planned for 1 March to 31 May 2026."""
    new = NewProject("排产线交付", derek, date(2026, 3, 9), date(2026, 5, 29))
    row = open_project(alice, signed, new, now=now)
    add_member(alice, row, sam, "service", now=now)
    return row
