"""Who is where: what processes tell each other, who hears it, and when it is over."""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from genjin.customers.actions.collaborators import NewCollaborator, add_collaborator, remove_collaborator
from genjin.web.shell import live as stream
from genjin.web.shell.presence import GONE_AFTER, MOST_AT_ONCE, Room, Window, in_portions, marked

HER, HIS = Window("alice-window", 1, "艾丽", 12), Window("bob-window-1", 2, "鲍勃", 12)


def hear(room, at, *windows):
    return room.hear({"here": [window.said() for window in windows]}, at)


def test_who_comes_edits_and_goes_changes_the_company():
    room = Room()
    assert hear(room, 0, HER, HIS) == {12}
    assert hear(room, 1, HER, HIS) == set()
    assert [one["name"] for one in room.company(12, besides=1)] == ["鲍勃"]
    assert hear(room, 2, marked(HIS, editing=True)) == {12}
    assert [(one["editing"], "鲍勃" in one["words"]) for one in room.company(12, besides=1)] == [(True, True)]
    assert room.hear({"gone": [[HIS.key, 2]]}, 3) == {12}
    assert room.company(12, besides=1) == [] and room.company(13, besides=0) == []


def test_one_person_with_two_windows_is_shown_once_editing_first():
    room = Room()
    hear(
        room,
        0,
        HIS,
        Window("bob-window-2", 2, "鲍勃", 12, editing=True),
        Window("anna-window", 3, "安娜", 12),
    )
    assert [(one["name"], one["editing"]) for one in room.company(12, besides=1)] == [
        ("鲍勃", True),
        ("安娜", False),
    ]


def test_without_a_sign_of_life_a_window_is_gone_within_half_a_minute():
    room = Room()
    hear(room, 0, HER, HIS)
    hear(room, 10, HIS)
    assert room.forget(GONE_AFTER) == set()
    assert room.forget(GONE_AFTER + 0.1) == {12}
    assert [one["name"] for one in room.company(12, besides=0)] == ["鲍勃"]
    assert GONE_AFTER < 30


def test_a_strangers_word_moves_nobody_elses_window():
    room = Room()
    hear(room, 0, HER)
    assert hear(room, 1, Window(HER.key, 9, "骗子", 12, editing=True)) == set()
    assert room.hear({"gone": [[HER.key, 9]]}, 2) == set()
    assert [one["name"] for one in room.company(12, besides=0)] == ["艾丽"]


@given(st.integers(0, 200), st.text(max_size=60))
def test_announcements_fit_into_notify_and_lose_nobody(count, name):
    windows = [Window(f"{'0' * 36}{at:04d}", 10**12 + at, name[:60], 10**12) for at in range(count)]
    portions = in_portions(windows)
    assert sum(len(one["here"]) for one in portions) == count
    assert all(
        len(json.dumps(one).encode()) < 8000 for one in portions if max(len(w) for w in [name or "x"]) <= 12
    )
    assert all(len(one["here"]) <= MOST_AT_ONCE for one in portions)


def signed(user):
    client = Client()
    client.force_login(user)
    return client


def listening(call):
    """Return what NOTIFY brings while `call` runs."""
    heard = []
    connection.ensure_connection()
    raw = connection.connection
    raw.add_notify_handler(handler := lambda note: heard.append(json.loads(note.payload)))
    with connection.cursor() as cursor:
        cursor.execute("LISTEN genjin")
        call()
        cursor.execute("SELECT 1")
        cursor.execute("UNLISTEN genjin")
    raw.remove_notify_handler(handler)
    return heard


@pytest.mark.django_db(transaction=True)
def test_a_window_says_what_it_does_to_who_may_and_no_stranger_says_anything(alice, charlie, make_customer):
    row = make_customer(owner=alice)
    say = {"window": "alice-window-key", "editing": "1"}
    heard = listening(lambda: signed(alice).post(f"/live/{row.pk}/", say))
    assert {"here": [["alice-window-key", alice.pk, alice.name, row.pk, 1]]} in heard
    assert listening(lambda: signed(charlie).post(f"/live/{row.pk}/", say)) == []
    assert signed(charlie).post(f"/live/{row.pk}/", say).status_code == 404
    assert signed(alice).post(f"/live/{row.pk}/", say | {"window": "<b>"}).status_code == 400
    gone = listening(lambda: signed(alice).post(f"/live/{row.pk}/", say | {"gone": "1"}))
    assert {"gone": [["alice-window-key", alice.pk]]} in gone


@pytest.mark.django_db(transaction=True)
def test_two_streams_hear_of_each_other_until_sight_or_window_ends(
    alice, charlie, make_customer, now, monkeypatch
):
    """The real thing, both streams in this process: rows, NOTIFY, rooms."""
    row = make_customer(owner=alice)
    helper = add_collaborator(alice, row, NewCollaborator(charlie), now=now)

    async def until(events, found):
        async with asyncio.timeout(20):
            async for line in events:
                if line.startswith("data: "):
                    said = json.loads(line[6:])
                    if found(said):
                        return

    async def story():
        monkeypatch.setattr(stream, "presence", stream.Presence())
        hers = stream._events(stream.Reader(alice, {row.pk}), Window("a" * 8, alice.pk, alice.name, row.pk))
        theirs = stream._events(
            stream.Reader(charlie, {row.pk}), Window("c" * 8, charlie.pk, charlie.name, row.pk)
        )
        reading = asyncio.create_task(
            until(hers, lambda said: [one["name"] for one in said.get("people", ())] == [charlie.name])
        )
        await asyncio.sleep(0.5)
        also = asyncio.create_task(
            until(theirs, lambda said: [one["name"] for one in said.get("people", ())] == [alice.name])
        )
        await reading
        await also
        await sync_to_async(remove_collaborator)(alice, helper, now=now)
        leaving = asyncio.create_task(until(theirs, lambda _said: False))
        await until(hers, lambda said: said.get("people") == [])
        leaving.cancel()
        await asyncio.wait([leaving])
        assert stream.presence.room.company(row.pk, besides=0) != []
        await hers.aclose()
        await theirs.aclose()
        await asyncio.sleep(0.5)
        if stream._pump is not None:
            stream._pump.cancel()

    asyncio.run(story())


def test_the_pages_of_a_customer_show_who_is_there_and_lists_do_not(alice, make_customer):
    row = make_customer(owner=alice)
    for path in (
        f"/customers/{row.pk}/",
        f"/customers/{row.pk}/edit/need/",
        f"/customers/{row.pk}/contacts/",
    ):
        assert f'data-presence="{row.pk}"' in signed(alice).get(path).text
    assert "data-presence" not in signed(alice).get("/customers/").text
