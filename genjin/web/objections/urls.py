from django.urls import path

from genjin.web.objections import views

app_name = "objections"
urlpatterns = [
    path("objections/", views.objections, name="list"),
    path("objections/<int:pk>/answer/", views.answer, name="answer"),
    path("customers/<int:pk>/objections/new/", views.add, name="add"),
]
