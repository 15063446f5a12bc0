from django.urls import path, register_converter

from genjin.insights.queries.catalogue import GROUPS
from genjin.web.insights.views import chances, cohorts, hours, metric, overview, ranking, sheets, targets


class Group:
    """The name of a group of figures."""

    regex = "|".join(GROUPS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Group, "group")
app_name = "insights"
urlpatterns = [
    path("insights/", overview.overview, name="overview"),
    path("insights/chances/", chances.chances, name="chances"),
    path("insights/cohorts/", cohorts.table, name="cohorts"),
    path("insights/cohorts/records/", cohorts.rows, name="cohort_records"),
    path("insights/hours/", hours.hours, name="hours"),
    path("insights/targets/", targets.targets, name="targets"),
    path("insights/targets/now/", targets.now, name="targets_now"),
    path("insights/targets/sheet/", sheets.targets, name="targets_sheet"),
    path("insights/ranking/sheet/", sheets.ranking, name="ranking_sheet"),
    path("insights/cohorts/sheet/", sheets.cohorts, name="cohorts_sheet"),
    path("insights/figures/<slug:key>/sheet/", sheets.figure, name="sheet"),
    path("insights/ranking/", ranking.ranking, name="ranking"),
    path("settings/rankings/", ranking.settings, name="ranking_settings"),
    path("insights/<group:group>/", overview.group, name="group"),
    path("insights/figures/<slug:key>/", metric.metric, name="metric"),
    path("insights/figures/<slug:key>/records/", metric.rows, name="records"),
]
