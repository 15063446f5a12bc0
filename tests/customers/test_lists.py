"""Dictionaries, tags and pools, as administrators keep them."""

import pytest

from genjin.customers.actions.axes import tag_by_words
from genjin.customers.actions.lists import remove_entry, save_entry
from genjin.customers.models import Choice, Pool, Tag
from genjin.events.models import Event
from tests.refusals import refused, unseen


def test_a_new_word_is_offered_and_an_old_one_no_longer(dora, now):
    word = save_entry(
        dora, Choice(), {"kind": "source", "name": "直播", "position": 30, "is_active": True}, now=now
    )
    assert word in Choice.objects.of("source")
    save_entry(dora, word, {"is_active": False}, now=now)
    assert word not in Choice.objects.of("source")
    assert [event.data["name"] for event in Event.objects.filter(kind="choice.saved")] == ["直播", "直播"]


def test_a_pool_belongs_to_its_teams(dora, alice, charlie, teams, now):
    pool = save_entry(
        dora, Pool(), {"name": "华东公海", "teams": [teams["A"]], "daily_claims": 5, "hold_cap": 9}, now=now
    )
    assert pool in Pool.objects.visible_to(alice)
    assert pool not in Pool.objects.visible_to(charlie)


def test_one_name_once(dora, pool, now):
    for entry, values in ((Pool(), {"name": "公海"}), (Choice(), {"kind": "source", "name": "转介绍"})):
        with refused("name_taken"):
            save_entry(dora, entry, values, now=now)


def test_shape_is_checked_below_the_form_too(dora, now):
    for values in ({"kind": "nothing", "name": "x"}, {"kind": "source", "name": ""}):
        with refused("fields_invalid"):
            save_entry(dora, Choice(), values, now=now)


def test_what_is_in_use_stays(dora, alice, make_customer, pool, now):
    source = Choice.objects.of("source").first()
    row = make_customer(owner=alice, source=source)
    tag_by_words(alice, [row.pk], ["重点"], now=now)
    make_customer(pool=pool)
    spare = save_entry(dora, Pool(), {"name": "备用"}, now=now)
    for entry in (source, Tag.objects.get(), pool):
        with refused("entry_in_use", status=409):
            remove_entry(dora, entry, now=now)
    remove_entry(dora, spare, now=now)
    assert not Pool.objects.filter(name="备用").exists()


def test_the_last_pool_stays(dora, pool, now):
    with refused("last_pool", status=409):
        remove_entry(dora, pool, now=now)


@pytest.mark.parametrize("who", ["alice", "bob", "charlie", "erin"])
def test_only_administrators_keep_lists(request, pool, now, who):
    actor = request.getfixturevalue(who)
    with refused("forbidden", status=403):
        save_entry(actor, Tag(), {"name": "x"}, now=now)
    with refused("forbidden", status=403):
        remove_entry(actor, pool, now=now)


def test_refused_tagging_leaves_no_new_tags(alice, charlie, make_customer, now):
    row = make_customer(owner=alice)
    with unseen():
        tag_by_words(charlie, [row.pk], ["新-标签"], now=now)
