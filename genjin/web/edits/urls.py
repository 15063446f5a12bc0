from django.urls import path

from genjin.web.edits import views

app_name = "edits"
urlpatterns = [
    path("", views.edit_list, name="list"),
    path("<int:pk>/", views.batch, name="batch"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/undo/", views.undo, name="undo"),
]
