"""The catalogue of figures as a page: `python -m genjin.cli.metrics > docs/metrics.md`."""

import os
import sys

HEAD = """# Every figure, with its formula

Made from `genjin/insights/queries/catalogue/` by `python -m genjin.cli.metrics > docs/metrics.md`; a test holds the two together.
Each figure is counted from the rows of one fact and opens exactly these, with the viewer's rights; API: `/metrics/{name}`
and `/metrics/{name}/records`. *These days* are the days asked for. Each can be cut by person, team, source, campaign, industry,
province, type, grade, stage, by its own splits below and, where its rows happened on a day, by day, week, month, quarter and year.

"""


def page() -> str:
    """Return the page as Markdown, in English."""
    from django.utils.translation import override

    from genjin.insights.queries.catalogue import GROUPS, METRICS

    with override("en"):
        lines = [HEAD]
        for group, words in GROUPS.items():
            lines.append(
                f"## {words}\n\n| name | figure | formula | unit | own splits |\n|---|---|---|---|---|\n"
            )
            for metric in METRICS.values():
                if metric.group == group:
                    own = ", ".join(key for key, one in metric.fact.splits.items() if not one.is_number)
                    lines.append(
                        f"| `{metric.key}` | {metric.name} | {metric.formula} | {metric.unit.label} | {own} |\n"
                    )
            lines.append("\n")
    return "".join(lines).rstrip("\n") + "\n"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "genjin.config.settings")
    import django

    django.setup()
    sys.stdout.write(page())
