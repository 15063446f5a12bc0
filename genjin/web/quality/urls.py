from django.urls import path

from genjin.web.quality.views import duplicates

app_name = "quality"
urlpatterns = [
    path("", duplicates.queue, name="duplicates"),
    path("scan/", duplicates.scan, name="scan"),
    path("progress/", duplicates.progress, name="scan_progress"),
    path("<int:pk>/different/", duplicates.different, name="pair_different"),
    path("<int:pk>/related/", duplicates.related, name="pair_related"),
    path("<int:pk>/reopen/", duplicates.reopen, name="pair_reopen"),
]
