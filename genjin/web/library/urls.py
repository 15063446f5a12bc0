from django.urls import path

from genjin.web.library import templates, views

app_name = "library"
urlpatterns = [
    path("", views.entry_list, name="list"),
    path("new/", views.edit, name="add"),
    path("<int:pk>/", views.entry, name="entry"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/remove/", views.remove, name="remove"),
    path("<int:pk>/file/", views.file, name="file"),
    path("templates/", templates.template_list, name="templates"),
    path("templates/next/", templates.template_edit, name="template_edit"),
    path("templates/<int:pk>/", templates.template, name="template"),
    path("for/<int:pk>/", views.insert, name="insert"),
]
