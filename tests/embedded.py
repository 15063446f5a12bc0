"""Loaded before Django's settings: gives the tests a data folder of their own, so that none touches a real one."""

import os
from pathlib import Path


def choose_home() -> None:
    """Set GENJIN_HOME to `test` inside the given or usual data folder."""
    usual = Path(__file__).resolve().parents[1] / "var"
    home = Path(os.environ.get("GENJIN_HOME", "").strip() or usual)
    if home.name != "test":  # a worker of xdist inherits what its parent chose
        home = home / "test"
    os.environ["GENJIN_HOME"] = str(home)


choose_home()
