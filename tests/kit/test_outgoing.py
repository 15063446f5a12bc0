"""Hosts that people typed: what leads into a network of ours or of nobody is refused, however it is written."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.errors import ValueRefused
from genjin.kit.outgoing import checked_address, is_closed

CLOSED = ["127.0.0.1", "10.1.2.3", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0", "255.255.255.255",
          "224.0.0.1", "::1", "::", "fe80::1", "fd00:ec2::254", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "2002:7f00:1::",
          "::127.0.0.1", "2001:0:1::1", "ff02::1"]  # fmt: skip
OPEN = ["8.8.8.8", "223.5.5.5", "172.32.0.1", "100.128.0.1", "2400:3200::1", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("text", CLOSED)
def test_closed(text):
    assert is_closed(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", OPEN)
def test_open(text):
    assert not is_closed(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "::1", "LOCALHOST."]
)
def test_this_machine_is_refused_however_it_is_written(host):
    with pytest.raises(ValueRefused) as caught:
        checked_address(host, 993)
    assert caught.value.code in {"host_private", "host_unknown"}


def test_one_closed_answer_among_open_ones_is_enough(monkeypatch):
    answers = [(2, 1, 6, "", ("8.8.8.8", 993)), (2, 1, 6, "", ("10.0.0.1", 993))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: answers)
    with pytest.raises(ValueRefused, match="GENJIN_PRIVATE_HOSTS"):
        checked_address("mail.example.com", 993)
    assert checked_address("Mail.example.com", 993, allowed=["mail.example.com"]) == "8.8.8.8"


def test_what_the_company_runs_itself_may_be_allowed_by_name_and_nothing_beside_it():
    assert checked_address("127.0.0.1", 993, allowed=["127.0.0.1"]) == "127.0.0.1"
    with pytest.raises(ValueRefused):
        checked_address("127.0.0.2", 993, allowed=["127.0.0.1"])


@given(st.text(max_size=60))
def test_no_text_raises_anything_else(text):
    if any(sign.isalnum() for sign in text):
        text = f"{text}.invalid"  # asks no name server of the world
    try:
        checked_address(text, 993, allowed=["never"])
    except ValueRefused as refusal:
        assert refusal.code in {"host_unknown", "host_private"}


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_judged_as_itself(address):
    mapped = ipaddress.IPv6Address(f"::ffff:{address}")
    assert is_closed(mapped) == is_closed(address)
    assert is_closed(ipaddress.IPv6Address(0x0064_FF9B << 96 | int(address)))
