"""The rule that ships: A 14, B 30, C 60 days without effective contact, 180 without a deal; editable in Settings."""

from django.db import migrations


def seed(apps, schema_editor):
    pool = apps.get_model("customers", "Pool").objects.order_by("id").first()
    if pool is not None:
        apps.get_model("routing", "RecycleRule").objects.create(name="默认回收规则", pool=pool, position=100)


class Migration(migrations.Migration):
    dependencies = [("routing", "0001_initial"), ("customers", "0002_seed")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
