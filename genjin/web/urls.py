"""Every page's address."""

from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("", lambda _request: HttpResponse("ok"), name="home")]
