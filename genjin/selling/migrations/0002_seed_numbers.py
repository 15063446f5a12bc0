from django.db import migrations

RULES = (("proposal", "FA-{year}{month}-{n}", "month"), ("contract", "HT-{year}-{n}", "year"), ("ticket", "GD-{year}{month}-{n}", "month"))


def seed(apps, schema_editor):
    rules = apps.get_model("selling", "NumberRule")
    for kind, pattern, reset in RULES:
        rules.objects.get_or_create(kind=kind, defaults={"pattern": pattern, "reset": reset, "digits": 3})


class Migration(migrations.Migration):

    dependencies = [
        ('selling', '0001_initial'),
    ]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
