from django.urls import path

from genjin.web.care.views import overview

app_name = "care"
urlpatterns = [
    path("care/", overview.overview, name="overview"),
]
