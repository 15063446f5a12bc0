"""What an administrator chose for records that look alike, at every door."""

from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from genjin.accounts.actions import issue_token
from genjin.approvals.models import Request
from genjin.customers.actions.aliases import add_alias
from genjin.customers.actions.policy import set_policy
from genjin.customers.actions.records import NewCustomer
from genjin.customers.models import Choice, Customer
from genjin.customers.queries.find import known_under
from genjin.customers.rules.identity import Match, Named, name_keys
from genjin.customers.rules.policy import DEFAULT_POLICY, DEFAULTS, POLICY_KINDS, WEIGHT, Consequence, Policy
from genjin.events.models import Event
from genjin.followups.actions.ownership import add_customer
from genjin.quality.actions.approval import ask_to_add, grant_addition
from genjin.quality.models import DuplicatePair
from tests.refusals import refused

PHONE = "13800138000"


def new(name="乙厂", **more: Any) -> NewCustomer:
    return NewCustomer(fields={"name": name} | more, contacts=[{"name": "李四", "phone": PHONE}])


@pytest.fixture
def known(charlie, make_customer):
    return make_customer(owner=charlie, name="甲厂", contacts=[{"name": "王五", "phone": PHONE}])


def test_as_it_ships_same_is_forbidden_and_similar_warns(alice, known, now):
    with refused("duplicate_same", status=409):
        add_customer(alice, new(), now=now)
    assert {kind: DEFAULT_POLICY.of(kind) for kind in POLICY_KINDS} == DEFAULTS


def test_a_mobile_that_only_warns_lets_two_stand(alice, dora, known, now):
    set_policy(dora, {"mobile": "warn"}, now=now)
    row = add_customer(alice, new(), now=now)
    found = known_under(alice, ["mobile:" + PHONE], besides=row.pk)
    assert [(one.level, one.consequence) for one in found] == [("same", "warn")]


def test_a_short_name_may_be_forbidden_too(alice, dora, make_customer, now):
    row = make_customer(owner=alice, name="中国听潮远景银行股份有限公司")
    add_alias(alice, row, "潮行", now=now)
    set_policy(dora, {"alias": "forbid"}, now=now)
    with refused("duplicate_same", status=409):
        add_customer(alice, NewCustomer(fields={"name": "潮行"}), now=now)


def test_what_needs_approval_is_asked_for_and_granted_by_a_click(alice, bob, dora, known, now):
    set_policy(dora, {"mobile": "approve"}, now=now)
    with refused("duplicate_needs_approval", status=409):
        add_customer(alice, new(), now=now)
    source = Choice.objects.create(kind="source", name="朋友介绍")
    wanted = new(source=source, need="换泵", first_contact_at=now, purchase_by="2028-02-29")
    with refused("reason_missing"):
        ask_to_add(alice, wanted, reason=" ", now=now)
    request = ask_to_add(alice, wanted, reason="同一个人换了公司", now=now)
    assert not Customer.objects.filter(name="乙厂").exists()
    row = grant_addition(bob, request, answer="确认是两家", now=now)
    assert (row.owner, row.created_by, row.source, row.need, row.first_contact_at) == (
        alice,
        alice,
        source,
        "换泵",
        now,
    )
    pair = DuplicatePair.objects.get()
    assert (pair.status, {pair.first_id, pair.second_id}) == ("different", {known.pk, row.pk})
    assert Request.objects.get().status == "granted"


def test_nobody_grants_their_own(bob, dora, known, now):
    set_policy(dora, {"mobile": "approve"}, now=now)
    own = ask_to_add(bob, new(), reason="两家", now=now)
    with refused("own_request", status=403):
        grant_addition(bob, own, now=now)


def test_what_is_forbidden_meanwhile_is_not_granted(alice, bob, dora, known, now):
    set_policy(dora, {"mobile": "approve"}, now=now)
    request = ask_to_add(alice, new(), reason="两家", now=now)
    set_policy(dora, {"mobile": "forbid"}, now=now)
    with refused("duplicate_same", status=409):
        grant_addition(bob, request, now=now)
    with refused("duplicate_same", status=409):
        ask_to_add(alice, new(), reason="两家", now=now)
    set_policy(dora, {"mobile": "allow"}, now=now)
    with refused("approval_not_needed", status=409):
        ask_to_add(alice, new(), reason="两家", now=now)


