"""Where each address leads: pages, the login door, the API."""

from django.urls import include, path

urlpatterns = [
    path("", include("genjin.web.urls")),
]
