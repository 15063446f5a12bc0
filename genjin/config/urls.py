"""Where each address leads: pages, the login door, the API."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("genjin.api.urls")),
    path("", include("genjin.web.urls")),
]

handler400 = "genjin.web.shell.errors.bad_request"
handler403 = "genjin.web.shell.errors.forbidden"
handler404 = "genjin.web.shell.errors.not_found"
handler500 = "genjin.web.shell.errors.broken"
