from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "genjin.events"
