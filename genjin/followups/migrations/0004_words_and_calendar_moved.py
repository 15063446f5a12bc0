from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_working_days"),
        ("followups", "0003_recycle_clocks_and_absence"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(name="Absence"),
                migrations.DeleteModel(name="CalendarDay"),
            ]
        )
    ]
