"""What is said, asked and shown, how it was used, what a record should tell. Knows no customers, only their ids."""

from typing import Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.kit import asking  # noqa: F401 (the lookup of the tokens)
from genjin.kit.tokens import text_question
from genjin.library.rules import EntryKind, Objection, Spin
from genjin.library.rules.greetings import ON_AT_FIRST
from genjin.library.rules.templates import Scope, Version, read_prompts


def upload_name(_entry: "Entry", _name: str) -> str:
    """Return a random path: what people call a file never reaches the disk."""
    from genjin.accounts.rules import new_secret

    secret = new_secret(24)
    return f"library/{secret[:2]}/{secret}"


class EntryQuerySet(models.QuerySet["Entry"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def found_by(self, text: str) -> Self:
        """Entries every word of `text` stands in; all of them when nothing is asked."""
        asked = text_question(text)
        if not asked:
            return self.none() if text.strip() else self
        return self.filter(tokens__answers=asked)


class Entry(models.Model):
    """A piece of the library: a question, script, answer to an objection, material or greeting (S0-13, S3-9, S4-6)."""

    kind = models.CharField(_("kind"), max_length=9, choices=EntryKind, default=EntryKind.SCRIPT)
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"), blank=True)
    topic = models.CharField(_("topic"), max_length=60, blank=True)
    spin = models.CharField(_("kind of question"), max_length=11, choices=Spin, blank=True)
    objection = models.CharField(_("objection"), max_length=10, choices=Objection, blank=True)
    stage = models.CharField(_("stage"), max_length=12, blank=True)  # a word of the floor above; "" is any
    grade = models.CharField(_("grade"), max_length=1, blank=True)
    tags = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    file = models.FileField(upload_to=upload_name, max_length=120, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    tokens = SearchVectorField(default="", editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "spin", "objection", "id"]
        indexes = [
            GinIndex(fields=["tokens"], name="library_tokens"),
            models.Index(fields=["kind", "id"], name="library_of_kind"),
        ]

    def __str__(self) -> str:
        return self.title


class UseQuerySet(models.QuerySet["Use"]):
    def of_people(self, user: User) -> Self:
        """Uses by the people whose rows `user` sees: figures never count beyond them."""
        return self if user.scope.sees_all else self.filter(by__in=user.scope.people)


class Use(models.Model):
    """That an entry was used: put into a record, or attached to a task. Whose it is says the floor above."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="uses")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    customer_id = models.BigIntegerField()
    followup_id = models.BigIntegerField(null=True)
    task_id = models.BigIntegerField(null=True)

    objects = UseQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["task_id"], name="library_use_of_task", condition=Q(task_id__isnull=False)),
            models.Index(
                fields=["followup_id"],
                name="library_use_of_record",
                condition=Q(followup_id__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(followup_id__isnull=True) ^ Q(task_id__isnull=True),
                name="library_use_of_one_thing",
            ),
            models.UniqueConstraint(fields=["entry", "followup_id"], name="library_once_a_record"),
            models.UniqueConstraint(fields=["entry", "task_id"], name="library_once_a_task"),
        ]


class RecordTemplateQuerySet(models.QuerySet["RecordTemplate"]):
    def current(self) -> Self:
        """The newest version of each scope."""
        return self.order_by("grade", "stage", "method", "-number").distinct("grade", "stage", "method")


class RecordTemplate(models.Model):
    """A version of what a record of some grade, stage and method should tell. Never changed, only followed."""

    grade = models.CharField(_("grade"), max_length=1, blank=True)  # words of the floors above; "" is any
    stage = models.CharField(_("stage"), max_length=12, blank=True)
    method = models.CharField(_("method"), max_length=8, blank=True)
    number = models.PositiveIntegerField()
    prompts = models.JSONField(default=list, blank=True)  # see rules.templates
    note = models.CharField(_("what is new"), max_length=300, blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = RecordTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["grade", "stage", "method", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["grade", "stage", "method", "number"], name="one_record_template_per_version"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="record_template_stays", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    @property
    def scope(self) -> Scope:
        return Scope(self.grade, self.stage, self.method)

    def as_version(self) -> Version:
        """Return the version as the rules take it."""
        return Version(self.pk, self.scope, self.number, read_prompts(self.prompts))


def festivals_at_first() -> list[str]:
    """Return the festivals in use until somebody chooses others."""
    return list(ON_AT_FIRST)


class GreetingSettings(models.Model):
    """One row: the festivals one greets on, and how many days ahead they are proposed."""

    festivals = models.JSONField(default=festivals_at_first)
    days_ahead = models.PositiveSmallIntegerField(_("days ahead"), default=3)
    has_birthdays = models.BooleanField(_("greet on birthdays"), default=True)


class Greeting(models.Model):
    """That somebody was greeted on an occasion, or was left out; once a person and occasion."""

    contact_id = models.BigIntegerField()
    occasion = models.CharField(max_length=24)  # spring:2026, birthday:2026
    followup_id = models.BigIntegerField(null=True)  # None: left out
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact_id", "occasion"], name="greeted_once_an_occasion")
        ]
