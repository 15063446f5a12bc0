from django.urls import path

from genjin.web.journey import views

app_name = "journey"
urlpatterns = [path("<slug:kind>/<int:pk>/", views.lineage, name="lineage")]
