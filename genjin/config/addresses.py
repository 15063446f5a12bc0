"""Reads the addresses of the services Genjin is told to use: database, mail server, storage."""

from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

DATABASE_OPTIONS = {
    "application_name",
    "channel_binding",
    "connect_timeout",
    "gssencmode",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "options",
    "passfile",
    "service",
    "sslcert",
    "sslcrl",
    "sslkey",
    "sslmode",
    "sslpassword",
    "sslrootcert",
    "target_session_attrs",
    "tcp_user_timeout",
}
SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}
MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
S3_OPTIONS = {"endpoint": "endpoint_url", "region": "region_name", "prefix": "location"}


class WrongSetting(Exception):  # noqa: N818 (a refusal is an answer, not a failure)
    """A setting cannot be used; the text says what to write instead, in Chinese and in English."""


def parse_database(url: str) -> dict[str, Any] | None:
    """Return the entry of Django's DATABASES for a PostgreSQL address, None for an empty one.

    A socket folder is written `postgresql:///name?host=/folder` or `postgresql://user@%2Ffolder/name`.
    The address is never repeated in a refusal, as it may hold a password.
    """
    if not url.strip():
        return None
    parts, query = cut("DATABASE_URL", url, "postgresql://user:password@host:5432/genjin")
    if parts.scheme not in ("postgres", "postgresql"):
        refuse_database(
            f"{parts.scheme or '?'}:Genjin 只用 PostgreSQL", f"{parts.scheme or '?'}: PostgreSQL only"
        )
    user, password, host, port = cut_authority("DATABASE_URL", parts.netloc)
    name = unquote(parts.path.removeprefix("/")) or query.pop("dbname", "")
    if not name or "/" in name:
        refuse_database("缺少数据库名", "the name of the database is missing")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": user or query.pop("user", ""),
        "PASSWORD": password or query.pop("password", ""),
        "HOST": host or query.pop("host", ""),
        "PORT": port or query.pop("port", ""),
        "OPTIONS": check_options(query),
    }


def check_options(query: dict[str, str]) -> dict[str, str]:
    for name in query:
        if name not in DATABASE_OPTIONS:
            refuse_database(f"不认识参数 {name!r}", f"unknown parameter {name!r}")
    if query.get("sslmode", "prefer") not in SSL_MODES:
        modes = ", ".join(sorted(SSL_MODES))
        refuse_database(f"sslmode 只能是 {modes}", f"sslmode is one of {modes}")
    return query


def refuse_database(chinese: str, english: str) -> NoReturn:
    example = "postgresql://user:password@host:5432/genjin?sslmode=require"
    raise WrongSetting(
        f"DATABASE_URL 不能用({chinese})。请这样写:{example},或去掉它,使用内置的 PostgreSQL。"
        f" DATABASE_URL cannot be used ({english}); write it like {example}, or leave it out to use the"
        " embedded PostgreSQL."
    )


def parse_email(url: str) -> dict[str, Any]:
    """Return Django's EMAIL_* settings; without an address, mails are printed to the log."""
    if not url.strip():
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    example = "smtp+tls://user:password@smtp.example.com:587?from=crm@example.com"
    parts, query = cut("GENJIN_EMAIL_URL", url, example)
    sender = query.pop("from", "")
    user, password, host, port = cut_authority("GENJIN_EMAIL_URL", parts.netloc)
    if parts.scheme not in MAIL_PORTS or not host or query or parts.path.strip("/"):
        refuse("GENJIN_EMAIL_URL", example)
    settings: dict[str, Any] = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": host,
        "EMAIL_PORT": int(port or MAIL_PORTS[parts.scheme]),
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": password,
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }
    if sender:
        settings |= {"DEFAULT_FROM_EMAIL": sender, "SERVER_EMAIL": sender}
    return settings


def parse_storage(url: str, default: Path) -> dict[str, Any]:
    """Return the entry STORAGES["default"] for a folder (a path or file://) or an S3-compatible bucket."""
    text = url.strip()
    if not text.startswith("s3://"):
        folder = Path(unquote(text.removeprefix("file://"))) if text else default
        if not folder.is_absolute() or "://" in text.removeprefix("file://"):
            refuse("GENJIN_STORAGE_URL", "/srv/genjin/uploads")
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder), "file_permissions_mode": 0o600},
        }
    example = "s3://KEY:SECRET@bucket?endpoint=https://s3.example.com&region=cn-north-1"
    parts, query = cut("GENJIN_STORAGE_URL", text, example)
    key, secret, bucket, port = cut_authority("GENJIN_STORAGE_URL", parts.netloc)
    if not bucket or port or set(query) - set(S3_OPTIONS) or bool(key) != bool(secret):
        refuse("GENJIN_STORAGE_URL", example)
    options: dict[str, Any] = {"bucket_name": bucket, "file_overwrite": False, "default_acl": None}
    if key:
        options |= {"access_key": key, "secret_key": secret}
    options |= {S3_OPTIONS[name]: value for name, value in query.items()}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def cut(variable: str, url: str, example: str) -> tuple[SplitResult, dict[str, str]]:
    try:
        parts = urlsplit(url.strip())
        query = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        refuse(variable, example)
    if parts.fragment:
        refuse(variable, example)
    return parts, query


def cut_authority(variable: str, netloc: str) -> tuple[str, str, str, str]:
    """Return user, password, host and port, decoded; urlsplit would lower the letters of a socket folder."""
    login, _, address = netloc.rpartition("@")
    user, _, password = login.partition(":")
    if address.startswith("["):
        host, _, rest = address[1:].partition("]")
        port = rest.removeprefix(":")
    else:
        host, _, port = address.partition(":")
    if port and not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
        refuse(variable, "host:5432")
    return unquote(user), unquote(password), unquote(host), port


def refuse(variable: str, example: str) -> NoReturn:
    raise WrongSetting(
        f"{variable} 读不懂。请这样写:{example}(特殊字符写成 %XX)。"
        f" {variable} cannot be read; write it like {example} (special characters as %XX)."
    )
