"""Which rows somebody sees, and how the people in them are shown."""

import pytest

from genjin.accounts.actions import NewUser, add_user, save_team
from genjin.accounts.models import Team
from genjin.accounts.permissions import Role
from genjin.customers.actions.people import involve, release_participants
from genjin.customers.models import Contact, Customer, IdentityKey, Participant, Pool
from genjin.customers.queries.find import contacts_of, known_under
from genjin.customers.queries.sight import (
    may_reveal,
    sees_person,
    show_contact,
    shown_address,
    shown_extra,
    shown_name,
    shown_notes,
)  # fmt: skip
from genjin.customers.rules.identity import name_keys

PEOPLE = [{
    "name": "欧阳小明", "job_title": "采购经理", "phone": "13812345678", "phone2": "010-62345678", "wechat": "oyxm",
    "email": "ouyang@yuanjing.cn", "notes": "女儿在读高中",
}]  # fmt: skip


@pytest.fixture
def hers(make_customer, alice):
    return make_customer(owner=alice, contacts=PEOPLE, notes="手机 13812345678", extra={"电话": "1381234567"})


@pytest.fixture
def waiting(make_customer, pool):
    return make_customer(pool=pool)


def seen_by(user):
    return set(Customer.objects.visible_to(user))


def test_the_cast(alice, bob, charlie, dora, erin, hers, waiting):
    assert seen_by(alice) == seen_by(bob) == seen_by(dora) == seen_by(erin) == {hers, waiting}
    assert seen_by(charlie) == {waiting}


@pytest.mark.parametrize("role", list(Role))
def test_every_role_in_another_team_sees_the_pool_and_beyond_it_only_who_sees_all(
    role, teams, hers, waiting, now
):
    other = add_user(None, NewUser(username="other", name="外人", role=role, team=teams["B"]), now=now)
    sees_all = role in {Role.MANAGER, Role.ADMIN, Role.AUDITOR}
    assert seen_by(other) == ({hers, waiting} if sees_all else {waiting})
    assert Contact.objects.visible_to(other).exists() is sees_all


def test_a_colleague_of_the_same_team_who_leads_nobody_sees_nothing(teams, hers, waiting, now):
    mate = add_user(None, NewUser(username="mate", name="同事", role="rep", team=teams["A"]), now=now)
    assert seen_by(mate) == {waiting}


def test_who_leads_a_team_above_sees_all_below(teams, hers, waiting, charlie, make_customer, now):
    head = add_user(None, NewUser(username="head", name="总监", role="lead"), now=now)
    save_team(None, teams["top"], leads=[head], now=now)
    his = make_customer(owner=charlie)
    assert seen_by(head) == {hers, his, waiting}


def test_a_pool_of_a_team_is_open_to_that_team(alice, charlie, dora, teams, make_customer, waiting):
    theirs = Pool.objects.create(name="二组公海")
    theirs.teams.set([teams["B"]])
    row = make_customer(pool=theirs)
    assert (row in seen_by(alice), row in seen_by(charlie), row in seen_by(dora)) == (False, True, True)


def test_two_teams_of_one_pool_do_not_double_it(alice, teams, waiting):
    both = Pool.objects.create(name="两组公海")
    both.teams.set(Team.objects.all())
    assert list(Pool.objects.visible_to(alice)).count(both) == 1


def test_taking_part_opens_one_customer_until_it_ends(charlie, hers, waiting):
    involve(hers.pk, [charlie], via="task", subject_id=7)
    involve(hers.pk, [charlie], via="task", subject_id=7)
    involve(hers.pk, [charlie], via="task", subject_id=8)
    assert seen_by(charlie) == {hers, waiting}
    assert Participant.objects.visible_to(charlie).count() == 2
    release_participants(via="task", subject_ids=[7])
    assert hers in seen_by(charlie)
    release_participants(via="task", subject_ids=[8])
    assert seen_by(charlie) == {waiting}


def test_what_is_deleted_is_seen_by_nobody(alice, dora, hers, now):
    Customer.objects.filter(pk=hers.pk).update(deleted_at=now)
    assert hers not in seen_by(alice) | seen_by(dora)


