from django.urls import path

from genjin.web.campaigns.views import campaigns

app_name = "campaigns"
urlpatterns = [
    path("", campaigns.campaign_list, name="list"),
    path("new/", campaigns.edit, name="add"),
    path("<int:pk>/", campaigns.edit, name="edit"),
    path("<int:pk>/remove/", campaigns.remove, name="remove"),
]
