"""Posting to typed addresses: one checked address, no redirects, an end to waiting, small answers."""

import socket
import time
from dataclasses import replace

import pytest

from genjin.kit.errors import ValueRefused
from genjin.kit.posting import LARGEST_ANSWER, PostError, checked_place, post_json
from tests.notices.receiver import receiving

HERE = ["127.0.0.1"]


@pytest.fixture
def receiver():
    with receiving() as server:
        yield server


def test_what_is_sent_arrives_and_the_answer_comes_back(receiver):
    answer = post_json(
        checked_place(receiver.url("/a?key=1"), allowed=HERE), {"文": "请注意！"}, headers={"X-Id": "7"}
    )
    assert (answer.status, answer.text) == (200, '{"errcode": 0, "code": 0}')
    path, headers, body = receiver.got[0]
    assert (path, headers["X-Id"], body) == ("/a?key=1", "7", {"文": "请注意！"})


def test_a_redirect_is_an_answer_nobody_follows(receiver):
    receiver.answers["/hook"] = {"status": 302, "headers": {"Location": receiver.url("/inside")}}
    assert post_json(checked_place(receiver.url(), allowed=HERE), {}).status == 302
    assert receiver.bodies("/inside") == []


def test_the_answer_is_cut(receiver):
    receiver.answers["/hook"] = {"body": "x" * (LARGEST_ANSWER + 5000)}
    assert len(post_json(checked_place(receiver.url(), allowed=HERE), {}).text) == LARGEST_ANSWER


def test_how_long_to_wait_is_told(receiver):
    receiver.answers["/hook"] = {"status": 429, "headers": {"Retry-After": "120"}}
    assert post_json(checked_place(receiver.url(), allowed=HERE), {}).retry_after == 120
    receiver.answers["/hook"] = {"status": 429, "headers": {"Retry-After": "soon"}}
    assert post_json(checked_place(receiver.url(), allowed=HERE), {}).retry_after == 0


@pytest.mark.parametrize("slow", [{"sleep": 3}, {"drip": 0.2, "body": "x" * 100}])
def test_nobody_is_waited_for_longer_than_agreed(receiver, slow):
    receiver.answers["/hook"] = slow
    began = time.monotonic()
    with pytest.raises(PostError, match="in time"):
        post_json(checked_place(receiver.url(), allowed=HERE), {}, seconds=0.6)
    assert time.monotonic() - began < 2


def test_a_closed_door_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        place = checked_place(f"http://127.0.0.1:{taken.getsockname()[1]}/", allowed=HERE)
    with pytest.raises(PostError, match="ConnectionRefused"):
        post_json(place, {})


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://127.0.0.1/hook", "host_private"),
        ("https://169.254.169.254/latest", "host_private"),
        ("https://[::ffff:10.0.0.1]/x", "host_private"),
        ("http://example.com/", "plain_refused"),
        ("http://8.8.8.8/", "plain_refused"),
        ("ftp://8.8.8.8/", "url_invalid"),
        ("https://user:word@8.8.8.8/", "url_invalid"),
        ("https://8.8.8.8/a b", "url_invalid"),
        ("https://8.8.8.8/路", "url_invalid"),
        ("https://8.8.8.8:99999/", "url_invalid"),
        ("https://8.8.8.8/\r\nX: y", "url_invalid"),
        ("file:///etc/passwd", "url_invalid"),
        ("", "url_invalid"),
    ],
)
def test_what_is_no_open_address_is_refused(url, code):
    with pytest.raises(ValueRefused) as caught:
        checked_place(url, allowed=[])
    assert caught.value.code == code


def test_the_checked_address_is_used_and_the_name_is_not_asked_again(receiver):
    place = replace(checked_place(receiver.url(), allowed=HERE), host="elsewhere.invalid")
    assert post_json(place, {"a": 1}).status == 200
    assert receiver.got[0][1]["Host"].startswith("elsewhere.invalid")
