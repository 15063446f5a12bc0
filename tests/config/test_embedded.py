"""The embedded server in homes of its own; each test makes and stops real servers."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from genjin.config import upgrade
from genjin.config.addresses import WrongSetting
from genjin.config.embedded import connection_settings, embedded_server, ensure_running, running
from genjin.config.postgres import Server, programs, quoted

HOLD = """
import sys
from pathlib import Path
from genjin.config.embedded import ensure_running
ensure_running(Path(sys.argv[1]))
print("up", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def home():
    # Not tmp_path: the server's account could not pass through pytest's private folders.
    folder = Path(tempfile.mkdtemp(prefix="genjin-test-"))
    yield folder / "客户 数据 'a\"b $HOME `id`"
    shutil.rmtree(folder)


def connect(home: Path) -> psycopg.Connection:
    entry = connection_settings(home)
    return psycopg.connect(
        host=entry["HOST"], port=entry["PORT"], user=entry["USER"], dbname=entry["NAME"], autocommit=True
    )


def hold_in_another_process(home: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def test_a_home_may_have_blanks_quotes_and_chinese_characters(home):
    before = connection_settings(home)
    with running(home) as handle, connect(home) as connection:
        shown = connection.execute("SELECT current_user, current_setting('listen_addresses')").fetchone()
        assert shown == ("genjin", "")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)
        assert connection.execute("SELECT lower('ÄÖ'), upper('é')").fetchone() == ("äö", "É")
        assert connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = 'genjin'").fetchone() == (
            False,
        )
        assert Path(before["HOST"]).stat().st_mode & 0o077 == 0
    assert connection_settings(home) == before
    assert handle.server.process() is None
    assert (home / "log").is_dir()


def test_a_long_home_gets_a_short_socket_folder(home):
    folder = home / ("长" * 40)
    with running(folder), connect(folder) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert connection_settings(folder)["HOST"].startswith("/tmp/genjin-")
    Path(connection_settings(folder)["HOST"]).rmdir()


def test_a_socket_folder_laid_out_by_a_stranger_is_refused(home, tmp_path):
    server = embedded_server(home)
    decoy = tmp_path / "decoy"
    decoy.symlink_to(tmp_path)
    with pytest.raises(WrongSetting, match="belongs to another user"):
        server.own_folder(decoy)


def test_the_last_user_stops_the_server(home):
    first = hold_in_another_process(home)
    second = ensure_running(home)
    second.release()
    second.release()
    with connect(home) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    first.communicate("", timeout=20)
    assert second.server.process() is None


def test_a_killed_user_leaves_a_server_that_the_next_one_adopts_and_stops(home):
    first = hold_in_another_process(home)
    process = embedded_server(home).process()
    assert process is not None
    first.kill()
    first.communicate(timeout=20)
    with running(home) as handle:
        adopted = handle.server.process()
        assert adopted is not None
        assert adopted.pid == process.pid
    assert handle.server.process() is None


def test_a_killed_server_comes_back_with_what_was_saved(home):
    with running(home) as handle:
        with connect(home) as connection:
            connection.execute("CREATE TABLE saved AS SELECT '客户' AS name")
        process = handle.server.process()
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait(20)
    with running(home), connect(home) as connection:
        assert connection.execute("SELECT name FROM saved").fetchone() == ("客户",)


def test_a_process_id_given_to_another_program_does_not_bar_the_start(home):
    with running(home) as handle:
        file = handle.server.data / "postmaster.pid"
        lines = file.read_text().splitlines()
    file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with running(home), connect(home) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def make_home_of_version_16(home: Path) -> Server:
    present = embedded_server(home)
    old = Server(programs(16), present.data, present.sockets, present.uid, present.gid)
    for folder in (home, old.data, old.log):
        old.own_folder(folder)
    made = old.run(
        "initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--pgdata=."
    )
    assert made.returncode == 0, made.stderr
    old.start()
    with old.connection() as connection:
        connection.execute("CREATE ROLE genjin LOGIN CREATEDB")
        connection.execute("CREATE ROLE \"读 者\" LOGIN PASSWORD 'p''w'")
        connection.execute("CREATE DATABASE genjin OWNER genjin")
    with connect(home) as connection:
        connection.execute("CREATE TABLE customer (id bigint GENERATED ALWAYS AS IDENTITY, name text)")
        connection.execute("INSERT INTO customer (name) SELECT '客户' || n FROM generate_series(1, 5000) n")
    old.stop()
    return old


def test_data_of_version_16_is_moved_to_18_with_a_backup_first(home, capsys):
    make_home_of_version_16(home)
    with running(home) as handle, connect(home) as connection:
        assert connection.info.server_version // 10000 == 18
        assert connection.execute("SELECT count(*), max(id) FROM customer").fetchone() == (5000, 5000)
        added = connection.execute("INSERT INTO customer (name) VALUES ('新') RETURNING id").fetchone()
        assert added == (5001,)
        owner = connection.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'customer'")
        assert owner.fetchone() == ("genjin",)
        assert connection.execute("SELECT 1 FROM pg_roles WHERE rolname = '读 者'").fetchone() == (1,)
    assert handle.server.version() == 18
    (kept,) = home.glob("postgres-16-*")
    assert (kept / "PG_VERSION").read_text().strip() == "16"
    (backup,) = (home / "backups").glob("postgres-16-*.sql")
    assert backup.stat().st_mode & 0o077 == 0
    assert str(backup) in capsys.readouterr().err
    assert not (home / "postgres-fresh").exists()


def test_an_upgrade_that_fails_leaves_the_old_data_in_place(home, monkeypatch):
    make_home_of_version_16(home)
    with monkeypatch.context() as patch:
        # The dump makes the role `postgres` again; by another name that known complaint counts as an error.
        patch.setattr(upgrade, "SUPERUSER", "somebody")
        with pytest.raises(RuntimeError, match="old data is untouched"):
            ensure_running(home)
    assert embedded_server(home).version() == 16
    with running(home), connect(home) as connection:
        assert connection.execute("SELECT count(*) FROM customer").fetchone() == (5000,)


def test_an_upgrade_stopped_between_its_renames_is_finished(home):
    with running(home) as handle:
        pass
    handle.server.data.rename(home / "postgres-upgraded")
    upgrade.finish(handle.server)
    assert handle.server.version() == 18


def test_data_of_an_unknown_version_is_refused_with_a_sentence(home):
    with running(home) as handle:
        pass
    (handle.server.data / "PG_VERSION").write_text("13\n")
    with pytest.raises(WrongSetting, match="genjin restore"):
        ensure_running(home)
    assert (handle.server.data / "PG_VERSION").read_text() == "13\n"


def test_a_home_that_cannot_be_made_is_refused_with_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(WrongSetting, match="GENJIN_HOME"):
        ensure_running(tmp_path / "file")


def test_text_for_the_settings_file_is_quoted():
    assert quoted("a'b\\c") == "'a''b\\\\c'"
