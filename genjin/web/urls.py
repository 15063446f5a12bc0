"""Every page's address."""

from django.urls import include, path

from genjin.web.customers.views import browse, edit
from genjin.web.edits import views as edits
from genjin.web.followups import views as followups
from genjin.web.home import team
from genjin.web.home import views as home
from genjin.web.notices import mine
from genjin.web.settings.views import own
from genjin.web.shell.live import here, live

urlpatterns = [
    path("", home.workbench, name="home"),
    path("todo/", home.todo, name="todo"),
    path("team/", team.lines, name="team"),
    path("reports/", include("genjin.web.reports.urls")),
    path("reviews/", include("genjin.web.reviews.urls")),
    path("live/", live, name="live"),
    path("live/<int:pk>/", here, name="here"),
    path("me/", own.profile, name="profile"),
    path("me/notices/", mine.habits, name="my_notices"),
    path("me/calendar/", mine.feed_make, name="feed_make"),
    path("me/calendar/end/", mine.feed_end, name="feed_end"),
    path("search/", browse.find, name="search"),
    path("new/", edit.create, name="quick_create"),
    path("record/", followups.quick, name="quick_followup"),
    path("customers/duplicates/", include("genjin.web.quality.urls")),
    path("customers/edit/", edits.edit, name="bulk_edit"),
    path("customers/", include("genjin.web.customers.urls")),
    path("edits/", include("genjin.web.edits.urls")),
    path("campaigns/", include("genjin.web.campaigns.urls")),
    path("drafts/", include("genjin.web.drafts.urls")),
    path("forms/", include("genjin.web.campaigns.form_urls")),
    path("questionnaires/", include("genjin.web.campaigns.questionnaire_urls")),
    path("imports/", include("genjin.web.intake.urls")),
    path("exports/", include("genjin.web.exports.urls")),
    path("", include("genjin.web.followups.urls")),
    path("", include("genjin.web.facts.urls")),
    path("notices/", include("genjin.web.notices.urls")),
    path("library/", include("genjin.web.library.urls")),
    path("", include("genjin.web.gates.urls")),
    path("", include("genjin.web.selling.urls")),
    path("", include("genjin.web.care.urls")),
    path("renewals/", include("genjin.web.care.renewal_urls")),
    path("proposals/", include("genjin.web.proposals.urls")),
    path("", include("genjin.web.objections.urls")),
    path("usage/", include("genjin.web.care.usage_urls")),
    path("churn/", include("genjin.web.care.churn_urls")),
    path("requests/", include("genjin.web.requests.urls")),
    path("contracts/", include("genjin.web.contracts.urls")),
    path("payments/", include("genjin.web.payments.urls")),
    path("deliveries/", include("genjin.web.delivery.urls")),
    path("journey/", include("genjin.web.journey.urls")),
    path("", include("genjin.web.insights.urls")),
    path("routing/", include("genjin.web.routing.urls")),
    path("", include("genjin.web.public.urls")),
    path("settings/", include("genjin.web.settings.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
]
