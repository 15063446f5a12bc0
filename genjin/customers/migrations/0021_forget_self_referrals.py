"""Customers that stand as having referred themselves have been referred by nobody."""

from django.db import migrations
from django.db.models import F


def forget(apps, schema_editor):
    apps.get_model("customers", "Customer").objects.filter(referrer=F("id")).update(referrer=None)


class Migration(migrations.Migration):
    dependencies = [("customers", "0020_review_cycle_words")]
    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
