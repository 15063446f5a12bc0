"""The command line as a person meets it: words, exit codes, and whether a database is started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from genjin.config.main import needs_database


def genjin(home: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "genjin.config.main", *words],
        check=False,
        capture_output=True,
        text=True,
        env=inherited | {"GENJIN_HOME": str(home)} | environ,
    )


def test_help_and_version_need_no_database(tmp_path):
    listed = genjin(tmp_path)
    assert listed.returncode == 0, listed.stderr
    assert "  serve " in listed.stdout
    assert "makemigrations" not in listed.stdout
    assert genjin(tmp_path, "serve", "--help").returncode == 0
    assert genjin(tmp_path, "--version").stdout.startswith("genjin ")
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize(
    ("words", "said"), [(["sevre"], "try: serve"), (["serve", "--workers", "none"], "--workers")]
)
def test_wrong_use_ends_with_2(tmp_path, words, said):
    answer = genjin(tmp_path, *words, DATABASE_URL="postgresql://genjin@127.0.0.1:1/genjin")
    assert answer.returncode == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    "environ", [{"GENJIN_PORT": "many"}, {"DATABASE_URL": "postgresql://genjin@127.0.0.1:1/genjin"}]
)
def test_a_refusal_is_one_sentence_and_ends_with_1(tmp_path, environ):
    answer = genjin(tmp_path, "migrate", **environ)
    assert answer.returncode == 1
    assert len(answer.stderr.strip().splitlines()) == 1
    assert next(iter(environ)) in answer.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["import", "客户.xlsx"], True),
        (["import", "--help"], False),
        (["match", "--", "--help"], True),
        (["normalise", "phone", "138"], False),
    ],
)
def test_a_database_is_started_only_when_needed(words, expected):
    assert needs_database(words) is expected
