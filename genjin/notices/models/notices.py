"""Who was told what."""

from typing import Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from genjin.accounts.models import User
from genjin.notices.rules import sentence


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        """Everybody reads what was addressed to them, nobody else's."""
        return self.filter(person=user)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notice(models.Model):
    """Something one person is to know, and what it is about."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices", db_index=False)
    kind = models.CharField(
        max_length=24
    )  # of NoticeKind, which grows with every floor: no migration for a word
    key = models.CharField(max_length=120)  # what makes a repeat recognisable: "deadline:12:3"
    customer_id = models.BigIntegerField(null=True)  # this floor does not know customers
    subject_id = models.BigIntegerField(null=True)  # of the thing the kind is about; the door knows its page
    words = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_of"),
            models.Index(fields=["person"], name="notice_unread", condition=Q(read_at__isnull=True)),
        ]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="told_once")]

    @property
    def text(self) -> str:
        """What it says, in the language of the moment."""
        return sentence(self.kind, self.words)
