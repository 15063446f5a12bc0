from django.urls import path

from genjin.web.campaigns.views import campaigns, returns

app_name = "campaigns"
urlpatterns = [
    path("", campaigns.campaign_list, name="list"),
    path("returns/", returns.returns, name="returns"),
    path("returns/<slug:by>/<int:key>/<slug:what>/", returns.rows, name="returns_rows"),
    path("new/", campaigns.edit, name="add"),
    path("<int:pk>/", campaigns.edit, name="edit"),
    path("<int:pk>/remove/", campaigns.remove, name="remove"),
]
