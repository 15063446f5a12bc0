from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "genjin.web"
