"""The ledger of the sweep sees what a request wrote, and nothing where it wrote nothing."""

from django.db import transaction

from genjin.accounts.models import Team
from tests.sweep.ledger import Ledger


def written(ledger, before):
    return [table for table, count in ledger.touched().items() if count != before.get(table)]


def test_a_row_written_or_changed_is_named_and_one_rolled_back_is_not(teams):
    ledger = Ledger()
    before = ledger.touched()
    assert ledger.changed(written(ledger, before)) == ledger.changed() == []
    Team.objects.filter(pk=teams["A"].pk).update(name="别的组")
    assert "accounts_team" in ledger.changed(written(ledger, before))
    assert ledger.changed(written(ledger, before)) == ledger.changed()
    Team.objects.filter(pk=teams["A"].pk).update(name="一组")
    with transaction.atomic():
        Team.objects.filter(pk=teams["B"].pk).update(name="别的组")
        transaction.set_rollback(True)
    assert "accounts_team" in written(ledger, before)
    assert "accounts_team" not in ledger.changed(written(ledger, before))
