from django.urls import path

from genjin.web.requests import views

app_name = "requests"
urlpatterns = [
    path("", views.requests, name="list"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/grant/", views.grant, name="grant"),
    path("<int:pk>/decline/", views.decline, name="decline"),
    path("<int:pk>/withdraw/", views.take_back, name="withdraw"),
    path("<int:pk>/add-signer/", views.add, name="add_signer"),
    path("<int:pk>/hand-on/", views.pass_on, name="hand_on"),
]
