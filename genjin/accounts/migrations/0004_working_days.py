import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The working calendar moves here from the floor of following up: who tells people of things needs it, too."""

    dependencies = [
        ("accounts", "0003_requests"),
        ("followups", "0003_recycle_clocks_and_absence"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE followups_calendarday RENAME TO accounts_calendarday;"
                    "ALTER TABLE followups_absence RENAME TO accounts_absence;",
                    "ALTER TABLE accounts_calendarday RENAME TO followups_calendarday;"
                    "ALTER TABLE accounts_absence RENAME TO followups_absence;",
                )
            ],
            state_operations=[
                migrations.CreateModel(
                    name="CalendarDay",
                    fields=[
                        ("day", models.DateField(primary_key=True, serialize=False)),
                        ("is_working", models.BooleanField()),
                        ("name", models.CharField(blank=True, max_length=40)),
                    ],
                ),
                migrations.CreateModel(
                    name="Absence",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("starts_on", models.DateField(verbose_name="first day")),
                        ("ends_on", models.DateField(verbose_name="last day")),
                        ("note", models.CharField(blank=True, max_length=80, verbose_name="note")),
                        ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="absences", to=settings.AUTH_USER_MODEL, verbose_name="who is away")),
                    ],
                    options={"ordering": ["-ends_on", "-id"]},
                ),
                migrations.AddConstraint(
                    model_name="absence",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="absence_in_order"
                    ),
                ),
            ],
        )
    ]
