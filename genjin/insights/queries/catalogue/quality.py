"""Metrics of what is known of customers, a figure for each field templates ask for (S1-17), and of customers that went back."""

from django.utils.translation import gettext_lazy as _

from genjin.customers.queries.collected import builtin_label
from genjin.insights.queries.facts.missing import FIELDS
from genjin.insights.queries.facts.quality import RETURNED, lacking
from genjin.insights.queries.metrics import How, Metric
from genjin.insights.rules.figures import Unit


def metric_of(key: str) -> str:
    """Return the key of the missing rate of a field."""
    return f"missing_{key.replace('.', '_')}"


def _missing(key: str) -> Metric:
    formula = _(
        "Open customers without this field as of now ÷ all open customers at the end of these days whose template asks for it."
    )
    name = _("Missing: %(field)s")
    return Metric(
        metric_of(key), _Named(name, key), formula, "quality", Unit.SHARE, lacking(key), How.SHARE, part="lacks", by="type", is_bad=True, is_of_now=True
    )  # fmt: skip


class _Named:
    """A name with a field's label in it, in the reader's language."""

    def __init__(self, words: object, key: str) -> None:
        self.words, self.key = words, key

    def __str__(self) -> str:
        return str(self.words) % {"field": builtin_label(self.key)}


QUALITY = (
    *(_missing(key) for key in FIELDS),
    Metric("returned", _("Customers given back"), _("Customers that went from somebody into a pool in these days, recycled ones included, each time counted."), "quality", Unit.COUNT, RETURNED, by="how", is_bad=True),
    Metric("recycled", _("Customers recycled"), _("Customers the rules took from somebody into a pool in these days, each time counted."), "quality", Unit.COUNT, RETURNED, part="recycled", is_bad=True),
)  # fmt: skip
