from django.urls import path

from genjin.web.drafts import views

app_name = "drafts"
urlpatterns = [
    path("", views.draft_list, name="list"),
    path("photos/", views.photos, name="photos"),
    path("<int:pk>/", views.draft, name="draft"),
    path("<int:pk>/attach/", views.attach, name="attach"),
    path("<int:pk>/ticket/", views.ticket, name="ticket"),
    path("<int:pk>/drop/", views.drop, name="drop"),
    path("files/<int:pk>/", views.file_get, name="file"),
]
