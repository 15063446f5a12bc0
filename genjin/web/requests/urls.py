from django.urls import path

from genjin.web.requests import views

app_name = "requests"
urlpatterns = [
    path("", views.requests, name="list"),
    path("<int:pk>/grant/", views.grant, name="grant"),
    path("<int:pk>/decline/", views.decline, name="decline"),
    path("<int:pk>/withdraw/", views.take_back, name="withdraw"),
]
