from django.urls import path

from genjin.web.gates.views import evidence, stage, status

app_name = "gates"
urlpatterns = [
    path("customers/<int:pk>/evidence/", evidence.add, name="evidence_add"),
    path("customers/<int:pk>/exception/", stage.exception, name="exception"),
    path("customers/status/", status.status, name="status"),
    path("customers/status/confirm/", status.still_so_all, name="still_so_all"),
    path("customers/<int:pk>/still-so/", status.still_so, name="still_so"),
    path("evidence/<int:pk>/withdraw/", evidence.withdraw, name="evidence_withdraw"),
]
