"""A file stays exactly as long as its row: a rollback takes it away, a commit never does."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from genjin.events.models import Event
from genjin.followups.actions.files import attach_file
from genjin.followups.models import Attachment
from genjin.kit.errors import RuleError
from tests.followups.test_record_contact import PNG, kept
from tests.followups.test_record_contact import uploads as uploads  # noqa: PLC0414 (a fixture)
from tests.refusals import refused


def photo():
    return SimpleUploadedFile("照片.png", PNG)


def attach_and_refuse(alice, customer, now):
    with transaction.atomic():
        attach_file(alice, customer, photo(), now=now)
        raise RuleError("no", "said_no")


def test_a_refusal_after_the_file_leaves_neither_row_nor_file(alice, customer, uploads, now):
    with transaction.atomic():
        stays = attach_file(alice, customer, photo(), now=now)
        with refused("said_no"):
            attach_and_refuse(alice, customer, now)
    assert list(Attachment.objects.all()) == [stays]
    assert kept(uploads) == [uploads / str(stays.file.name)]
    assert Event.objects.filter(kind="file.added").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_whole_transaction_rolled_back_takes_its_file_along(alice, customer, uploads, now):
    with refused("said_no"):
        attach_and_refuse(alice, customer, now)
    assert (Attachment.objects.count(), kept(uploads)) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_a_committed_file_stays_though_a_step_after_the_commit_fails(alice, customer, uploads, now):
    def fail():
        raise OSError("the bell is broken")

    with pytest.raises(OSError, match="bell"), transaction.atomic():
        transaction.on_commit(fail)
        attach_file(alice, customer, photo(), now=now)
    assert kept(uploads) == [uploads / str(Attachment.objects.get().file.name)]
