from django.urls import path

from genjin.web.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.notices, name="list"),
    path("count/", views.count, name="count"),
    path("read/", views.read_all, name="read_all"),
    path("<int:pk>/", views.follow, name="open"),
    path("<int:pk>/read/", views.read, name="read"),
]
