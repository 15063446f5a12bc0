"""People, their teams, and what lets them in."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.permissions import Right, Role, may

_SUBTREE = """
WITH RECURSIVE led AS (
    SELECT team_id AS id FROM accounts_team_leads WHERE user_id = %s
    UNION SELECT t.id FROM accounts_team t JOIN led ON t.parent_id = led.id
)
SELECT u.id FROM accounts_user u JOIN led ON u.team_id = led.id
"""


class Team(models.Model):
    """A node of the tree of teams; its leads see it with everything below."""

    name = models.CharField(_("team"), max_length=80, unique=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    leads: "models.ManyToManyField[User, models.Model]" = models.ManyToManyField(
        "User", related_name="leads", blank=True, verbose_name=_("led by")
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Scope:
    """Which people's rows somebody sees: `sees_all`, or the ids of `people` (always with oneself)."""

    sees_all: bool
    people: frozenset[int]

    def covers(self, owner_id: int | None) -> bool:
        return owner_id is not None and (self.sees_all or owner_id in self.people)


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def visible_to(self, user: "User") -> Self:
        """Colleagues are known to each other by name; a disabled person only to who manages people."""
        return self if may(user, Right.MANAGE_USERS) else self.active()

    def led_by(self, user: "User") -> Self:
        """The people whose rows `user` sees as a lead, manager or administrator, with oneself."""
        return self if user.scope.sees_all else self.filter(pk__in=user.scope.people)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Only what Django's login asks of a manager; people are made by `actions.add_user`."""


class User(AbstractBaseUser):
    """A person who signs in. One role; rows are seen through team and leadership."""

    username = models.CharField(
        _("login"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[\w.@+-]+$", _("Use letters, digits and . @ + - _ only."))],
    )
    name = models.CharField(_("name"), max_length=60)
    name_keys = models.CharField(
        max_length=200, blank=True, editable=False
    )  # pinyin and initials, for pickers
    email = models.EmailField(_("e-mail"), blank=True)
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.REP)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("team")
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    must_change_password = models.BooleanField(default=False)
    session_epoch = models.PositiveIntegerField(default=0)  # raised to end every open session
    language = models.CharField(_("language"), max_length=10, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name or self.username

    @cached_property
    def scope(self) -> Scope:
        """Whose rows this person sees; one query, kept for the life of the request."""
        if may(self, Right.SEE_ALL):
            return Scope(sees_all=True, people=frozenset({self.pk}))
        people = {self.pk}
        if may(self, Right.SEE_TEAM):
            with connection.cursor() as cursor:
                cursor.execute(_SUBTREE, [self.pk])
                people.update(row[0] for row in cursor.fetchall())
        return Scope(sees_all=False, people=frozenset(people))

    def may(self, right: Right) -> bool:
        return may(self, right)

    def get_session_auth_hash(self) -> str:
        """Tie every session to role and epoch: a change of either ends it at its next request."""
        return f"{super().get_session_auth_hash()}{self.role}{self.session_epoch}"

    def get_session_auth_fallback_hash(self) -> Any:
        return (f"{old}{self.role}{self.session_epoch}" for old in super().get_session_auth_fallback_hash())


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(user=user)


class ApiToken(models.Model):
    """A bearer token; shown once, stored as a hash, always with an end."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    window_since = models.DateTimeField(null=True)  # calls are counted from here, to keep a pace
    window_calls = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(user=user)


class SavedView(models.Model):
    """A list as somebody likes to see it: filters, columns and order under a name."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField()  # the query string of the list
    position = models.PositiveSmallIntegerField(default=0)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["user", "page", "name"], name="one_view_per_name")]


class CalendarDay(models.Model):
    """A day that differs from its week day: a holiday, or a working weekend (调休)."""

    day = models.DateField(primary_key=True)
    is_working = models.BooleanField()
    name = models.CharField(max_length=40, blank=True)


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those of the people one leads."""
        return self if user.scope.sees_all else self.filter(person__in=user.scope.people)

    def on(self, day: date) -> Self:
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Absence(models.Model):
    """Days on which somebody is away: rules give them nothing new."""

    person = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="absences", verbose_name=_("who is away")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    note = models.CharField(_("note"), max_length=80, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["-ends_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="absence_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_on}–{self.ends_on}"