def test_who_chooses_and_what_stays_of_it(alice, dora, now):
    with refused("forbidden", status=403):
        set_policy(alice, {"mobile": "allow"}, now=now)
    for wrong in ({"head": "allow"}, {"mobile": "perhaps"}):
        with refused("policy_unknown"):
            set_policy(dora, wrong, now=now)
    set_policy(dora, {"mobile": "warn", "core": "warn"}, now=now)
    set_policy(dora, {"mobile": "warn"}, now=now)
    event = Event.objects.get(kind="match_policy.changed")
    assert (event.data["before"], event.data["after"]) == ({"mobile": "forbid"}, {"mobile": "warn"})


def test_the_api_asks_instead_when_a_reason_is_given(alice, dora, client, known, now):
    set_policy(dora, {"mobile": "approve"}, now=now)
    headers = {"Authorization": f"Bearer {issue_token(alice, alice, name='x', days=9, now=timezone.now())}"}
    body = {"name": "乙厂", "contacts": [{"name": "李四", "phone": PHONE}]}
    answer = client.post("/api/v1/customers", body, "application/json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate_needs_approval")
    answer = client.post(
        "/api/v1/customers", body | {"approval_reason": "两家"}, "application/json", headers=headers
    )
    assert (answer.status_code, answer.json()["status"]) == (202, "open")
    check = client.post(
        "/api/v1/duplicates/check", {"phone": PHONE}, "application/json", headers=headers
    ).json()
    assert check["matches"][0]["consequence"] == "approve"


def test_the_form_offers_to_ask(alice, bob, dora, client, known, now):
    set_policy(dora, {"mobile": "approve"}, now=now)
    client.force_login(alice)
    form = {"name": "乙厂", "contact_name": "李四", "phone": PHONE, "place": "mine"}
    assert b"approval_reason" not in client.get("/new/").content
    answer = client.post("/new/", form)
    assert (answer.status_code, b"approval_reason" in answer.content) == (422, True)
    client.post("/new/", form | {"approval_reason": "两家"})
    request = Request.objects.get()
    client.force_login(bob)
    client.post(f"/requests/{request.pk}/grant/", {"answer": "好"})
    assert Customer.objects.get(name="乙厂").owner == alice


def test_the_settings_page_writes_all_of_them(dora, client):
    client.force_login(dora)
    chosen = dict.fromkeys(POLICY_KINDS, "warn") | {"uscc": "forbid"}
    assert client.post("/settings/doubles/", chosen).status_code == 302
    assert client.get("/settings/doubles/").context["form"].initial["full"] == "warn"


@given(
    st.dictionaries(st.sampled_from(POLICY_KINDS), st.sampled_from(list(Consequence))),
    st.sampled_from(POLICY_KINDS),
)
def test_two_credit_codes_never_forbid_and_a_choice_is_what_was_chosen(chosen, kind):
    policy = Policy(chosen)
    ours, theirs = Named("甲厂", "91110000600037341L"), Named("甲厂", "91440300708461136T")
    verdict = policy.judge(f"{kind}:x", ours, Named("甲厂"))
    assert (verdict == Match.SAME) == (policy.of(kind) in {Consequence.FORBID, Consequence.APPROVE})
    if kind in {"full", "mobile", "mail", "uscc"}:
        assert policy.judge(f"{kind}:x", ours, theirs) != Match.SAME
    assert WEIGHT.index(policy.consequence(f"{kind}:x", Match.SIMILAR)) >= WEIGHT.index(policy.of(kind))
    blocking = policy.blocking(name_keys("北京听潮机电有限公司", "org"))
    assert bool(blocking) or all(
        policy.of(one) in {Consequence.WARN, Consequence.ALLOW} for one in ("full", "core", "alias", "former")
    )
