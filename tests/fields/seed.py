"""The shipped templates, written again where a test's flush has taken them."""

from importlib import import_module

from django.apps import apps

from genjin.fields.models import CollectionTemplate


def seed_templates() -> dict[str, CollectionTemplate]:
    if not CollectionTemplate.objects.exists():
        import_module("genjin.fields.migrations.0002_seed").seed(apps, None)
    return {row.customer_type: row for row in CollectionTemplate.objects.current()}
