"""The working calendar as far as it is published; later years are added in Settings."""

from django.db import migrations

from genjin.kit.working_days import seeded_days


def seed(apps, schema_editor):
    CalendarDay = apps.get_model("followups", "CalendarDay")
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, is_working=is_working) for day, is_working in seeded_days(2024, 2026).items()
    )


class Migration(migrations.Migration):
    dependencies = [("followups", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
