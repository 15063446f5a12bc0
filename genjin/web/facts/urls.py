from django.urls import path

from genjin.web.facts.views import confirm, facts, figures, lists, missing, samples, terms

app_name = "facts"
urlpatterns = [
    path("customers/<int:pk>/check/", facts.check, name="check"),
    path("customers/<int:pk>/public/", facts.info_add, name="info_add"),
    path("public/<int:pk>/remove/", facts.info_drop, name="info_drop"),
    path("quality/", figures.home, name="home"),
    path("quality/figures/", figures.figures, name="figures"),
    path("quality/facts/", lists.facts, name="list"),
    path("quality/confirm/", confirm.confirm, name="confirm"),
    path("quality/contradictions/", lists.contradicting, name="contradictions"),
    path("quality/samples/", samples.samples, name="samples"),
    path("quality/samples/draw/", samples.sample_draw, name="draw"),
    path("quality/samples/judged/", samples.judged, name="judged"),
    path("quality/samples/<int:pk>/", samples.sample, name="sample"),
    path("quality/items/<int:pk>/pass/", samples.item_pass, name="item_pass"),
    path("quality/items/<int:pk>/return/", samples.item_return, name="item_return"),
    path("quality/missing/", missing.rates, name="missing"),
    path("settings/facts/", terms.terms, name="terms"),
    path("settings/facts/next/", terms.terms_edit, name="terms_edit"),
]
