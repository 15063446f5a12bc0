"""Dictionaries, tags and pools: tables without character."""

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.accounts.actions.calendar import remove_absence, save_absence
from genjin.accounts.models import Absence
from genjin.accounts.permissions import Right
from genjin.customers.actions.lists import remove_entry, save_entry
from genjin.customers.models import Choice, Customer, Pool, Tag
from genjin.customers.rules.fields import HIDEABLE
from genjin.web.shell.reference_pages import Column, Reference, reference_pages


def _yes(is_so: bool) -> str:
    return "✓" if is_so else ""


def _teams_of(pool: Pool) -> str:
    names = [team.name for team in pool.teams.all()] + [person.name for person in pool.members.all()]
    return ", ".join(names) if names else str(_("everybody"))


choices = reference_pages(Choice, Reference(
    name="choices", title=_("Dictionaries"), new=_("New word"), right=Right.MANAGE_SETTINGS, tab_field="kind",
    columns=[
        Column(_("Name"), lambda word: word.name), Column(_("Order"), lambda word: word.position, number=True),
        Column(_("In use"), lambda word: _yes(word.is_active)),
    ],
    fields=("kind", "name", "position", "is_active", "waives_touches"), write=save_entry, remove=remove_entry,
    help=_("A word that is no longer offered stays on the customers that carry it."),
))  # fmt: skip

tags = reference_pages(Tag, Reference(
    name="tags", title=_("Tags"), new=_("New tag"), right=Right.MANAGE_SETTINGS,
    columns=[Column(_("Tag"), lambda tag: tag.name), Column(_("Group"), lambda tag: tag.namespace)],
    fields=("namespace", "name"), write=save_entry, remove=remove_entry,
))  # fmt: skip


def _hidden_fields() -> forms.Field:
    """Offer the fields a pool may hide from its members."""
    choices = [(name, Customer._meta.get_field(name).verbose_name) for name in HIDEABLE]  # type: ignore[union-attr]
    return forms.MultipleChoiceField(
        label=_("Fields hidden from members"), choices=choices, required=False, widget=forms.SelectMultiple(),
        help_text=_("Members see these empty until they have claimed the customer."),
    )  # fmt: skip


pools = reference_pages(Pool, Reference(
    name="pools", title=_("Pools"), new=_("New pool"), right=Right.MANAGE_SETTINGS,
    columns=[
        Column(_("Pool"), lambda pool: pool.name), Column(_("Open to"), _teams_of),
        Column(_("Claims per person and day"), lambda pool: pool.daily_claims, number=True),
        Column(_("Customers one person may hold"), lambda pool: pool.hold_cap, number=True),
    ],
    made={"hidden_fields": _hidden_fields},
    fields=("name", "teams", "members", "admins", "daily_claims", "hold_cap", "cooldown_days", "hold_hours", "hidden_fields"), write=save_entry, remove=remove_entry,
    help=_("A pool without teams is open to everybody; its members see contact data masked."),
))  # fmt: skip

absences = reference_pages(Absence, Reference(
    name="absences", title=_("Absences"), new=_("New absence"), right=Right.ASSIGN, search="person__name",
    columns=[
        Column(_("Who is away"), lambda absence: absence.person.name), Column(_("First day"), lambda absence: absence.starts_on),
        Column(_("Last day"), lambda absence: absence.ends_on), Column(_("Note"), lambda absence: absence.note),
    ],
    fields=("person", "starts_on", "ends_on", "note"), write=save_absence, remove=remove_absence,
    rows=lambda user: Absence.objects.visible_to(user).select_related("person"),
    help=_("On these days the rules of assignment give nothing new to this person."),
))  # fmt: skip