def test_a_page_of_customers_is_one_query(alice, hers, waiting, django_assert_num_queries):
    alice.scope  # noqa: B018 (the rights of the request)
    with django_assert_num_queries(1):
        assert len(Customer.objects.visible_to(alice)) == 2


# How people are shown (data-conventions, Masking; S3-23)


def test_masked_a_person_keeps_surname_and_ends(hers):
    (person,) = contacts_of(hers)
    shown = show_contact(person, unmasked=False)
    assert (shown.name, shown.phone, shown.phone2) == ("欧阳*", "138****5678", "010-****5678")
    assert (shown.wechat, shown.email, shown.notes) == ("o***", "o***g@yuanjing.cn", "")
    assert (shown.job_title, shown.is_masked) == ("采购经理", True)


def test_unmasked_everything_is_there(hers):
    (person,) = contacts_of(hers)
    shown = show_contact(person, unmasked=True)
    assert (shown.name, shown.phone, shown.email, shown.notes) == (
        "欧阳小明",
        "13812345678",
        "ouyang@yuanjing.cn",
        "女儿在读高中",
    )
    assert not shown.is_masked


def test_the_owner_and_who_leads_her_read_people_others_do_not(alice, bob, charlie, dora, erin, hers):
    involve(hers.pk, [charlie], via="task")
    assert [sees_person(user, hers) for user in (alice, bob, dora)] == [True] * 3
    assert [sees_person(user, hers) for user in (charlie, erin)] == [False] * 2


@pytest.mark.parametrize(
    "role", [Role.SERVICE, Role.DELIVERY, Role.LEGAL, Role.FINANCE, Role.MARKETING, Role.AUDITOR]
)
def test_roles_that_do_not_sell_read_nobody(role, hers, now):
    other = add_user(None, NewUser(username="other", name="外人", role=role), now=now)
    assert not sees_person(other, hers)


def test_in_a_pool_everybody_is_masked(alice, bob, dora, waiting):
    assert not any(sees_person(user, waiting) for user in (alice, bob, dora))


def test_who_is_offered_the_reveal(alice, charlie, dora, erin, hers, waiting):
    assert [may_reveal(user, hers) for user in (alice, charlie, dora, erin)] == [True, True, True, False]
    assert [may_reveal(user, waiting) for user in (alice, dora, erin)] == [False, True, False]


def test_a_persons_own_record_is_masked_like_a_person(alice, erin, make_customer):
    row = make_customer(owner=alice, name="欧阳小明", kind="person", address="广东省深圳市南山区科技园1号")
    assert (shown_name(alice, row), shown_address(alice, row)) == ("欧阳小明", "广东省深圳市南山区科技园1号")
    assert (shown_name(erin, row), shown_address(erin, row)) == ("欧阳*", "广东省深圳市南山区***")


def test_notes_and_further_fields_may_hold_numbers_and_are_hidden_too(alice, erin, hers):
    assert (shown_notes(alice, hers), shown_extra(alice, hers)) == (
        "手机 13812345678",
        {"电话": "1381234567"},
    )
    assert (shown_notes(erin, hers), shown_extra(erin, hers)) == ("", {})
    assert shown_name(erin, hers) == hers.name


# Whom we know already, as shown to somebody out of whose sight it is (S0-14)


def test_a_taken_company_is_seen_as_taken_with_its_owner_masked(alice, charlie, hers):
    keys = list(IdentityKey.objects.filter(customer=hers).values_list("key", flat=True))
    (hidden,), (open_one,) = known_under(charlie, keys), known_under(alice, keys)
    assert (hidden.id, hidden.level, hidden.owner, hidden.is_visible) == (hers.pk, "same", "艾*", False)
    assert (open_one.owner, open_one.is_visible) == (alice.name, True)
    assert hidden.last_contact_at is None


def test_surest_first_and_no_more_than_asked(alice, make_customer):
    same = make_customer(owner=alice, name="深圳东吴传动有限公司")
    similar = [
        make_customer(owner=alice, name=f"{place}东吴传动有限公司") for place in ("苏州", "杭州", "上海")
    ]
    keys = name_keys("深圳东吴传动有限公司", "org")
    found = known_under(alice, keys, top=3)
    assert [(one.id, one.level) for one in found] == [
        (same.pk, "same"), (similar[0].pk, "similar"), (similar[1].pk, "similar"),
    ]  # fmt: skip
