"""A customer's scores on their page: computed again, set by hand, taken back; and the command that computes all of them."""

import json
from datetime import timedelta
from io import StringIO

from django.core.management import call_command
from django.utils import timezone

from genjin.customers.models import Customer, Override


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


def test_a_grade_carries_its_last_day_through_the_look_at_what_changes(client, alice, make_customer):
    row = make_customer(owner=alice, need="两条产线的排产系统")
    client.force_login(alice)
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
