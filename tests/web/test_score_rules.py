"""The pages of the score rules: drafts in shadow, back-tests, publishing; who reads and who writes."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from genjin.customers.actions.scores import save_draft
from genjin.customers.models import ScoreRuleSet
from genjin.customers.rules import RuleSet, ScoreRow
from genjin.events.models import Event

RULES = {"points_industry_fit": 3, "points_budget_clear": 2, "points_authority_clear": 2, "points_need_stated": 1,
         "points_timing_near": 0, "pass_mark": 6, "ordinary_mark": 3, "industries": "制造业\n 物流 \n\n制造业", "note": "看物流"}  # fmt: skip


def test_a_draft_is_written_looked_at_and_published_and_the_last_version_stays(client, dora):
    client.force_login(dora)
    before = ScoreRuleSet.objects.get(version=1).rows
    assert client.post("/settings/rules/next/", RULES).status_code == 302
    draft = ScoreRuleSet.objects.drafts().get()
    assert (draft.pass_mark, draft.industries, draft.note) == (6, ["制造业", "物流"], "看物流")
    assert ["timing_near", 0] not in draft.rows
    refused = client.post(f"/settings/rules/{draft.pk}/edit/", RULES | {"pass_mark": 99})
    assert (refused.status_code, ScoreRuleSet.objects.drafts().get().pass_mark) == (422, 6)

    refused = client.post(f"/settings/rules/{draft.pk}/publish/", {"reason": ""})
    assert (refused.status_code, ScoreRuleSet.objects.drafts().count()) == (422, 1)
    assert not Event.objects.filter(kind="rule_set.backtested").exists()
    assert "样本不足" in client.get(f"/settings/rules/{draft.pk}/backtest/").content.decode()
    assert not Event.objects.filter(
        kind="rule_set.backtested"
    ).exists()  # looking at the page alone is no word
    assert client.post(f"/settings/rules/{draft.pk}/backtest/", {"days": "14"}).status_code == 200
    assert Event.objects.get(kind="rule_set.backtested").data["days"] == 14
    assert client.post(f"/settings/rules/{draft.pk}/publish/").status_code == 302
    newest = ScoreRuleSet.objects.published().first()
    assert (newest.version, newest.pk) == (2, draft.pk)
    assert ScoreRuleSet.objects.get(version=1).rows == before
    assert "看物流" in client.get("/settings/rules/").content.decode()


@pytest.fixture
def draft(alice, charlie, dora, make_customer, now):
    for owner, name in ((alice, "杭州甲机电有限公司"), (charlie, "宁波乙机电有限公司")):
        make_customer(owner=owner, name=name, industry="农业", budget_min=Decimal(9), is_authority_clear=True)
    return save_draft(dora, RuleSet(0, (ScoreRow("budget_clear", 3),), 3, 1, ()), now=now)


def test_a_lead_reads_counts_and_lists_of_the_own_team_and_writes_nothing(client, bob, dora, draft):
    client.force_login(bob)
    page = client.get(f"/settings/rules/{draft.pk}/").content.decode()
    assert f'href="/settings/rules/{draft.pk}/changes/?from=ordinary&amp;to=hot"><b>1</b>' in page
    listed = client.get(f"/settings/rules/{draft.pk}/changes/?from=ordinary&to=hot").content.decode()
    assert ("杭州甲机电" in listed, "宁波乙机电" in listed) == (True, False)
    assert (
        "杭州甲机电"
        not in client.get(f"/settings/rules/{draft.pk}/changes/?from=hot&to=nurture").content.decode()
    )
    assert "/settings/rules/next/" not in client.get("/settings/rules/").content.decode()
    for deed in ("edit", "backtest", "publish", "discard"):
        assert client.post(f"/settings/rules/{draft.pk}/{deed}/", RULES).status_code == 403
    assert client.post("/settings/rules/next/", RULES).status_code == 403
    assert (ScoreRuleSet.objects.count(), Event.objects.filter(kind="rule_set.backtested").count()) == (2, 0)
    client.force_login(dora)
    assert "<b>2</b>" in client.get(f"/settings/rules/{draft.pk}/").content.decode()


def test_only_the_page_of_a_draft_reads_every_customer_for_it(client, dora, draft):
    client.force_login(dora)
    for address, counts in (("", 0), (f"{draft.pk}/", 1), (f"{draft.pk}/publish/", 0)):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/settings/rules/{address}").status_code == 200
        assert sum("shadow_label" in query["sql"] for query in asked) == counts


def test_who_leads_nobody_reads_no_rules_and_a_version_is_no_draft(client, alice, dora, draft):
    client.force_login(alice)
    for address in ("", f"{draft.pk}/", f"{draft.pk}/changes/", f"{draft.pk}/backtest/"):
        assert client.get(f"/settings/rules/{address}").status_code == 403
    client.force_login(dora)
    first = ScoreRuleSet.objects.get(version=1)
    for deed in ("", "edit/", "changes/", "backtest/", "publish/", "discard/"):
        assert client.get(f"/settings/rules/{first.pk}/{deed}").status_code == 404
    assert client.post(f"/settings/rules/{draft.pk}/discard/").status_code == 302
    assert not ScoreRuleSet.objects.drafts().exists()
