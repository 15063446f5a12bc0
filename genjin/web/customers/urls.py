from django.urls import path

from genjin.web.customers.views import browse, deeds, detail, edit

app_name = "customers"
urlpatterns = [
    path("", browse.customer_list, name="list"),
    path("board/", browse.board, name="board"),
    path("columns/", browse.choose_columns, name="columns"),
    path("views/", browse.keep_view, name="save_view"),
    path("views/<int:pk>/delete/", browse.drop_view, name="drop_view"),
    path("known/", edit.known, name="known"),
    path("assign/", deeds.assign, name="bulk_assign"),
    path("plan/", deeds.plan, name="bulk_plan"),
    path("release/", deeds.release, name="bulk_release"),
    path("grade/", deeds.grade, name="bulk_grade"),
    path("tag/", deeds.tag, name="bulk_tag"),
    path("export/", deeds.export, name="bulk_export"),
    path("<int:pk>/", detail.detail, name="detail"),
    path("<int:pk>/head/", detail.head, name="head"),
    path("<int:pk>/drawer/", detail.drawer, name="drawer"),
    path("<int:pk>/stream/", detail.stream, name="stream"),
    path("<int:pk>/edit/<slug:group>/", edit.edit, name="edit"),
    path("<int:pk>/contacts/", edit.contact_form, name="contact_add"),
    path("<int:pk>/contacts/<int:contact_pk>/", edit.contact_form, name="contact_edit"),
    path("<int:pk>/contacts/<int:contact_pk>/show/", edit.person, name="contact"),
    path("<int:pk>/contacts/<int:contact_pk>/remove/", edit.contact_remove, name="contact_remove"),
    path("<int:pk>/contacts/<int:contact_pk>/reveal/", edit.reveal, name="reveal"),
    path("<int:pk>/files/", edit.file_add, name="file_add"),
    path("files/<int:pk>/", edit.file_get, name="file"),
    path("files/<int:pk>/remove/", edit.file_remove, name="file_remove"),
    path("<int:pk>/claim/", deeds.claim, name="claim"),
    path("<int:pk>/assign/", deeds.assign, name="assign"),
    path("<int:pk>/release/", deeds.release, name="release"),
    path("<int:pk>/grade/", deeds.grade, name="grade"),
    path("<int:pk>/tag/", deeds.tag, name="tag"),
    path("<int:pk>/stage/", deeds.stage, name="stage"),
    path("<int:pk>/delete/", deeds.delete, name="delete"),
]
