from django.urls import path

from genjin.web.exports import taking, views

app_name = "exports"
urlpatterns = [
    path("", views.export_list, name="list"),
    path("new/", taking.begin, name="begin"),
    path("<int:pk>/", views.export, name="export"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/file/", views.file, name="file"),
]
