"""The demo company in small: nobody forgotten, the same seed the same company, and only where there is room."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from genjin.accounts.models import User
from genjin.cli.demo.load import Demo, load_demo
from genjin.cli.demo.morning import NEW_LEADS
from genjin.customers.models import Customer, GradeChange, Pool, StageChange
from genjin.events.models import Event
from genjin.followups.models import FollowUp, Task
from genjin.kit.errors import RuleError
from genjin.notices.models import Notice
from genjin.quality.models import DuplicatePair
from genjin.routing.models import Handover, Unassigned

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 11, 6, 30, tzinfo=UTC)
FORGOTTEN = """
SELECT count(*) FROM customers_customer c
WHERE c.owner_id IS NOT NULL AND c.stage <> 'lost' AND c.no_next_step_since IS NULL
  AND NOT EXISTS (SELECT FROM followups_task t WHERE t.customer_id = c.id AND t.status = 'open')
"""


def test_the_demo_company_lives_by_the_rules(db):
    Pool.objects.get_or_create(name="公海")
    staff = load_demo(Demo(size=40, seed=7), now=NOW, on_progress=lambda _done, _total: None)
    assert len(staff.passwords) == User.objects.count() == 16
    names = list(Customer.objects.order_by("pk").values_list("name", flat=True))
    assert len(names) == len(set(names)) == 40 + NEW_LEADS + 1  # new leads of today, and a twin to look at
    assert Unassigned.objects.get().reason == "no_rule"
    assert DuplicatePair.objects.filter(status="open").exists()
    assert Handover.objects.open().count() == 1
    assert GradeChange.objects.filter(origin="B", target="A", is_proposal=False).exists()
    assert Notice.objects.unread().filter(at__gte=NOW - timedelta(days=1)).exists()
    assert not Notice.objects.unread().filter(at__lt=NOW - timedelta(days=1)).exists()
    with connection.cursor() as cursor:
        cursor.execute(FORGOTTEN)
        assert cursor.fetchone()[0] == 0
    assert FollowUp.objects.count() > 60
    assert FollowUp.objects.values("summary").distinct().count() > FollowUp.objects.count() * 0.8
    assert not FollowUp.objects.filter(recorded_at__gt=NOW).exists()
    assert Task.objects.filter(status="open").exists()
    assert Customer.objects.values("stage").distinct().count() >= 4
    moves = StageChange.objects.filter(target__in=["qualified", "negotiation", "won"]).exclude(origin="")
    assert moves.exists()
    assert not moves.filter(evidence=[]).exists()
    moments = list(Event.objects.filter(kind="followup.recorded").order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)


def test_the_same_seed_tells_the_same_story(db):
    from random import Random

    from genjin.cli.demo.companies import Companies

    def names(seed: int) -> list[str]:
        companies = Companies(Random(seed))
        return [companies.draw([None]).fields["name"] for _number in range(50)]

    assert names(7) == names(7) != names(8)


def test_the_demo_is_loaded_into_an_empty_company_only(alice, make_customer):
    make_customer(owner=alice)
    with pytest.raises(RuleError) as refusal:
        call_command("demo", size=3)
    assert refusal.value.code == "not_empty"
    call_command("demo", size=3, if_empty=True)
    assert Customer.objects.count() == 1
