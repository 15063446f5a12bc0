from django.urls import path

from genjin.web.delivery.views import deeds, lists, project, work

app_name = "delivery"
urlpatterns = [
    path("", lists.project_list, name="list"),
    path("timeline/", lists.timeline, name="timeline"),
    path("waiting/", lists.waiting, name="waiting"),
    path("new/", deeds.new, name="add"),
    path("<int:pk>/", project.project, name="project"),
    path("<int:pk>/edit/", deeds.edit, name="edit"),
    path("<int:pk>/kickoff/", deeds.kickoff, name="kickoff"),
    path("<int:pk>/start/", deeds.start, name="start"),
    path("<int:pk>/slip/", deeds.slip, name="slip"),
    path("<int:pk>/deliver/", deeds.deliver, name="deliver"),
    path("<int:pk>/accept/", deeds.accept, name="accept"),
    path("<int:pk>/reopen/", deeds.reopen, name="reopen"),
    path("<int:pk>/stop/", deeds.stop, name="stop"),
    path("<int:pk>/resume/", deeds.resume, name="resume"),
    path("<int:pk>/team/", work.member_add, name="member_add"),
    path("<int:pk>/team/<int:member>/remove/", work.member_remove, name="member_remove"),
    path("<int:pk>/steps/", work.step_add, name="step_add"),
    path("<int:pk>/steps/<int:step>/", work.step_edit, name="step_edit"),
    path("<int:pk>/steps/<int:step>/tick/", work.step_tick, name="step_tick"),
    path("<int:pk>/steps/<int:step>/untick/", work.step_untick, name="step_untick"),
    path("<int:pk>/steps/<int:step>/up/", work.step_up, name="step_up"),
    path("<int:pk>/steps/<int:step>/remove/", work.step_remove, name="step_remove"),
    path("<int:pk>/risks/", work.risk_add, name="risk_add"),
    path("<int:pk>/risks/<int:risk>/", work.risk_edit, name="risk_edit"),
]
