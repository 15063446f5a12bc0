"""Robots of chat groups: saved by who manages settings, tried, and set aside when they are gone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.events.actions import record
from genjin.kit.errors import RuleError, ValueRefused, wrong_at
from genjin.kit.posting import Place, PostError, checked_place, post_json
from genjin.kit.sealing import seal, unseal
from genjin.notices.models import Robot
from genjin.notices.rules.delivery import spend
from genjin.notices.rules.kinds import NoticeKind
from genjin.notices.rules.robots import HOSTS, Line, Outgoing, Speech, Verdict, message_for, verdict

PURPOSE = "robot"
TRY_SECONDS = 10.0


@transaction.atomic
def save_robot(actor: User, robot: Robot, values: Mapping[str, Any], *, now: datetime) -> Robot:
    """Add or change a robot: `name`, `kind`, `url`, `secret`, `people`, `teams`, `kinds`, `is_active`.

    An empty `url` keeps the present one, and with it its secret. The host is resolved and refused when it leads
    into a private network that is not allowed. Raises RuleError `url_missing`, `url_invalid`, `plain_refused`,
    `host_unknown`, `host_private`, `kind_mismatch`, `kind_unknown`, `for_nobody`, `name_taken`.
    """
    require(actor, Right.MANAGE_SETTINGS)
    for name in values.keys() & {"name", "kind", "is_active", "kinds"}:
        setattr(robot, name, values[name])
    if set(robot.kinds) - set(NoticeKind.values):
        _refuse("kinds", _("There is no notice of this kind."), "kind_unknown")
    _set_address(robot, str(values.get("url", "")).strip(), str(values.get("secret", "")).strip())
    if robot.is_active:
        robot.problem, robot.not_before = "", None
    try:
        with transaction.atomic():
            robot.save()
    except IntegrityError as error:
        sentence = _("There is one of this name already.")
        raise wrong_at("name", sentence, "name_taken") from error
    for name in values.keys() & {"people", "teams"}:
        getattr(robot, name).set(values[name])
    if not robot.people.exists() and not robot.teams.exists():
        _refuse("people", _("Choose for which people or teams it speaks."), "for_nobody")
    record(actor, "robot.saved", at=now, subject_id=robot.pk, name=robot.name, address=robot.host)
    return robot


def _refuse(field: str, sentence: str, code: str) -> None:
    raise wrong_at(field, sentence, code)


def _set_address(robot: Robot, url: str, secret: str) -> None:
    if not url and not robot.url_sealed:
        _refuse("url", _("Paste the address the group's settings show."), "url_missing")
    if url:
        place = _checked(url)
        robot.host = place.host
        robot.url_sealed = _sealed(url)
        robot.secret_sealed = ""  # another address never gets the old secret
    if secret:
        robot.secret_sealed = _sealed(secret)
    if HOSTS.get(robot.host, robot.kind) != robot.kind:
        _refuse("kind", _("This address belongs to another kind of robot."), "kind_mismatch")


def _checked(url: str) -> Place:
    try:
        return checked_place(url, allowed=settings.ENVIRONMENT.private_hosts)
    except ValueRefused as refusal:
        raise RuleError(refusal.message, refusal.code, fields={"url": [refusal.message]}) from refusal


def _sealed(text: str) -> str:
    return seal(text, key=settings.SECRET_KEY, purpose=PURPOSE)


@transaction.atomic
def remove_robot(actor: User, robot: Robot, *, now: datetime) -> None:
    """Remove a robot with the log of what it said."""
    require(actor, Right.MANAGE_SETTINGS)
    pk, name = robot.pk, robot.name
    robot.delete()
    record(actor, "robot.removed", at=now, subject_id=pk, name=name)


def secret_of(robot: Robot) -> str:
    """Return the secret it signs with, "" for none. Raises RuleError `secret_unreadable`."""
    return _opened(robot.secret_sealed) if robot.secret_sealed else ""


def _opened(sealed: str) -> str:
    text = unseal(sealed, key=settings.SECRET_KEY, purpose=PURPOSE)
    if text is None:
        raise RuleError(_("The secret key has changed; paste the address again."), "secret_unreadable")
    return text


def post_to(
    robot: Robot, outgoing: Outgoing, *, mark: str, seconds: float = 30.0
) -> tuple[Verdict, str, int]:
    """Post to a robot, outside any transaction; returns the verdict, its words and the wait asked for in seconds."""
    try:
        url = _opened(robot.url_sealed)
        if outgoing.query:
            url += ("&" if "?" in url else "?") + outgoing.query
        answer = post_json(_checked(url), outgoing.payload, headers={"X-Message-ID": mark}, seconds=seconds)
    except RuleError as refusal:
        return Verdict.AGAIN, refusal.message, 0
    except PostError as error:
        return Verdict.AGAIN, str(error), 0
    judged, words = verdict(answer.status, answer.text)
    return judged, words, answer.retry_after


def try_robot(actor: User, robot: Robot, *, now: datetime) -> str:
    """Say something harmless through a robot at once; returns what went wrong, "" when it was taken.

    Needs the right that saving needs. Raises RuleError `robot_busy` (429) when it has said too much this minute.
    """
    require(actor, Right.MANAGE_SETTINGS)
    secret = secret_of(robot)
    with transaction.atomic():
        row = Robot.objects.select_for_update().get(pk=robot.pk)
        left = spend(row.tokens, row.tokens_at, now)
        if left is None:
            raise RuleError(_("It has said enough for this minute; try again."), "robot_busy", status=429)
        Robot.objects.filter(pk=row.pk).update(tokens=left, tokens_at=now)
        record(actor, "robot.tried", at=now, subject_id=row.pk, name=row.name)
    line = Line(_("%(name)s tries this robot. It works.") % {"name": actor.name})
    speech = Speech(_("Attention, please!"), [line])
    outgoing = message_for(row.kind, speech, secret=secret, now=now)
    judged, words, _asked = post_to(row, outgoing, mark="test", seconds=TRY_SECONDS)
    problem = "" if judged == Verdict.SENT else words[:300]
    Robot.objects.filter(pk=row.pk).update(problem=problem, used_at=now)
    return problem
