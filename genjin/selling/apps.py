from django.apps import AppConfig


class SellingConfig(AppConfig):
    name = "genjin.selling"
