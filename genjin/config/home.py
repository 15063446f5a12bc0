"""Where Genjin keeps its things, and what the environment variables say, refused early when wrong."""

import os
import re
import secrets
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from genjin.config.addresses import WrongSetting, parse_database, parse_email, parse_storage

__all__ = ["Environment", "WrongSetting", "home", "read_environment", "secret_key"]

LANGUAGES = ("zh-hans", "zh-hant", "en")
SHORTEST_KEY = 32
CHECKOUT = Path(__file__).resolve().parents[2]
HOST_NAME = re.compile(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\]")
PUBLIC_URL = re.compile(r"https?://(?P<host>[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?")


@dataclass(frozen=True)
class Environment:
    """Every variable of the environment, read and checked.

    `public_url` is the address people type, without a slash at its end, and the start of links in mails.
    `email` holds Django's EMAIL_* settings, `storage` the entry STORAGES["default"], `database` the entry
    DATABASES["default"] or None when the embedded PostgreSQL is to be used.
    """

    host: str
    port: int
    public_url: str
    allowed_hosts: list[str]
    time_zone: str
    language: str
    email: dict[str, Any]
    storage: dict[str, Any]
    database: dict[str, Any] | None
    private_hosts: list[str]

    @property
    def https(self) -> bool:
        """Tell whether people reach us over HTTPS only, so that cookies may insist on it."""
        return self.public_url.startswith("https://")


def home(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the data folder as an absolute path; it need not exist yet."""
    given = environ.get("GENJIN_HOME", "")
    if given.strip():
        if "\0" in given or "\n" in given:
            raise WrongSetting(
                "GENJIN_HOME 不能含换行。请写一个文件夹,例如 /srv/genjin。"
                " GENJIN_HOME must not hold a line break; write a folder, such as /srv/genjin."
            )
        return Path(os.path.abspath(Path(given).expanduser()))  # noqa: PTH100 (links stay links)
    if (CHECKOUT / "pyproject.toml").is_file():
        return CHECKOUT / "var"
    return platformdirs.user_data_path("genjin", appauthor=False)


def secret_key(folder: Path, environ: Mapping[str, str] = os.environ) -> str:
    """Return GENJIN_SECRET_KEY, else the key of the data folder, made there on first use."""
    given = environ.get("GENJIN_SECRET_KEY", "")
    if given:
        if len(given) < SHORTEST_KEY:
            raise WrongSetting(
                f"GENJIN_SECRET_KEY 太短:请写至少 {SHORTEST_KEY} 个随机字符,或去掉它,由 Genjin 自己生成。"
                f" GENJIN_SECRET_KEY is too short: write at least {SHORTEST_KEY} random characters,"
                " or leave it out and Genjin makes one."
            )
        return given
    file = folder / "secret_key"
    if not file.exists():
        make_key_file(file)
    return file.read_text(encoding="ascii").strip()


def make_key_file(file: Path) -> None:
    """Write a new key; of two processes that start at once the first wins, and neither reads half a key."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"secret_key.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(50) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def read_environment(environ: Mapping[str, str] = os.environ) -> Environment:
    """Read all variables; raises WrongSetting with a sentence that says what to write instead."""
    host = environ.get("GENJIN_HOST", "").strip() or "127.0.0.1"
    port = parse_port(environ.get("GENJIN_PORT", ""))
    public_url = parse_public_url(environ.get("GENJIN_PUBLIC_URL", ""))
    return Environment(
        host=host,
        port=port,
        public_url=public_url or own_url(host, port),
        allowed_hosts=parse_allowed_hosts(environ.get("GENJIN_ALLOWED_HOSTS", ""), public_url),
        time_zone=parse_time_zone(environ.get("GENJIN_TIME_ZONE", "")),
        language=parse_language(environ.get("GENJIN_LANGUAGE", "")),
        email=parse_email(environ.get("GENJIN_EMAIL_URL", "")),
        storage=parse_storage(environ.get("GENJIN_STORAGE_URL", ""), home(environ) / "uploads"),
        database=parse_database(environ.get("DATABASE_URL", "")),
        private_hosts=parse_private_hosts(environ.get("GENJIN_PRIVATE_HOSTS", "")),
    )


def parse_port(text: str) -> int:
    text = text.strip() or "8000"
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise WrongSetting(
            f"GENJIN_PORT={text!r} 不是端口号。请写 1 到 65535 的整数,例如 8000。"
            f" GENJIN_PORT={text!r} is no port; write a whole number from 1 to 65535, such as 8000."
        )
    return int(text)


def own_url(host: str, port: int) -> str:
    """Return the address to open on this machine; a server that listens everywhere is also found here."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{name}:{port}"


def parse_private_hosts(text: str) -> list[str]:
    hosts = [host.strip() for host in text.split(",") if host.strip()]
    for host in hosts:
        if "*" in host or not HOST_NAME.fullmatch(host):
            raise WrongSetting(
                f"GENJIN_PRIVATE_HOSTS 中的“{host}”不是主机名。请写例如 mail.corp.local,多个用逗号隔开。"
                f" GENJIN_PRIVATE_HOSTS: “{host}” is no host name; write such as mail.corp.local, cut by commas."
            )
    return hosts


def parse_public_url(text: str) -> str:
    url = text.strip().rstrip("/")
    if url and not PUBLIC_URL.fullmatch(url):
        raise WrongSetting(
            f"GENJIN_PUBLIC_URL={text!r} 不是网址。请写大家访问的网址,例如 https://crm.example.com。"
            f" GENJIN_PUBLIC_URL={text!r} is no address; write the one people open, such as"
            " https://crm.example.com."
        )
    return url


def parse_allowed_hosts(text: str, public_url: str) -> list[str]:
    """Return the host names of a list cut by commas, by default this machine's, and the public one."""
    public = PUBLIC_URL.fullmatch(public_url)
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if not HOST_NAME.fullmatch(name):
            raise WrongSetting(
                f"GENJIN_ALLOWED_HOSTS 里的 {name!r} 不是主机名。请写域名,用逗号分隔,不带 http:// 和端口,"
                f"例如 crm.example.com。 {name!r} in GENJIN_ALLOWED_HOSTS is no host name; write names cut"
                " by commas, without http:// and port, such as crm.example.com."
            )
    names = names or ["localhost", "127.0.0.1", "[::1]"]
    return names if public is None or public["host"] in names else [*names, public["host"]]


def parse_time_zone(text: str) -> str:
    name = text.strip() or "Asia/Shanghai"
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise WrongSetting(
            f"GENJIN_TIME_ZONE={name!r} 不是时区。请写 IANA 时区名,例如 Asia/Shanghai。"
            f" GENJIN_TIME_ZONE={name!r} is no time zone; write an IANA name, such as Asia/Shanghai."
        ) from None
    return name


def parse_language(text: str) -> str:
    code = text.strip().lower().replace("_", "-") or "zh-hans"
    if code not in LANGUAGES:
        choice = ", ".join(LANGUAGES)
        raise WrongSetting(
            f"GENJIN_LANGUAGE={text!r} 没有译文。请写其中之一:{choice}。"
            f" GENJIN_LANGUAGE={text!r} has no translation; write one of {choice}."
        )
    return code
