"""Score rules through the API: drafts, what they would change, back-tests, publishing, scores computed again."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from genjin.customers.models import Customer, ScoreRuleSet

RULES = {
    "points": {"budget_clear": 3, "need_stated": 0},
    "pass_mark": 3,
    "ordinary_mark": 1,
    "note": "看预算",
}


def test_a_draft_goes_its_way(alice, bob, charlie, dora, call, make_customer):
    for owner in (alice, charlie):
        make_customer(owner=owner, industry="农业", budget_min=Decimal(9), is_authority_clear=True)
    admin, lead = call(dora), call(bob)
    assert lead.post("/score-rules", RULES).status_code == 403
    made = admin.post("/score-rules", RULES)
    assert (made.status_code, made.json()["version"], made.json()["points"]) == (
        201,
        None,
        {"budget_clear": 3},
    )
    address = f"/score-rules/{made.json()['id']}"
    assert lead.get(address).json()["changes"] == [{"origin": "ordinary", "target": "hot", "customers": 1}]
    assert admin.get(address).json()["changes"] == [{"origin": "ordinary", "target": "hot", "customers": 2}]
    listed = lead.get(f"{address}/changes?origin=ordinary&target=hot").json()["items"]
    assert [(one["shadow_score"], one["shadow_label"]) for one in listed] == [(3, "hot")]
    assert lead.get(f"{address}/changes?origin=hot").json()["items"] == []
    assert call(alice).get(address).status_code == 403

    refused = admin.post(f"{address}/publish", {})
    assert (refused.status_code, refused.json()["code"]) == (422, "backtest_missing")
    assert lead.post(f"{address}/backtest", {}).status_code == 403
    tried = admin.post(f"{address}/backtest", {"days": 30}).json()
    assert (tried["days"], tried["is_enough"], tried["changed"], tried["draft"]["precision"]) == (
        30,
        False,
        None,
        None,
    )
    assert admin.get(address).json()["backtested_at"] is not None
    published = admin.post(f"{address}/publish", {})
    assert (published.status_code, published.json()["version"]) == (200, 2)
    assert admin.get(address).status_code == admin.post(f"{address}/discard").status_code == 404
    assert [one["version"] for one in lead.get("/score-rules").json()["items"]] == [2, 1]
    draft = admin.post("/score-rules", RULES).json()["id"]
    assert [one["id"] for one in lead.get("/score-rules?is_draft=true").json()["items"]] == [draft]
    first = lead.get("/score-rules?page_size=1&is_draft=false").json()
    rest = lead.get(f"/score-rules?page_size=1&is_draft=false&cursor={first['next']}").json()
    assert [one["version"] for one in (*first["items"], *rest["items"])] == [2, 1]
    assert rest["next"] is None


def test_a_draft_is_written_again_or_thrown_away(dora, call):
    admin = call(dora)
    address = f"/score-rules/{admin.post('/score-rules', RULES).json()['id']}"
    again = admin("PUT", address, RULES | {"pass_mark": 2})
    assert (again.status_code, again.json()["pass_mark"]) == (200, 2)
    wrong = admin("PUT", address, RULES | {"points": {"zodiac": 9}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "rule_set_invalid")
    assert admin.post(f"{address}/discard").status_code == 204
    assert not ScoreRuleSet.objects.drafts().exists()


def test_a_customers_scores_are_computed_again(alice, charlie, call, make_customer):
    row = make_customer(owner=alice, industry="制造业")
    caller = call(alice)
    changed = caller.patch(f"/customers/{row.pk}", {"version": 1, "is_authority_clear": True})
    assert changed.status_code == 200, changed.content
    found = caller.get(f"/customers/{row.pk}/scores").json()["items"]
    assert [(one["score"], one["computed"], one["verdict"]) for one in found] == [
        (5, 5, "identical"),
        (3, 3, "identical"),
    ]
    assert found[0]["until"] is None
    Customer.objects.filter(pk=row.pk).update(score=9)
    assert caller.get(f"/customers/{row.pk}/scores").json()["items"][0]["verdict"] == "differs"
    assert call(charlie).get(f"/customers/{row.pk}/scores").status_code == 404


def test_a_score_by_hand_and_how_long_a_grade_counts(alice, bob, charlie, call, make_customer):
    row = make_customer(owner=alice, industry="制造业")
    lead, today = call(bob), timezone.localdate()
    body = {"points": 7, "reason": "战略客户", "until": (today + timedelta(days=9)).isoformat()}
    assert call(alice).post(f"/customers/{row.pk}/score", body).status_code == 403
    assert call(charlie).post(f"/customers/{row.pk}/score", body).status_code == 404
    made = lead.post(f"/customers/{row.pk}/score", body)
    assert (made.status_code, made.json()["value"], made.json()["computed"]) == (201, "7", "3")
    back = lead.post(f"/customers/{row.pk}/score/take-back")
    assert (back.status_code, back.json()["score"]) == (200, 3)
    until = (today + timedelta(days=5)).isoformat()
    graded = call(alice).post(f"/customers/{row.pk}/grade", {"grade": "A", "reason": "急", "until": until})
    assert graded.status_code == 200, graded.content
    found = call(alice).get(f"/customers/{row.pk}/overrides").json()["items"]
    assert [(one["axis"], one["value"], one["end"]) for one in found] == [
        ("grade", "A", ""),
        ("score", "7", "taken_back"),
    ]
    assert found[0]["until"] == until
    assert call(charlie).get(f"/customers/{row.pk}/overrides").status_code == 404
