"""A customer whose facts somebody checked was worked on: taking its import back leaves it."""

import pytest
from django.core.files.base import ContentFile

from genjin.customers.models import Customer
from genjin.intake.actions.commit import commit_batch, request_commit
from genjin.intake.actions.preview import preview_batch
from genjin.intake.actions.undo import undo_import
from genjin.intake.actions.upload import start_import
from genjin.intake.models import ImportBatch, ImportProblem
from genjin.quality.actions.contradictions import look_for_contradictions
from genjin.quality.actions.facts import NewCheck, Seen, check_facts

SHEET = "客户名称,需求描述,省份,地址,行业\n杭州远景机电有限公司,更换排产系统,浙江省,南京市某某路1号,C36\n杭州近景机电有限公司,换一台泵,,,\n"


@pytest.fixture
def batch(dora, pool, now, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }  # fmt: skip
    started = start_import(
        dora, ContentFile(SHEET.encode(), name="leads.csv"), {}, now=now, in_background=False
    )
    return preview_batch(started.pk)


def test_the_preview_warns_and_a_code_becomes_words(dora, batch, now):
    [said] = ImportProblem.objects.filter(batch=batch, code="region_against_address")
    assert (said.row, said.level) == (2, "warning")
    request_commit(dora, batch, now=now)
    commit_batch(batch.pk)
    assert Customer.objects.get(name="杭州远景机电有限公司").industry == "制造业-汽车制造业"


def test_undo_leaves_whose_facts_were_checked(dora, batch, now):
    request_commit(dora, batch, now=now)
    commit_batch(batch.pk)
    first, second = Customer.objects.order_by("pk")
    look_for_contradictions(now)
    check_facts(dora, first, NewCheck([Seen("need")], "call"), now=now)
    undo_import(dora, ImportBatch.objects.get(pk=batch.pk), now=now)
    assert list(Customer.objects.values_list("pk", flat=True)) == [first.pk]
    assert second.pk != first.pk
