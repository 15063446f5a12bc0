from django.urls import path

from genjin.web.selling.views import browse, deals, forecast

app_name = "selling"
urlpatterns = [
    path("opportunities/", browse.opportunity_list, name="list"),
    path("opportunities/board/", browse.board, name="board"),
    path("opportunities/forecast/", forecast.overview, name="forecast"),
    path("opportunities/columns/", browse.choose_columns, name="columns"),
    path("opportunities/views/", browse.keep_view, name="save_view"),
    path("opportunities/views/<int:pk>/drop/", browse.drop_view, name="drop_view"),
    path("opportunities/new/", deals.add, name="add"),
    path("opportunities/<int:pk>/", deals.detail, name="detail"),
    path("opportunities/<int:pk>/edit/", deals.edit, name="edit"),
    path("opportunities/<int:pk>/stage/", deals.stage, name="stage"),
    path("settings/chances/", deals.chance_settings, name="chances"),
]
