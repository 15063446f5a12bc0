from django.urls import path

from genjin.web.campaigns.views import answers, questionnaires

app_name = "questionnaires"
urlpatterns = [
    path("", questionnaires.questionnaire_list, name="list"),
    path("new/", questionnaires.edit, name="add"),
    path("<int:pk>/", questionnaires.edit, name="edit"),
    path("<int:pk>/remove/", questionnaires.remove, name="remove"),
    path("links/<int:pk>/revoke/", answers.revoke, name="revoke"),
    path("links/<int:pk>/qr.svg", answers.qr, name="qr"),
    path("proposals/<int:pk>/", answers.decide, name="decide"),
]
