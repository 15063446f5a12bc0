"""What was learned from the company's own history, and what it is worth."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from genjin.accounts.permissions import Right, require
from genjin.insights.models import ChanceModel
from genjin.insights.queries.chances import newest_model
from genjin.insights.rules.chances.leakage import Leak
from genjin.insights.rules.chances.remarks import sentence
from genjin.insights.rules.early import HORIZON, Early
from genjin.web.insights.chance import percent
from genjin.web.shell.pages import user_of


@require_GET
def chances(request: HttpRequest) -> HttpResponse:
    """Show the newest model's report and the levels of those before; it counts everybody's customers."""
    require(user_of(request), Right.SEE_ALL)
    models = list(ChanceModel.objects.defer("report"))
    facts = _facts(newest) if (newest := newest_model()) else None
    return render(request, "insights/chances.html", {"models": models, "facts": facts, "days": HORIZON.days})


def _facts(model: ChanceModel) -> dict[str, Any]:
    report = model.report
    rows = [
        (_("Customers"), report.get("rows")),
        (_("Won"), report.get("positives")),
        (_("Not won"), report.get("negatives")),
    ]
    if report.get("auc") is not None:
        rows += [
            ("AUC", f"{report['auc']:.3f} ({report['auc_low']:.3f} – {report['auc_high']:.3f})"),
            ("Brier", f"{report['brier']:.3f} ({report['brier_base']:.3f})"),
            (_("Won in the top tenth"), percent(report["top_tenth"]["precision"])),
        ]
    remarks = [*report.get("reasons", []), *report.get("warnings", []), *report.get("drift", [])]
    labels = {column.value: str(column.label) for column in Early}
    return {
        "rows": rows, "remarks": [sentence(one["code"], one["details"], labels) for one in remarks],
        "columns": [labels[one["column"]] for one in report.get("columns", [])],
        "left_out": [(labels[one["column"]], Leak(one["code"]).label) for one in report.get("leakage", {}).get("left_out", [])],
        "bands": [
            {"rows": one["rows"], "said": percent(one["predicted"]), "came": percent(one["observed"])}
            for one in report.get("calibration", [])
        ],
    }  # fmt: skip
