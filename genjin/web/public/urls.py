"""The only pages strangers reach. Their addresses are random or signed."""

from django.urls import path

from genjin.web.public import calendar, care, offer, questionnaire, share, views

app_name = "public"
urlpatterns = [
    path("f/<slug:public_id>/", views.web_form, name="form"),
    path("f/<slug:public_id>/embed/", views.framed_form, name="framed_form"),
    path("q/<slug:key>/", questionnaire.answer, name="questionnaire"),
    path("s/<slug:key>/", share.shared, name="share"),
    path("rate/<slug:key>/", care.survey, name="survey"),
    path("solved/<slug:key>/", care.confirmation, name="confirmation"),
    path("report/<slug:key>/", care.report, name="report"),
    path("o/<slug:key>/", offer.offer, name="offer"),
    path("c/<str:key>/", views.confirm, name="confirm"),
    path("calendar/<slug:key>.ics", calendar.calendar, name="calendar"),
]
