import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from genjin.config.addresses import WrongSetting
from genjin.config.home import CHECKOUT, home, read_environment, secret_key


def test_the_data_folder_of_a_checkout_is_var():
    assert home({}) == CHECKOUT / "var"


def test_the_data_folder_of_an_installation_is_the_users_own(monkeypatch, tmp_path):
    monkeypatch.setattr("genjin.config.home.CHECKOUT", tmp_path)
    assert home({}).name == "genjin"
    assert tmp_path not in home({}).parents


def test_a_relative_home_becomes_absolute(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert home({"GENJIN_HOME": "数据 文件夹"}) == tmp_path / "数据 文件夹"


def test_a_home_with_a_line_break_is_refused():
    with pytest.raises(WrongSetting, match="GENJIN_HOME"):
        home({"GENJIN_HOME": "/srv\n/genjin"})


def test_the_secret_key_is_made_once_and_for_the_owner_only(tmp_path):
    folder = tmp_path / "home"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secret_key(folder, {}), range(32)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert [file.name for file in folder.iterdir()] == ["secret_key"]
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600


def test_a_given_secret_key_wins_and_a_short_one_is_refused(tmp_path):
    assert secret_key(tmp_path, {"GENJIN_SECRET_KEY": "k" * 40}) == "k" * 40
    with pytest.raises(WrongSetting, match="32"):
        secret_key(tmp_path, {"GENJIN_SECRET_KEY": "short"})
    assert list(tmp_path.iterdir()) == []


def test_an_empty_environment_gives_the_defaults():
    read = read_environment({})
    assert (read.host, read.port, read.time_zone, read.language) == (
        "127.0.0.1",
        8000,
        "Asia/Shanghai",
        "zh-hans",
    )
    assert read.allowed_hosts == ["localhost", "127.0.0.1", "[::1]"]
    assert read.database is None
    assert read.email == {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    assert read.storage["OPTIONS"]["location"] == str(CHECKOUT / "var" / "uploads")


def test_hosts_language_and_zone_are_read():
    read = read_environment(
        {
            "GENJIN_ALLOWED_HOSTS": " crm.example.com, .example.org,[::1]",
            "GENJIN_LANGUAGE": "zh_Hant",
            "GENJIN_TIME_ZONE": "Asia/Hong_Kong",
            "GENJIN_PORT": "80",
        }
    )
    assert read.allowed_hosts == ["crm.example.com", ".example.org", "[::1]"]
    assert (read.language, read.time_zone, read.port) == ("zh-hant", "Asia/Hong_Kong", 80)


def test_the_public_address_is_allowed_and_says_whether_https_is_used():
    read = read_environment({"GENJIN_PUBLIC_URL": "https://crm.example.com/"})
    assert (read.public_url, read.https) == ("https://crm.example.com", True)
    assert read.allowed_hosts == ["localhost", "127.0.0.1", "[::1]", "crm.example.com"]
    local = read_environment({"GENJIN_HOST": "0.0.0.0", "GENJIN_PORT": "9000"})
    assert (local.public_url, local.https) == ("http://127.0.0.1:9000", False)
    assert read_environment({"GENJIN_HOST": "::1"}).public_url == "http://[::1]:8000"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GENJIN_PORT", "eighty"),
        ("GENJIN_PORT", "0"),
        ("GENJIN_PORT", "65536"),
        ("GENJIN_PORT", "８０００"),
        ("GENJIN_ALLOWED_HOSTS", "https://crm.example.com"),
        ("GENJIN_ALLOWED_HOSTS", "crm.example.com:8000"),
        ("GENJIN_PUBLIC_URL", "crm.example.com"),
        ("GENJIN_PUBLIC_URL", "https://crm.example.com/path"),
        ("GENJIN_TIME_ZONE", "Beijing"),
        ("GENJIN_TIME_ZONE", "../../etc/passwd"),
        ("GENJIN_LANGUAGE", "klingon"),
        ("GENJIN_EMAIL_URL", "smtp.example.com"),
        ("GENJIN_EMAIL_URL", "smtp://user@host:many"),
        ("GENJIN_EMAIL_URL", "smtp://host?form=a@b.c"),
        ("GENJIN_STORAGE_URL", "relative/folder"),
        ("GENJIN_STORAGE_URL", "ftp://host/folder"),
        ("GENJIN_STORAGE_URL", "s3://KEY@bucket"),
        ("GENJIN_STORAGE_URL", "s3://bucket?colour=red"),
        ("DATABASE_URL", "sqlite:///db.sqlite3"),
        ("DATABASE_URL", "mysql://u:p@host/genjin"),
        ("DATABASE_URL", "genjin"),
        ("DATABASE_URL", "postgresql://u:p@host"),
        ("DATABASE_URL", "postgresql://u:p@host:port/genjin"),
        ("DATABASE_URL", "postgresql://u:p@[::1/genjin"),
        ("DATABASE_URL", "postgresql://u:p@host/genjin?sslmode=yes"),
        ("DATABASE_URL", "postgresql://u:p@host/genjin?colour=red"),
        ("DATABASE_URL", "postgresql://u:sec#ret@host/genjin"),
    ],
)
def test_a_wrong_value_is_refused_in_both_languages(variable, value):
    with pytest.raises(WrongSetting) as refusal:
        read_environment({variable: value})
    sentence = str(refusal.value)
    assert variable in sentence
    assert "请" in sentence
    assert "write" in sentence
    assert "sec#ret" not in sentence


