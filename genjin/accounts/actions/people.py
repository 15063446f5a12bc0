"""Every write about people, teams, tokens and saved views."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from genjin.accounts.models import ApiToken, SavedView, Team, User
from genjin.accounts.permissions import Right, Role, require
from genjin.accounts.rules import LONGEST_TOKEN, TOKEN_PREFIX, digest, new_secret
from genjin.events.actions import record
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.pinyin import person_syllables


def _name_keys(name: str) -> str:
    readings = person_syllables(name)
    keys = {"".join(reading) for reading in readings} | {
        "".join(s[:1] for s in reading) for reading in readings
    }
    return " ".join(sorted(keys))[:200]


@transaction.atomic
def create_first_admin(username: str, *, now: datetime, name: str = "", password: str = "") -> str:
    """Create the first administrator of an empty database and return the password.

    Makes a random one when none is given, to be changed at first login. Raises RuleError
    `already_initialised` when anybody exists; two starts at once make one administrator.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(727001)")
    if User.objects.exists():
        raise RuleError(
            _("There are users already; this command runs once on an empty database."), "already_initialised"
        )
    secret = password or new_secret(12)
    user = User(
        username=username, name=name or username, role=Role.ADMIN, name_keys=_name_keys(name or username),
        must_change_password=not password,
    )  # fmt: skip
    user.set_password(secret)
    user.save()
    record(None, "user.added", at=now, subject_id=user.pk, role=user.role)
    return secret


@dataclass(frozen=True, slots=True)
class NewUser:
    """What is known of a person to be added; without a password they enter by a one-time link."""

    username: str
    name: str = ""
    role: str = Role.REP
    team: Team | None = None
    email: str = ""
    password: str = ""


@transaction.atomic
def add_user(actor: User | None, new: NewUser, *, now: datetime) -> User:
    """Add a person; `actor` None is the command line. Raises RuleError `username_taken`."""
    if actor is not None:
        require(actor, Right.MANAGE_USERS)
    name = new.name or new.username
    user = User(username=new.username, name=name, role=Role(new.role), team=new.team, email=new.email)
    user.name_keys = _name_keys(name)
    if new.password:
        user.set_password(new.password)
    else:
        user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        sentence = _("The login %(login)s is taken; choose another.") % {"login": new.username}
        raise wrong_at("username", sentence, "username_taken") from error
    record(actor, "user.added", at=now, subject_id=user.pk, role=user.role)
    return user


@transaction.atomic
def change_user(actor: User, user: User, *, now: datetime, **changes: object) -> User:
    """Change name, email, team, role or is_active; a new role or a lock ends the person's sessions.

    Raises RuleError `last_admin` when nobody would be left to administer.
    """
    require(actor, Right.MANAGE_USERS)
    protected = sorted(changes.keys() - {"name", "email", "team", "role", "is_active", "language"})
    if protected:
        sentence = _("This field cannot be changed here: %(field)s.") % {"field": ", ".join(protected)}
        raise RuleError(sentence, "field_protected")
    user = User.objects.select_for_update().get(pk=user.pk)
    changed = {field: value for field, value in changes.items() if getattr(user, field) != value}
    if not changed:
        return user
    before = {field: _plain(getattr(user, field)) for field in changed}
    for name, value in changed.items():
        setattr(user, name, value)
    user.name_keys = _name_keys(user.name)
    if changed.keys() & {"role", "is_active"}:
        user.session_epoch += 1
        ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    user.save()
    _keep_an_admin()
    after = {field: _plain(value) for field, value in changed.items()}
    record(actor, "user.changed", at=now, subject_id=user.pk, before=before, after=after)
    return user


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool) else str(value)


def _keep_an_admin() -> None:
    if not User.objects.active().filter(role=Role.ADMIN).exists():
        raise RuleError(
            _("This is the last administrator; make somebody else one first."), "last_admin", status=409
        )


@transaction.atomic
def change_own_language(actor: User, language: str) -> None:
    """Remember which language a person reads."""
    User.objects.filter(pk=actor.pk).update(language=language)


@transaction.atomic
def change_password(user: User, password: str, *, now: datetime) -> None:
    """Set the password a person chose and let them in for good; every other session of theirs ends with it.

    The given `user` is changed in place, because the session that stays is signed with it.
    """
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record(user, "login.password_changed", at=now, subject_id=user.pk)


@transaction.atomic
def issue_entry(actor: User, user: User, *, now: datetime) -> None:
    """Note that `actor` hands `user` a one-time link by which a new password is chosen.

    Raises RuleError `user_disabled`. The link itself is a signature the login door makes and checks.
    """
    require(actor, Right.MANAGE_USERS)
    if not user.is_active:
        raise RuleError(_("This person may not sign in; allow it first."), "user_disabled")
    record(actor, "user.link_issued", at=now, subject_id=user.pk)


