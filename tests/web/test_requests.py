"""Requests on a page: the list, one on a screen, the answers; and the settings of flows."""

import pytest
from django.utils import timezone

from genjin.accounts.actions import NewUser, add_user
from genjin.approvals.actions import NewRequest, ask
from genjin.approvals.actions.flows import save_flow
from genjin.approvals.models import Flow, Request, Signer
from genjin.approvals.queries.signers import steps_of
from genjin.approvals.rules.flows import USUAL, write_steps
from genjin.web.requests.kinds import url_of
from tests.approvals.conftest import step


@pytest.fixture
def request_of_alice(alice, bob, lena, make_customer):
    Flow.objects.create(kind="other", version=1, steps=write_steps(USUAL["contract"]), made_at=timezone.now())
    customer = make_customer(owner=alice, name="杭州远景机电有限公司")
    new = NewRequest(
        "other", "合同 HT2026-003", "客户要求周五前盖章", customer_id=customer.pk, amount=128000, facts=[("付款", "30% / 70%")],
    )  # fmt: skip
    return ask(alice, new, now=timezone.now())


def test_legal_reads_everything_on_one_screen_and_agrees(bob, lena, client, request_of_alice):
    client.force_login(lena)
    page = client.get("/requests/")
    assert [row["may_decide"] for row in page.context["rows"]] == [True]
    page = client.get(f"/requests/{request_of_alice.pk}/")
    text = page.content.decode()
    for word in ("合同 HT2026-003", "客户要求周五前盖章", "30% / 70%", "¥128,000.00", "杭州远景机电有限公司"):
        assert word in text
    assert [step["is_open"] for step in page.context["steps"]] == [True, False]
    answer = client.post(f"/requests/{request_of_alice.pk}/grant/", {"answer": "条款可以"})
    assert answer.status_code == 302
    assert "还需其他人同意" in client.get("/requests/").content.decode()
    client.force_login(bob)
    page = client.get(f"/requests/{request_of_alice.pk}/")
    assert "条款可以" in page.content.decode()
    client.post(f"/requests/{request_of_alice.pk}/grant/", {"answer": ""})
    assert Request.objects.get().status == "granted"


def test_returning_needs_a_word(lena, client, request_of_alice):
    client.force_login(lena)
    url = f"/requests/{request_of_alice.pk}/decline/"
    assert client.post(url, {"answer": ""}).status_code == 422
    assert Request.objects.get().status == "open"
    assert client.post(url, {"answer": "违约金太低"}).status_code == 302
    assert (Request.objects.get().status, Request.objects.get().answer) == ("declined", "违约金太低")


def test_asking_one_more_and_handing_on(alice, charlie, lena, fiona, client, request_of_alice):
    client.force_login(lena)
    dialog = client.get(
        f"/requests/{request_of_alice.pk}/add-signer/", headers={"HX-Request": "true"}
    ).content.decode()
    assert fiona.name in dialog
    assert alice.name not in dialog  # nobody approves their own
    client.post(
        f"/requests/{request_of_alice.pk}/add-signer/",
        {"person": fiona.pk, "when": "before", "note": "看看税率"},
    )
    assert Signer.objects.asked().get().user == fiona
    client.force_login(fiona)
    client.post(f"/requests/{request_of_alice.pk}/hand-on/", {"person": charlie.pk, "note": "我休假"})
    assert Signer.objects.asked().get().user == charlie
    client.force_login(charlie)
    assert "我休假" in client.get(f"/requests/{request_of_alice.pk}/").content.decode()


def test_strangers_and_the_asker(alice, charlie, client, request_of_alice):
    client.force_login(charlie)
    for name in ("", "grant/", "decline/", "add-signer/", "hand-on/"):
        assert client.get(f"/requests/{request_of_alice.pk}/{name}").status_code == 404
    client.force_login(alice)
    page = client.get(f"/requests/{request_of_alice.pk}/")
    assert (page.context["row"]["may_decide"], page.context["row"]["may_withdraw"]) == (False, True)
    assert client.post(f"/requests/{request_of_alice.pk}/grant/", {"answer": ""}).status_code == 403
    client.post(f"/requests/{request_of_alice.pk}/withdraw/")
    assert Request.objects.get().status == "withdrawn"


