from django.urls import path

from genjin.web.settings.views import company, lists, own, people, records, rules

app_name = "settings"
urlpatterns = [
    path("", own.index, name="index"),
    path("tokens/", own.tokens, name="tokens"),
    path("tokens/new/", own.token_issue, name="token_issue"),
    path("tokens/<int:pk>/revoke/", own.token_revoke, name="token_revoke"),
    path("users/", people.users, name="users"),
    path("users/new/", people.user_add, name="user_add"),
    path("users/<int:pk>/", people.user_edit, name="user_edit"),
    path("users/<int:pk>/link/", people.user_link, name="user_link"),
    path("teams/", people.teams, name="teams"),
    path("teams/new/", people.team_edit, name="team_add"),
    path("teams/<int:pk>/", people.team_edit, name="team_edit"),
    path("teams/<int:pk>/remove/", people.team_remove, name="team_remove"),
    path("rights/", people.rights, name="rights"),
    path("rules/", rules.rules, name="rules"),
    path("rules/next/", rules.rules_edit, name="rules_edit"),
    path("bin/", records.recycle_bin, name="bin"),
    path("bin/<int:pk>/restore/", records.restore, name="restore"),
    path("log/", records.event_log, name="log"),
    path("calendar/", company.calendar, name="calendar"),
    path("calendar/day/", company.day_edit, name="day"),
    path("calendar/load/", company.year_load, name="year_load"),
    path("calendar/<slug:day>/remove/", company.day_remove, name="day_remove"),
    path("system/", company.system, name="system"),
    *lists.choices,
    *lists.tags,
    *lists.pools,
    *lists.absences,
]
