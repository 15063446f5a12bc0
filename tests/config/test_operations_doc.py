"""The handbook names every variable the configuration reads."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = re.compile(r"\b(?:GENJIN_[A-Z_]+|DATABASE_URL)\b")


def test_every_variable_is_in_the_handbook():
    read = {
        name
        for file in (ROOT / "genjin" / "config").glob("*.py")
        for name in VARIABLE.findall(file.read_text())
    }
    told = set(VARIABLE.findall((ROOT / "docs" / "operations.md").read_text(encoding="utf-8")))
    assert {"GENJIN_HOME", "DATABASE_URL"} <= read
    assert read - told == set()
