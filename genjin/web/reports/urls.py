from django.urls import path

from genjin.web.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.write, name="new"),
    path("<int:pk>/", views.report, name="report"),
    path("<int:pk>/comment/", views.comment, name="comment"),
]
