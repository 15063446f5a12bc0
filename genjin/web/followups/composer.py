"""The follow-up form: what was said and what comes next, in one place, three required fields."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import company_zone, work_calendar
from genjin.customers.models import Contact, Customer
from genjin.customers.queries.sight import sees_person, show_contact
from genjin.customers.rules import Stage
from genjin.customers.rules.axes import Proof
from genjin.followups.actions.contact import NewFollowUp
from genjin.followups.actions.tasks import NewTask
from genjin.followups.models import FollowUp, Task
from genjin.followups.queries.gates import owed_by, proofs_of
from genjin.followups.queries.grades import terms_of
from genjin.followups.rules import OPENS_AT, GradeTerms, Method, Mood, propose_next_contact, too_often_hint
from genjin.followups.rules.evidence import proofs_offered
from genjin.kit.working_days import WorkCalendar
from genjin.library.models import Entry
from genjin.library.queries.templates import template_for
from genjin.library.rules.templates import heading
from genjin.quality.queries.facts import facts_to_confirm
from genjin.web.customers.moments import ICONS
from genjin.web.facts.words import fact_words
from genjin.web.followups.parts import PromiseRow, add_change_fields, changes_in, promise_rows
from genjin.web.shell.forms import Form, MomentField


class ComposerForm(Form):
    """A contact record with its next action; the files come beside."""

    method = forms.ChoiceField(choices=Method.choices)
    summary = forms.CharField(label=gettext_lazy("What was said"), max_length=8000, widget=forms.Textarea)
    next_at = MomentField(label=gettext_lazy("Next step"), required=False)
    next_text = forms.CharField(label=gettext_lazy("What to do then"), max_length=300, required=False)
    got_response = forms.BooleanField(required=False)
    happened_at = MomentField(label=pgettext_lazy("followup", "When"), required=False)
    contact = forms.ModelChoiceField(
        label=gettext_lazy("With"), queryset=Contact.objects.none(), required=False
    )
    feedback = forms.CharField(label=gettext_lazy("The customer's answer"), max_length=4000, required=False)
    new_needs = forms.CharField(label=gettext_lazy("New needs"), max_length=4000, required=False)
    risks = forms.CharField(label=gettext_lazy("Risks"), max_length=4000, required=False)
    questions = forms.CharField(label=gettext_lazy("Open questions"), max_length=4000, required=False)
    used = forms.ModelMultipleChoiceField(queryset=Entry.objects.active(), required=False)
    template = forms.IntegerField(required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    mood = forms.ChoiceField(label=gettext_lazy("Mood"), choices=[("", "—"), *Mood.choices], required=False)
    proves = forms.MultipleChoiceField(
        label=gettext_lazy("This shows"),
        choices=Proof.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    done = forms.ModelMultipleChoiceField(
        label=gettext_lazy("This settles"),
        queryset=Task.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, customer: Customer, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_change_fields(self, customer)
        self.promise_rows = promise_rows(self.data)
        self.promises: list[NewTask] = []
        people = self.fields["contact"]
        people.queryset = customer.contacts.all()  # type: ignore[attr-defined]
        unmasked = sees_person(user, customer)
        people.label_from_instance = lambda row: show_contact(row, unmasked=unmasked).name  # type: ignore[attr-defined]
        shown = proofs_of([customer.pk])[customer.pk]
        boxes = self.fields["proves"]
        offered = proofs_offered(customer.stage, shown, owed_by(customer))
        boxes.choices = [(code, Proof(code).label) for code in offered]  # type: ignore[attr-defined]
        boxes.widget.attrs["class"] = "form-check-input"
        done = self.fields["done"]
        done.queryset = Task.objects.open().filter(customer=customer)  # type: ignore[attr-defined]
        done.label_from_instance = lambda row: row.objective  # type: ignore[attr-defined]
        done.widget.attrs["class"] = "form-check-input"

    @property
    def has_change_errors(self) -> bool:
        return any(name.startswith("new_") for name in self.errors)

    @property
    def people(self) -> list[tuple[int, str]]:
        """Whom a promise may come from, by name as the reader may see it."""
        field: Any = self.fields["contact"]
        return [(row.pk, field.label_from_instance(row)) for row in field.queryset]

    def clean(self) -> dict[str, Any]:
        """Read the promises, too: each row says what, and by when."""
        cleaned = super().clean()
        people = list(self.fields["contact"].queryset)  # type: ignore[attr-defined]
        read = [row.read(people) for row in self.promise_rows]
        if not all(read):
            self.add_error(None, _("A promise says what, and by when."))
        self.promises = [one for one in read if one is not None]
        return cleaned


def composer_context(
    user: User, customer: Customer, form: ComposerForm | None = None, *, shows: Sequence[str] = ()
) -> dict[str, Any]:
    """Return what the composer shows: methods, quick dates, and the next date the grade proposes."""
    today = timezone.localdate()
    calendar, terms = work_calendar(), terms_of(customer.grade)
    proposed = propose_next_contact(terms, today, calendar, company_zone())
    if form is None:
        initial = {
            "method": "phone", "got_response": True, "next_at": local_text(proposed), "version": customer.version,
            "proves": list(shows),
        }  # fmt: skip
        form = ComposerForm(initial=initial, customer=customer, user=user)
    form.promise_rows = form.promise_rows or [PromiseRow()]
    quick = ((_("Tomorrow"), 1), (_("In 3 days"), 3), (_("In a week"), 7), (_("In 2 weeks"), 14))
    opening = [(label, _opening(today + timedelta(days=days), calendar)) for label, days in quick]
    return {
        "form": form,
        "methods": [
            {"value": value, "label": label, "icon": ICONS[value]} for value, label in Method.choices
        ],
        "dates": [{"value": local_text(moment), "label": label} for label, moment in opening],
        "action": reverse("followups:record", args=[customer.pk]),
        "draft": f"followup-{customer.pk}",
        "hint": _hint(customer, terms, today),
        "ask_again": _ask_again(customer),
        "prompts_url": reverse("followups:prompts", args=[customer.pk]),
        "prompts": prompts_of(customer, str(form["method"].value() or "phone")),
        "library_url": reverse("library:insert", args=[customer.pk]),
        "can_plan": user.may(Right.MANAGE_TASKS),
    }


def prompts_of(customer: Customer, method: str) -> dict[str, Any]:
    """Return what a record of this customer should tell: the version, and a heading to put in for each prompt."""
    version = template_for(customer.grade, customer.stage, method)
    if version is None:
        return {}
    lines = [{"label": p.label, "hint": p.hint, "insert": heading(p.label)} for p in version.prompts]
    return {"id": version.pk, "lines": lines}


def _opening(day: date, calendar: WorkCalendar) -> datetime:
    """Return 09:00 of the first working day from `day` on."""
    zone = company_zone()
    return calendar.next_working_moment(datetime.combine(day, OPENS_AT, zone), opens=OPENS_AT, zone=zone)


def _ask_again(customer: Customer) -> str:
    """Return which facts of a customer in work nobody wrote or confirmed for too long (S1-12)."""
    if customer.owner_id is None or customer.stage == Stage.LOST:
        return ""
    words = fact_words()
    return "、".join(words[key] for key in facts_to_confirm([customer], timezone.now()).get(customer.pk, ()))


def _hint(customer: Customer, terms: GradeTerms, today: date) -> str:
    if customer.do_not_disturb:
        return _("Asked not to be disturbed: no greetings and no mass contact, only what was agreed.")
    monday = timezone.make_aware(
        datetime.combine(today - timedelta(days=today.weekday()), datetime.min.time())
    )
    week = FollowUp.objects.filter(customer=customer, happened_at__gte=monday).count()
    last = timezone.localtime(customer.last_contact_at).date() if customer.last_contact_at else None
    return too_often_hint(terms, week, (today - last).days if last else None)


def local_text(moment: datetime) -> str:
    """Return a moment as a datetime-local field writes it."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def as_new(form: ComposerForm, files: "Sequence[UploadedFile[Any]]", now: datetime) -> NewFollowUp:
    """Turn the form's answers into what the action wants."""
    data = form.cleaned_data
    planned = [NewTask(data["next_text"] or _("Follow up"), data["next_at"])] if data["next_at"] else []
    return NewFollowUp(
        method=data["method"], summary=data["summary"], happened_at=data["happened_at"] or now, feedback=data["feedback"],
        got_response=data["got_response"], new_needs=data["new_needs"], risks=data["risks"], mood=data["mood"],
        contact=data["contact"], next_actions=planned, done_tasks=list(data["done"]), files=list(files), proves=data["proves"],
        questions=data["questions"], used=list(data["used"]), template=data["template"], promises=form.promises, changes=changes_in(data), version=data["version"],
    )  # fmt: skip