@transaction.atomic
def note_login(user: User, *, address: str, now: datetime) -> None:
    """Write down that somebody signed in, and from which address."""
    record(user, "login.succeeded", at=now, subject_id=user.pk, address=address)


@transaction.atomic
def note_failed_login(username: str, *, address: str, now: datetime) -> None:
    """Write down that a person's sign-in failed.

    An unknown name leaves no row: it may be a password typed into the wrong field, and rows cost space.
    """
    user = User.objects.filter(username__iexact=username).first()
    if user is not None:
        record(None, "login.failed", at=now, subject_id=user.pk, address=address)


@transaction.atomic
def save_team(actor: User | None, team: Team, *, leads: list[User] | None = None, now: datetime) -> Team:
    """Add or change a team and who leads it; `actor` None is the command line.

    Raises RuleError `team_loop` when it would contain itself, `team_taken` when another has its name.
    """
    if actor is not None:
        require(actor, Right.MANAGE_USERS)
    _refuse_loop(team)
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        sentence = _("There is a team of this name already.")
        raise wrong_at("name", sentence, "team_taken") from error
    if leads is not None:
        team.leads.set(leads)
    led_by = None if leads is None else [lead.name for lead in leads]
    record(actor, "team.saved", at=now, subject_id=team.pk, name=team.name, leads=led_by)
    return team


def _refuse_loop(team: Team) -> None:
    above, steps = team.parent, 0
    while above is not None and steps < 100:
        if above.pk == team.pk and team.pk is not None:
            sentence = _("A team cannot be part of itself; choose another parent.")
            raise wrong_at("parent", sentence, "team_loop")
        above, steps = above.parent, steps + 1


@transaction.atomic
def remove_team(actor: User, team: Team, *, now: datetime) -> None:
    """Remove an empty team. Raises RuleError `team_in_use` (409) while people or teams belong to it."""
    require(actor, Right.MANAGE_USERS)
    pk, name = team.pk, team.name
    try:
        with transaction.atomic():
            team.delete()
    except ProtectedError as error:
        sentence = _("People or teams still belong to this team; move them first.")
        raise RuleError(sentence, "team_in_use", status=409) from error
    record(actor, "team.removed", at=now, subject_id=pk, name=name)


@transaction.atomic
def issue_token(actor: User, user: User, *, name: str, days: int, now: datetime) -> str:
    """Make an API token for `user` and return its secret, which is never shown again.

    One makes tokens for oneself; an administrator for anybody. Raises RuleError `token_too_long`.
    """
    if actor.pk != user.pk:
        require(actor, Right.MANAGE_USERS)
    if not 1 <= days <= LONGEST_TOKEN.days:
        raise RuleError(_("A token lives between 1 and 366 days."), "token_too_long")
    secret = TOKEN_PREFIX + new_secret(32)
    token = ApiToken.objects.create(
        user=user, name=name, digest=digest(secret), created_at=now, expires_at=now + timedelta(days=days)
    )
    record(actor, "token.issued", at=now, subject_id=token.pk, user=user.pk, name=name)
    return secret


@transaction.atomic
def revoke_token(actor: User, token: ApiToken, *, now: datetime) -> None:
    """End a token at once."""
    if actor.pk != token.user_id:
        require(actor, Right.MANAGE_USERS)
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)
    record(actor, "token.revoked", at=now, subject_id=token.pk)


@dataclass(frozen=True, slots=True)
class TokenUse:
    """How many calls a token made since the moment its present window began."""

    calls: int
    since: datetime


_COUNT_USE = """
UPDATE accounts_apitoken SET
    window_calls = CASE WHEN window_since > %(border)s THEN window_calls + 1 ELSE 1 END,
    window_since = CASE WHEN window_since > %(border)s THEN window_since ELSE %(now)s END,
    last_used_at = %(now)s
WHERE id = %(id)s RETURNING window_calls, window_since
"""


def count_token_use(token: ApiToken, *, window: timedelta, now: datetime) -> TokenUse:
    """Note that a token was used and count the calls of its window, in one statement over all processes."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_USE, {"id": token.pk, "now": now, "border": now - window})
        row = cursor.fetchone()
    return TokenUse(*row) if row else TokenUse(1, now)


@transaction.atomic
def save_view(actor: User, *, page: str, name: str, query: str) -> SavedView:
    """Keep a list's filters, columns and order under a name; the same name is overwritten."""
    if not name.strip():
        raise RuleError(
            _("Give the view a name."), "name_missing", fields={"name": [_("Give the view a name.")]}
        )
    view, _created = SavedView.objects.update_or_create(
        user=actor, page=page, name=name.strip()[:60], defaults={"query": query[:4000]}
    )
    return view


@transaction.atomic
def delete_view(actor: User, view: SavedView) -> None:
    """Forget one of one's own saved views."""
    SavedView.objects.visible_to(actor).filter(pk=view.pk).delete()
