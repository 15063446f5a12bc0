from django.urls import path

from genjin.web.care.views import deeds, figures, links, overview, surveys, tickets

app_name = "care"
urlpatterns = [
    path("care/", overview.overview, name="overview"),
    path("surveys/", surveys.survey_list, name="surveys"),
    path("surveys/figures/", figures.figures, name="figures"),
    path("surveys/<int:pk>/", surveys.survey, name="survey"),
    path("surveys/<int:pk>/answer/", surveys.answer, name="survey_answer"),
    path("surveys/<int:pk>/send/", surveys.send, name="survey_send"),
    path("surveys/<int:pk>/revoke/", surveys.revoke, name="survey_revoke"),
    path("surveys/<int:pk>/qr.svg", surveys.qr, name="survey_qr"),
    path("surveys/<int:pk>/call-off/", surveys.call_off, name="survey_call_off"),
    path("customers/<int:pk>/survey/", surveys.add, name="survey_add"),
    path("tickets/", tickets.ticket_list, name="tickets"),
    path("tickets/<int:pk>/", tickets.ticket, name="ticket"),
    path("tickets/<int:pk>/accept/", deeds.accept, name="ticket_accept"),
    path("tickets/<int:pk>/decline/", deeds.decline, name="ticket_decline"),
    path("tickets/<int:pk>/answer/", deeds.answer, name="ticket_answer"),
    path("tickets/<int:pk>/solve/", deeds.solve, name="ticket_solve"),
    path("tickets/<int:pk>/confirm/", deeds.confirm, name="ticket_confirm"),
    path("tickets/<int:pk>/reopen/", deeds.reopen, name="ticket_reopen"),
    path("tickets/<int:pk>/merge/", deeds.merge, name="ticket_merge"),
    path("tickets/<int:pk>/hand-on/", deeds.hand_on, name="ticket_hand_on"),
    path("tickets/<int:pk>/change/", deeds.change, name="ticket_change"),
    path("tickets/<int:pk>/note/", deeds.note, name="ticket_note"),
    path("customers/<int:pk>/ticket/", deeds.add, name="ticket_add"),
    path("tasks/<int:pk>/ticket/", deeds.of_task, name="ticket_of_task"),
    path("customers/<int:pk>/report-link/", links.make, name="report_link"),
    path("report-links/<int:pk>/revoke/", links.revoke, name="report_link_revoke"),
    path("report-links/<int:pk>/qr.svg", links.qr, name="report_link_qr"),
]
