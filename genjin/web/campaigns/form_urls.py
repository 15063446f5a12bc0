from django.urls import path

from genjin.web.campaigns.views import webforms

app_name = "forms"
urlpatterns = [
    path("", webforms.form_list, name="list"),
    path("new/", webforms.edit, name="add"),
    path("<int:pk>/", webforms.detail, name="detail"),
    path("<int:pk>/edit/", webforms.edit, name="edit"),
    path("<int:pk>/remove/", webforms.remove, name="remove"),
    path("<int:pk>/qr.svg", webforms.qr_svg, name="qr_svg"),
    path("<int:pk>/qr.png", webforms.qr_png, name="qr_png"),
    path("entries/<int:pk>/judge/", webforms.judge, name="judge"),
]
