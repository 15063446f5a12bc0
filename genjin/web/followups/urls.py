from django.urls import path

from genjin.web.followups import asks, deadlines, greetings, issues, plan_views, promises, records, views

app_name = "followups"
urlpatterns = [
    path("tasks/", views.task_list, name="tasks"),
    path("tasks/<int:pk>/", asks.task, name="task"),
    path("tasks/<int:pk>/ask-back/", asks.ask_back, name="ask_back"),
    path("tasks/<int:pk>/explain/", asks.explain, name="explain"),
    path("tasks/<int:pk>/reopen/", asks.reopen, name="reopen"),
    path("customers/<int:pk>/ask/", asks.ask, name="ask"),
    path("tasks/<int:pk>/done/", views.done, name="done"),
    path("tasks/<int:pk>/postpone/", views.postpone, name="postpone"),
    path("tasks/<int:pk>/hand-on/", views.hand_on, name="hand_on"),
    path("tasks/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("tasks/<int:pk>/materials/", views.materials, name="materials"),
    path("deadlines/", deadlines.deadlines, name="deadlines"),
    path("greetings/", greetings.greeting_list, name="greetings"),
    path("greetings/<int:pk>/", greetings.greeting_done, name="greet"),
    path("promises/", promises.promise_list, name="promises"),
    path("followups/<int:pk>/settle/", issues.settle, name="settle"),
    path("plans/", plan_views.plans, name="plans"),
    path("plans/<int:pk>/acknowledge/", plan_views.acknowledge, name="acknowledge_plan"),
    path("plans/<int:pk>/return/", plan_views.give_back, name="return_plan"),
    path("customers/<int:pk>/plan/", plan_views.file, name="file_plan"),
    path("customers/<int:pk>/followups/", views.record, name="record"),
    path("customers/<int:pk>/prompts/", views.prompts, name="prompts"),
    path("records/", records.record_list, name="records"),
    path("records/quality/", records.figures, name="quality"),
    path("customers/<int:pk>/tasks/", views.add, name="add"),
]
