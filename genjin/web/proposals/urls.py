from django.urls import path

from genjin.web.proposals import deeds, documents, views, writing

app_name = "proposals"
urlpatterns = [
    path("", views.proposals, name="list"),
    path("for/<int:pk>/", writing.begin, name="begin"),
    path("<int:pk>/", views.proposal, name="proposal"),
    path("<int:pk>/compare/", views.compare, name="compare"),
    path("<int:pk>/next/", deeds.following, name="next"),
    path("<int:pk>/authors/", deeds.authors, name="authors"),
    path("versions/<int:pk>/edit/", writing.edit, name="edit"),
    path("versions/<int:pk>/hand-in/", deeds.hand_in_version, name="hand_in"),
    path("versions/<int:pk>/take-back/", deeds.take_back_version, name="take_back"),
    path("versions/<int:pk>/send/", deeds.send, name="send"),
    path("versions/<int:pk>/feedback/", deeds.feedback, name="feedback"),
    path("versions/<int:pk>/share/", deeds.share_version, name="share"),
    path("versions/<int:pk>/files/", deeds.file_add, name="file_add"),
    path("versions/<int:pk>/files/<int:file_pk>/drop/", deeds.file_drop, name="file_drop"),
    path("versions/<int:pk>/print/", documents.printed, name="print"),
    path("versions/<int:pk>/word/", documents.word, name="word"),
    path("links/<int:pk>/revoke/", deeds.revoke_link, name="revoke"),
]