def test_a_database_address_is_decoded():
    database = read_environment(
        {"DATABASE_URL": "postgres://r%40n:p%2F%3A%40s@db.example.com:5433/客户%20库?sslmode=verify-full"}
    ).database
    assert database == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "客户 库",
        "USER": "r@n",
        "PASSWORD": "p/:@s",
        "HOST": "db.example.com",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "verify-full"},
    }


@pytest.mark.parametrize(
    ("url", "host", "user"),
    [
        ("postgresql:///genjin?host=/var/run/PG%20sql&user=ann", "/var/run/PG sql", "ann"),
        ("postgresql://ann@%2FVar%2Frun/genjin", "/Var/run", "ann"),
        ("postgresql://ann@[::1]:5432/genjin", "::1", "ann"),
        ("postgresql:///genjin", "", ""),
    ],
)
def test_sockets_and_addresses_of_six_bytes_are_understood(url, host, user):
    database = read_environment({"DATABASE_URL": url}).database
    assert database is not None
    assert (database["NAME"], database["HOST"], database["USER"]) == ("genjin", host, user)


def test_options_reach_the_server():
    database = read_environment(
        {"DATABASE_URL": "postgresql://h/genjin?options=-c%20statement_timeout%3D5s&connect_timeout=3"}
    ).database
    assert database is not None
    assert database["OPTIONS"] == {"options": "-c statement_timeout=5s", "connect_timeout": "3"}


def test_mail_and_storage_are_read():
    read = read_environment(
        {
            "GENJIN_EMAIL_URL": "smtp+tls://crm%40example.com:p%3Aw@smtp.example.com?from=crm@example.com",
            "GENJIN_STORAGE_URL": "s3://KEY:SE%2FCRET@bucket?endpoint=https://s3.example.com&prefix=crm",
        }
    )
    assert read.email["EMAIL_HOST_USER"] == "crm@example.com"
    assert read.email["EMAIL_HOST_PASSWORD"] == "p:w"
    assert (read.email["EMAIL_PORT"], read.email["EMAIL_USE_TLS"], read.email["EMAIL_USE_SSL"]) == (
        587,
        True,
        False,
    )
    assert read.email["DEFAULT_FROM_EMAIL"] == "crm@example.com"
    assert read.storage["BACKEND"] == "storages.backends.s3.S3Storage"
    assert read.storage["OPTIONS"]["secret_key"] == "SE/CRET"
    assert read.storage["OPTIONS"]["endpoint_url"] == "https://s3.example.com"
    assert read.storage["OPTIONS"]["location"] == "crm"


def test_a_storage_folder_may_be_a_path_or_a_file_address(tmp_path):
    for value in (str(tmp_path), f"file://{tmp_path}"):
        storage = read_environment({"GENJIN_STORAGE_URL": value}).storage
        assert Path(storage["OPTIONS"]["location"]) == tmp_path
