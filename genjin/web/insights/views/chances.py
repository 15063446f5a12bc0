"""What was learned from the company's own history, and what it is worth."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from genjin.accounts.permissions import Right, require
from genjin.insights.models import ChanceModel
from genjin.insights.rules.early import Fact
from genjin.web.insights.chance import percent
from genjin.web.shell.pages import user_of

SHOWN = 30


@require_GET
def chances(request: HttpRequest) -> HttpResponse:
    """Show the newest model's report and the levels of those before; it counts everybody's customers."""
    require(user_of(request), Right.SEE_ALL)
    models = list(ChanceModel.objects.all()[:SHOWN])
    return render(
        request, "insights/chances.html", {"models": models, "facts": _facts(models[0]) if models else None}
    )


def _facts(model: ChanceModel) -> dict[str, Any]:
    report = model.report
    rows = [
        (_("Customers"), report.get("rows")),
        (_("Won"), report.get("positives")),
        (_("Lost"), report.get("negatives")),
    ]
    if report.get("auc") is not None:
        rows += [
            ("AUC", f"{report['auc']:.3f} ({report['auc_low']:.3f} – {report['auc_high']:.3f})"),
            ("Brier", f"{report['brier']:.3f} ({report['brier_base']:.3f})"),
            (_("Won in the top tenth"), percent(report["top_tenth"]["precision"])),
        ]
    remarks = [*report.get("reasons", []), *report.get("warnings", []), *report.get("drift", [])]
    return {
        "rows": rows, "remarks": [one["message"] for one in remarks],
        "columns": [Fact(one["column"]).label for one in report.get("columns", [])],
        "left_out": [(Fact(one["column"]).label, one["message"]) for one in report.get("leakage", {}).get("left_out", [])],
        "bands": [
            {"rows": one["rows"], "said": percent(one["predicted"]), "came": percent(one["observed"])}
            for one in report.get("calibration", [])
        ],
    }  # fmt: skip
