"""What was learned from the company's own history, and what it is worth."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from genjin.accounts.permissions import Right, require
from genjin.insights.models import ChanceModel
from genjin.insights.queries.chances import newest_model
from genjin.insights.rules.chances.leakage import Leak
from genjin.insights.rules.chances.remarks import sentence
from genjin.insights.rules.early import FRESH, HORIZON, Early
from genjin.web.insights.chance import percent
from genjin.web.shell.pages import user_of


@require_GET
def chances(request: HttpRequest) -> HttpResponse:
    """Show the newest model's report and the levels of those before; it counts everybody's customers."""
    require(user_of(request), Right.SEE_ALL)
    models = list(ChanceModel.objects.defer("report"))
    facts = _facts(newest, timezone.now() - newest.learned_at) if (newest := newest_model()) else None
    return render(request, "insights/chances.html", {"models": models, "facts": facts, "days": HORIZON.days})


def _facts(model: ChanceModel, age: timedelta) -> dict[str, Any]:
    report = model.report
    stale = [_("Nothing was learned for more than three nights: no chance is shown.")] if age > FRESH else []
    remarks = [*report.get("reasons", []), *report.get("warnings", []), *report.get("drift", [])]
    labels = {column.value: str(column.label) for column in Early}
    return {
        "tiles": _tiles(report), "remarks": stale + [sentence(one["code"], one["details"], labels) for one in remarks],
        "columns": [labels[one["column"]] for one in report.get("columns", [])],
        "left_out": [(labels[one["column"]], Leak(one["code"]).label) for one in report.get("leakage", {}).get("left_out", [])],
        "bands": [
            {
                "rows": one["rows"], "said": percent(one["predicted"]), "came": percent(one["observed"]),
                "low": percent(one["low"]), "high": percent(one["high"]),
            }
            for one in report.get("calibration", [])
        ],
    }  # fmt: skip


def _tiles(report: dict[str, Any]) -> list[dict[str, Any]]:
    if "closed" not in report:
        return []
    sides = _("%(won)d won, %(others)d not") % {"won": report["positives"], "others": report["negatives"]}
    tiles = [{"label": _("Customers learned from"), "value": report["closed"], "note": sides}]
    if "open" in report:
        tiles.append({"label": _("Open customers asked about"), "value": report["open"]})
    if report.get("auc") is not None:
        span, base = f"{report['auc_low']:.3f} – {report['auc_high']:.3f}", f"{report['brier_base']:.3f}"
        top = report["top_tenth"]
        lift = _("%(lift)s times the mean") % {"lift": f"{top['lift'] or 0:.1f}"}
        tiles += [
            {"label": "AUC", "value": f"{report['auc']:.3f}", "note": span},
            {"label": "Brier", "value": f"{report['brier']:.3f}", "note": _("the base rate said to all: %(brier)s") % {"brier": base}},
            {"label": _("Won in the top tenth"), "value": percent(top["precision"]), "note": lift},
        ]  # fmt: skip
    return tiles
