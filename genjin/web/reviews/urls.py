from django.urls import path

from genjin.web.reviews import deeds, papers, views

app_name = "reviews"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", deeds.new, name="new"),
    path("<int:pk>/", views.review, name="review"),
    path("<int:pk>/conclusions/", deeds.conclusions, name="conclusions"),
    path("<int:pk>/actions/", deeds.action, name="action"),
    path("<int:pk>/count/", deeds.count, name="count"),
    path("<int:pk>/word/", papers.word, name="word"),
    path("<int:pk>/sheet/", papers.sheet, name="sheet"),
    path("<int:pk>/publish/", deeds.publish, name="publish"),
    path("actions/<int:pk>/settle/", deeds.settle, name="settle"),
    path("actions/<int:pk>/remove/", deeds.remove, name="remove"),
]
