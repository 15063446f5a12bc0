"""Robots of chat groups: where they are, for whom, and how they fare."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import Team, User
from genjin.notices.rules.robots import RobotKind


class RobotQuerySet(models.QuerySet["Robot"]):
    def in_use(self) -> Self:
        return self.filter(is_active=True)


class Robot(models.Model):
    """A robot of a group in WeCom, DingTalk or Feishu; its address is a secret and kept sealed."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=RobotKind, default=RobotKind.WECOM)
    host = models.CharField(max_length=200)  # what of the address may be shown
    url_sealed = models.TextField()
    secret_sealed = models.TextField(blank=True)
    people = models.ManyToManyField(User, related_name="+", blank=True, verbose_name=_("for people"))
    teams = models.ManyToManyField(Team, related_name="+", blank=True, verbose_name=_("for teams"))
    kinds = models.JSONField(default=list)  # of NoticeKind; none chosen: all
    is_active = models.BooleanField(_("in use"), default=True)
    problem = models.CharField(max_length=300, blank=True)
    used_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)  # a message is on its way, or waits for its next try
    tokens = models.FloatField(default=0)
    tokens_at = models.DateTimeField(null=True)

    objects = RobotQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(url_sealed=""), name="robot_has_an_address")]

    def __str__(self) -> str:
        return self.name
