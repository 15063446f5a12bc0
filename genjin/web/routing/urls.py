from django.urls import path

from genjin.web.routing import absences, handover, proposals, rules, views

app_name = "routing"
urlpatterns = [
    path("", views.unassigned, name="unassigned"),
    path("give/", views.give, name="give"),
    path("leaving/", views.leaving_soon, name="leaving"),
    path("proposals/", proposals.proposals, name="proposals"),
    path("proposals/<int:pk>/give/", proposals.give_on, name="give_on"),
    path("absences/", absences.mine, name="my_absences"),
    path("absences/new/", absences.new, name="absence_new"),
    path("runs/", views.runs, name="runs"),
    path("runs/<int:pk>/", views.run, name="run"),
    path("runs/<int:pk>/undo/", views.undo, name="undo"),
    path("rules/", rules.rules, name="rules"),
    path("rules/<slug:kind>/new/", rules.edit, name="rule_add"),
    path("rules/<slug:kind>/<int:pk>/", rules.edit, name="rule_edit"),
    path("rules/<slug:kind>/<int:pk>/remove/", rules.remove, name="rule_remove"),
    path("rules/<slug:kind>/tonight/", rules.tonight, name="tonight"),
    path("handovers/", handover.handovers, name="handovers"),
    path("handovers/new/", handover.new, name="handover_new"),
    path("handovers/<int:pk>/", handover.handover, name="handover"),
    path("handovers/<int:pk>/accept/", handover.accept, name="handover_accept"),
    path("handovers/<int:pk>/decline/", handover.decline, name="handover_decline"),
    path("handovers/<int:pk>/withdraw/", handover.withdraw, name="handover_withdraw"),
    path("customers/<int:pk>/extension/", views.extension, name="extension"),
    path("customers/<int:pk>/lock/", views.lock, name="lock"),
]
