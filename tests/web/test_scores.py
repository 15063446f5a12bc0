"""A customer's scores on their page: computed again, set by hand, taken back; and the command that computes all of them."""

import json
from datetime import timedelta
from io import StringIO

from django.core.management import call_command
from django.utils import timezone

from genjin.customers.actions.records import change_customer
from genjin.customers.actions.scores import publish_rule_set, save_draft
from genjin.customers.models import Customer, Override, Pool
from genjin.customers.rules import RuleSet, ScoreRow


def test_a_lead_sets_a_score_by_hand_and_the_page_says_so(client, alice, bob, charlie, make_customer):
    row = make_customer(owner=alice, industry="制造业")
    sent = {
        "points": "7",
        "reason": "集团战略客户",
        "until": (timezone.localdate() + timedelta(days=9)).isoformat(),
    }
    client.force_login(alice)
    assert "/scores/set/" not in client.get(f"/customers/{row.pk}/scores/").content.decode()
    assert client.post(f"/customers/{row.pk}/scores/set/", sent).status_code == 403
    client.force_login(charlie)
    for deed in ("", "set/", "back/"):
        assert client.get(f"/customers/{row.pk}/scores/{deed}").status_code == 404
    assert not Override.objects.exists()
    client.force_login(bob)
    assert client.post(f"/customers/{row.pk}/scores/set/", sent | {"reason": ""}).status_code == 422
    assert client.post(f"/customers/{row.pk}/scores/set/", sent).status_code == 302
    page = client.get(f"/customers/{row.pk}/scores/").content.decode()
    assert all(words in page for words in ("集团战略客户", "按规则为 3", "一致", "手动设定"))
    assert "集团战略客户" in client.get(f"/customers/{row.pk}/").content.decode()
    assert client.post(f"/customers/{row.pk}/scores/back/").status_code == 302
    assert Customer.objects.get(pk=row.pk).score == 3
    assert "已撤回" in client.get(f"/customers/{row.pk}/scores/").content.decode()


def test_a_grade_proposes_ninety_days_and_carries_its_last_day_through_the_look_at_what_changes(
    client, alice, make_customer
):
    row = make_customer(owner=alice, need="两条产线的排产系统")
    client.force_login(alice)
    usual = timezone.localdate() + timedelta(days=90)
    assert f'value="{usual.isoformat()}"' in client.get(f"/customers/{row.pk}/grade/").content.decode()
    until = timezone.localdate() + timedelta(days=12)
    sent = {"asked": "1", "grade": "A", "reason": "老板来电", "until": until.isoformat()}
    shown = client.post(f"/customers/{row.pk}/grade/", sent)
    assert f'name="until" value="{until.isoformat()}"' in shown.content.decode()
    assert (
        client.post(f"/customers/{row.pk}/grade/", sent | {"seen": shown.context["found"].mark}).status_code
        == 302
    )
    assert Override.objects.get(customer=row).until == until
    assert "老板来电" in client.get(f"/customers/{row.pk}/scores/").content.decode()


def test_the_command_counts_and_names_what_differs(alice, make_customer):
    row, other = (make_customer(owner=alice, industry="制造业") for _number in range(2))
    Customer.objects.filter(pk=row.pk).update(label="hot")
    out = StringIO()
    call_command("scores", "recompute", "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert (found["differs"], found["no_rules"], found["no_day"]) == (1, 0, 0)
    assert [(one["customer"], one["label"], one["computed_label"]) for one in found["differing"]] == [
        (row.pk, "hot", "ordinary")
    ]
    assert other.pk not in {one["customer"] for one in found["differing"]}


def test_what_a_pool_hides_is_told_by_no_score_and_makes_none_differ(client, alice, dora, make_customer, now):
    rules = RuleSet(0, (ScoreRow("budget_clear", 2), ScoreRow("need_stated", 1)), 3, 2, ())
    publish_rule_set(dora, save_draft(dora, rules, now=now), reason="试", now=now)
    pool = Pool.objects.create(name="大客户公海", hidden_fields=["need"])
    pool.members.add(alice)
    row = make_customer(pool=pool)
    for version, words in enumerate(({"need": "更换排产系统"}, {"budget_min": "9"}), start=1):
        change_customer(dora, row, words, version=version, now=now)
    address = f"/customers/{row.pk}/scores/"
    client.force_login(dora)
    assert client.get(address).content.decode().count("需求明确 +1") == 2
    client.force_login(alice)
    page = client.get(address).content.decode()
    assert page.count("预算明确 +2") == 1
    assert ("需求明确" in page, "不一致" in page) == (False, False)
