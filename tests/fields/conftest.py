"""Templates as migrations leave them, also after a test that emptied the tables."""

import pytest

from tests.fields.seed import seed_templates


@pytest.fixture(autouse=True)
def templates(db):
    return seed_templates()
