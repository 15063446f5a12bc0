from django.urls import path

from genjin.web.care.views import usage, usage_figures, usage_rules

app_name = "usage"
urlpatterns = [
    path("", usage.proposal_list, name="list"),
    path("referrals/", usage.referral_list, name="referrals"),
    path("proposals/<int:pk>/", usage.proposal, name="proposal"),
    path("proposals/<int:pk>/plan/", usage.plan, name="plan"),
    path("proposals/<int:pk>/confirm/", usage.confirm, name="confirm"),
    path("proposals/<int:pk>/dismiss/", usage.dismiss, name="dismiss"),
    path("figures/", usage_figures.figure_list, name="figures"),
    path("sheet/", usage_figures.sheet, name="sheet"),
    path("sheet/take/", usage_figures.take, name="take"),
    path("sheet/template.csv", usage_figures.template, name="template"),
    path("customers/<int:pk>/figures/", usage_figures.record_one, name="record"),
    path("customers/<int:pk>/propose/", usage.propose_one, name="propose"),
    path("customers/<int:pk>/referral/", usage.referral, name="referral"),
    path("rules/", usage_rules.rule_list, name="rules"),
    path("rules/new/", usage_rules.edit, name="rule_add"),
    path("rules/<int:pk>/", usage_rules.edit, name="rule_edit"),
    path("rules/<int:pk>/hits/", usage_rules.rule_hits, name="rule_hits"),
    path("rules/<int:pk>/remove/", usage_rules.remove, name="rule_remove"),
]