STEP = {"signer2": "", "signer3": "", "signer4": "", "needs": "any", "low": "", "high": ""}


def test_an_administrator_sets_a_flow_and_tries_it(alice, bob, dora, lena, client):
    client.force_login(dora)
    assert len(client.get("/settings/approvals/").context["rows"]) == 9
    page = client.get("/settings/approvals/contract/")
    assert [row["signers"] for row in page.context["rows"]] == [
        ["role:legal"],
        ["superior:1"],
        ["role:manager"],
    ]
    form = {name: [value, value] for name, value in STEP.items()} | {
        "signer1": ["role:legal", f"user:{dora.pk}"], "signer2": ["role:finance", ""], "needs": ["all", "any"], "low": ["", "100000"],
    }  # fmt: skip
    assert client.post("/settings/approvals/contract/", form).status_code == 302
    assert [str(rule.needs) for rule in steps_of("contract")] == ["all", "any"]
    page = client.get(f"/settings/approvals/contract/?person={alice.pk}&amount=5")
    assert [[name for name, _for in step["people"]] for step in page.context["tried"]] == [[lena.name]]
    page = client.get(f"/settings/approvals/contract/?person={alice.pk}&amount=100000")
    assert len(page.context["tried"]) == 2
    client.post("/settings/approvals/contract/usual/")
    assert not Flow.objects.current().exists()


@pytest.mark.parametrize("change", [{"low": "一百"}, {"low": "5", "high": "3"}, {"signer1": "user:999999"}])
def test_a_flow_without_sense_stays_in_the_form(dora, client, change):
    client.force_login(dora)
    answer = client.post("/settings/approvals/contract/", STEP | {"signer1": "role:legal"} | change)
    assert answer.status_code == 422
    assert answer.context["error"]
    assert answer.context["rows"][0]["signers"] == [change.get("signer1", "role:legal")]
    assert not Flow.objects.exists()


def test_signers_are_typed_by_name_from_one_list(alice, dora, lena, client):
    twin = add_user(None, NewUser(username="lena2", name=lena.name, role="rep"), now=timezone.now())
    client.force_login(dora)
    page = client.get("/settings/approvals/contract/").content.decode()
    assert page.count(f'<option value="{alice.name}">') == 1
    typed = STEP | {"signer1": f"{lena.name} (lena2)", "signer2": alice.name, "needs": "all"}
    assert client.post("/settings/approvals/contract/", typed).status_code == 302
    assert [str(one) for one in steps_of("contract")[0].signers] == [f"user:{twin.pk}", f"user:{alice.pk}"]
    answer = client.post("/settings/approvals/contract/", STEP | {"signer1": "没有这个人"})
    assert answer.status_code == 422 and "没有这个人" in answer.content.decode()


def test_flows_are_for_who_manages_settings(bob, client):
    client.force_login(bob)
    assert client.get("/settings/approvals/").status_code == 403
    assert client.get("/settings/approvals/contract/").status_code == 403
    assert client.post("/settings/approvals/contract/", STEP).status_code == 403


def test_the_thing_is_linked_only_where_somebody_may_go(alice, lena, charlie, dora, make_customer):
    customer = make_customer(owner=alice)
    save_flow(dora, "share", [step("role:legal")], now=timezone.now())
    share = ask(
        alice,
        NewRequest("share", "给伙伴看", "对接", customer_id=customer.pk, data={"share": 1}),
        now=timezone.now(),
    )
    assert url_of(share, alice) == url_of(share, lena) == f"/customers/{customer.pk}/"
    assert url_of(share, charlie) == ""
    export = ask(alice, NewRequest("export", "导出", "汇报", data={"export": 1}), now=timezone.now())
    assert url_of(export, alice) == ""  # there is no such export
