from django.urls import path

from genjin.web.selling.views import browse, deals, forecast, notes

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
    path("customers/<int:pk>/need-records/", notes.need_add, name="need_add"),
    path("needs/<int:pk>/", notes.need, name="need"),
    path("needs/<int:pk>/edit/", notes.need_edit, name="need_edit"),
    path("customers/<int:pk>/chain/", notes.chain_edit, name="chain_add"),
    path("customers/<int:pk>/chain/verify/", notes.chain_verify, name="chain_verify"),
    path("customers/<int:pk>/chain/<int:member>/", notes.chain_edit, name="chain_edit"),
    path("customers/<int:pk>/chain/<int:member>/remove/", notes.chain_remove, name="chain_remove"),
    path("customers/<int:pk>/competitors/", notes.rival_edit, name="rival_add"),
    path("customers/<int:pk>/competitors/<int:rival>/", notes.rival_edit, name="rival_edit"),
    path("customers/<int:pk>/competitors/<int:rival>/remove/", notes.rival_remove, name="rival_remove"),
    path("customers/<int:pk>/account-plan/", notes.plan_edit, name="account_plan"),
    path("settings/chances/", deals.chance_settings, name="chances"),
]
