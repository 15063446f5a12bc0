from django.urls import path

from genjin.web.care.views import renewals

app_name = "renewals"
urlpatterns = [
    path("", renewals.renewal_list, name="list"),
    path("<int:pk>/", renewals.renewal, name="renewal"),
    path("<int:pk>/plan/", renewals.plan, name="plan"),
    path("<int:pk>/decide/", renewals.decide, name="decide"),
]
