"""Connections to hosts that people typed: resolved once, every address looked at, and only what was looked at is used."""

import ipaddress
import socket
from collections.abc import Collection

from django.utils.translation import gettext as _

from genjin.kit.errors import ValueRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# What no host typed by a person may lead to: this machine, the office's network, carriers, metadata, translation.
_CLOSED = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "::/128", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23",
        "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip


def is_closed(address: Address) -> bool:
    """Whether an address is none of the open internet; addresses inside others are taken out first."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or (
            ipaddress.IPv4Address(int(address)) if 1 < int(address) < 2**32 else None
        )
        if inner is not None:
            return is_closed(inner)
    return any(address in network for network in _CLOSED if network.version == address.version)


def checked_address(host: str, port: int, *, allowed: Collection[str] = ()) -> str:
    """Resolve `host` once and return the address to connect to; `allowed` names private hosts that are meant.

    Refuses when any of its addresses is closed, lest the next answer be that one. Raises ValueRefused
    `host_unknown`, `host_private`.
    """
    host = host.strip().rstrip(".").lower()
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    except (OSError, UnicodeError, ValueError) as error:
        raise ValueRefused(
            _("There is no host called %(host)s.") % {"host": host[:80]}, "host_unknown"
        ) from error
    if not addresses:
        raise ValueRefused(_("There is no host called %(host)s.") % {"host": host[:80]}, "host_unknown")
    if host not in {name.lower() for name in allowed} and any(map(is_closed, addresses)):
        sentence = _(
            "%(host)s leads into a private network; whoever runs Genjin must allow it by GENJIN_PRIVATE_HOSTS."
        )
        raise ValueRefused(sentence % {"host": host[:80]}, "host_private")
    return str(addresses[0])
