from django.urls import path

from genjin.web.care.views import churn, churn_figures

app_name = "churn"
urlpatterns = [
    path("", churn.alert_list, name="list"),
    path("<int:pk>/", churn.alert, name="alert"),
    path("<int:pk>/act/", churn.act, name="act"),
    path("<int:pk>/answer/", churn.answer, name="answer"),
    path("<int:pk>/plan/", churn.plan, name="plan"),
    path("<int:pk>/result/", churn.result, name="result"),
    path("accuracy/", churn_figures.accuracy, name="accuracy"),
    path("replay/", churn_figures.replay_past, name="replay"),
    path("tonight/", churn_figures.tonight, name="tonight"),
    path("weights/", churn_figures.weights, name="weights"),
    path("weights/<int:pk>/confirm/", churn_figures.confirm, name="weights_confirm"),
    path("weights/<int:pk>/dismiss/", churn_figures.dismiss, name="weights_dismiss"),
]
