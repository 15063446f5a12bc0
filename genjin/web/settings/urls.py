from django.urls import path

from genjin.web.settings import views

app_name = "settings"
urlpatterns = [
    path("", views.index, name="index"),
]
