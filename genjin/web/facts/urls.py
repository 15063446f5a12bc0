from django.urls import path

from genjin.web.facts.views import confirm, facts, terms

app_name = "facts"
urlpatterns = [
    path("customers/<int:pk>/check/", facts.check, name="check"),
    path("customers/<int:pk>/public/", facts.info_add, name="info_add"),
    path("public/<int:pk>/remove/", facts.info_drop, name="info_drop"),
    path("quality/confirm/", confirm.confirm, name="confirm"),
    path("settings/facts/", terms.terms, name="terms"),
    path("settings/facts/next/", terms.terms_edit, name="terms_edit"),
]
