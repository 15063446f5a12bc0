from django.urls import path

from genjin.web.gates.views import evidence, stage

app_name = "gates"
urlpatterns = [
    path("customers/<int:pk>/evidence/", evidence.add, name="evidence_add"),
    path("customers/<int:pk>/exception/", stage.exception, name="exception"),
    path("evidence/<int:pk>/withdraw/", evidence.withdraw, name="evidence_withdraw"),
]
