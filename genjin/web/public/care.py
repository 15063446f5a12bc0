"""What customers do without login: rate a delivery, say whether a problem is solved, report one. Nothing of theirs is shown."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.care.actions.links import (
    Sent,
    answer_confirmation,
    open_confirmation,
    open_report_page,
    report_problem,
)
from genjin.care.actions.surveys import answer_by_link, open_questionnaire
from genjin.care.rules.reports import LONGEST, Report
from genjin.care.rules.surveys import LONGEST_COMMENT, Answer
from genjin.care.rules.words import Rating
from genjin.kit.errors import RuleError
from genjin.web.public.forms import UncheckedForm
from genjin.web.public.frame import page, public_page
from genjin.web.shell.forms import dress
from genjin.web.shell.pages import attempt

SALT = "public.report"
PAGE_LIFE = 24 * 3600
DECOY = "homepage"
YES = {"yes": True, "no": False}


class RateForm(UncheckedForm):
    """The questions of a rating; sense is asked of the action."""

    rating = forms.IntegerField(label=gettext_lazy("How satisfied are you with us?"))
    is_stable = forms.CharField(label=gettext_lazy("Does it run stably?"), required=False)
    meets_need = forms.CharField(label=gettext_lazy("Does it do what you need?"), required=False)
    nps = forms.IntegerField(
        label=gettext_lazy("How likely would you recommend us to a friend or colleague?"), required=False
    )
    comment = forms.CharField(
        label=gettext_lazy("What should we do better?"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def as_answer(self) -> Answer:
        """Return what was chosen; what is no number of the scale is refused by the action."""
        data = self.data
        return Answer(
            _number(data.get("rating", "")), YES.get(data.get("is_stable", "")), YES.get(data.get("meets_need", "")),
            _number(data.get("nps", "")), str(data.get("comment", "")),
        )  # fmt: skip


def _number(text: str) -> int | None:
    text = str(text).strip()
    if not text:
        return None
    return int(text) if text.isdecimal() and len(text) < 4 else -1


@public_page
def survey(request: HttpRequest, key: str) -> HttpResponse:
    """Ask how satisfied a customer is, once."""
    row = open_questionnaire(key, is_look=request.method == "GET", now=timezone.now())
    form = RateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if request.POST.get(DECOY):  # no person fills it in; the link stays as it is
            return _thanks()
        if attempt(form, lambda: answer_by_link(key, form.as_answer(), now=timezone.now())):
            return _thanks()
    data = form.data
    context = {
        "form": form, "what": row.project.name if row.project else "", "decoy": DECOY, "action": request.path,
        "ratings": [_choice(value, label, data.get("rating")) | {"stars": "★" * value} for value, label in Rating.choices],
        "scale": [_choice(value, value, data.get("nps")) for value in range(11)],
        "pairs": [
            {"field": form[name], "choices": [_choice("yes", _("Yes"), data.get(name)), _choice("no", _("No"), data.get(name))]}
            for name in ("is_stable", "meets_need")
        ],
    }  # fmt: skip
    return page("public/survey.html", context, status=422 if form.is_bound else 200)


def _choice(value: Any, label: Any, chosen: Any) -> dict[str, Any]:
    return {"value": value, "label": label, "is_on": str(value) == str(chosen)}


def _thanks() -> HttpResponse:
    return page(
        "public/care_thanks.html",
        {
            "title": _("Thank you"),
            "sentence": _(
                "Your answer has reached us. Where you are not satisfied, we will be in touch within 24 hours."
            ),
        },
    )


class SolvedForm(UncheckedForm):
    text = forms.CharField(
        label=gettext_lazy("What is not solved yet?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs.pop("autofocus", None)  # the answer is a button


@public_page
def confirmation(request: HttpRequest, key: str) -> HttpResponse:
    """Ask whether it is solved: yes, or no and what is missing."""
    row = open_confirmation(key, now=timezone.now())
    form = SolvedForm(request.POST if request.method == "POST" else None)
    is_solved = request.POST.get("solved") == "yes"
    if request.method == "POST":
        text = str(request.POST.get("text", ""))[:2000]
        if request.POST.get(DECOY) or attempt(
            form, lambda: answer_confirmation(key, is_solved=is_solved, text=text, now=timezone.now())
        ):
            said = _("We are glad that it is solved.") if is_solved else _("We will look into it at once.")
            return page("public/care_thanks.html", {"title": _("Thank you"), "sentence": said})
    context = {
        "form": form,
        "number": row.number,
        "decoy": DECOY,
        "action": request.path,
        "is_no": request.method == "POST",
    }
    return page("public/solved.html", context, status=422 if form.is_bound else 200)


class ReportForm(UncheckedForm):
    """What is wrong, who says so, how to reach them."""

    title = forms.CharField(label=gettext_lazy("What is wrong, in a line?"), max_length=LONGEST["title"])
    details = forms.CharField(
        label=gettext_lazy("In detail"),
        required=False,
        max_length=LONGEST["details"],
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=LONGEST["name"])
    reach = forms.CharField(
        label=gettext_lazy("Phone or e-mail, so that we can ask back"),
        required=False,
        max_length=LONGEST["reach"],
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=400)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            dress(field)

    def as_sent(self) -> Sent:
        """Return what was sent, with when the page was opened. Raises RuleError `page_old`."""
        try:
            opened = signing.loads(str(self.data.get("token", "")), salt=SALT, max_age=PAGE_LIFE)
        except signing.BadSignature:
            raise RuleError(
                _("This page was open for too long; please send it once more."), "page_old"
            ) from None
        words = {name: str(self.data.get(name, "")) for name in LONGEST}
        return Sent(
            Report(**words), datetime.fromtimestamp(opened / 1000, UTC), str(self.data.get(DECOY, ""))
        )


@public_page
def report(request: HttpRequest, key: str) -> HttpResponse:
    """Let a customer report a problem; the same thanks whatever becomes of it."""
    link = open_report_page(key)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(
        form, lambda: report_problem(key, form.as_sent(), now=timezone.now())
    ):
        sentence = _("We have received it and will be in touch.")
        return page("public/care_thanks.html", {"title": _("Thank you"), "sentence": sentence})
    token = signing.dumps(int(timezone.now().timestamp() * 1000), salt=SALT)
    context = {
        "form": form,
        "what": link.project.name if link.project else "",
        "token": token,
        "decoy": DECOY,
        "action": request.path,
    }
    return page("public/report.html", context, status=422 if form.is_bound else 200)
