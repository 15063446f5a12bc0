"""The catalogue of metrics: one place for pages, reports, API and docs."""

from collections.abc import Mapping

from django.utils.translation import pgettext_lazy

from genjin.insights.queries.catalogue.after import AFTER
from genjin.insights.queries.catalogue.deals import DEALS
from genjin.insights.queries.catalogue.journey import JOURNEY
from genjin.insights.queries.catalogue.quality import QUALITY
from genjin.insights.queries.catalogue.work import WORK
from genjin.insights.queries.metrics import Metric

GROUPS = {
    "leads": pgettext_lazy("metrics", "Leads and sources"), "funnel": pgettext_lazy("metrics", "Funnel"), "work": pgettext_lazy("metrics", "Work done"),
    "quality": pgettext_lazy("metrics", "Missing information"), "deals": pgettext_lazy("metrics", "Opportunities"), "money": pgettext_lazy("metrics", "Contracts and money"), "after": pgettext_lazy("metrics", "After the sale"),
}  # fmt: skip
METRICS: Mapping[str, Metric] = {metric.key: metric for metric in (*JOURNEY, *WORK, *QUALITY, *DEALS, *AFTER)}
