from django.db import migrations

HOURS = (
    ("complaint", "urgent", 1, 8, False), ("complaint", "high", 4, 24, False), ("complaint", "normal", 9, 27, True),
    ("complaint", "low", 18, 45, True), ("request", "urgent", 2, 24, False), ("request", "high", 4, 18, True),
    ("request", "normal", 9, 45, True), ("request", "low", 18, 90, True),
)


def seed(apps, schema_editor):
    policies = apps.get_model("care", "TicketPolicy")
    for kind, priority, answer, solve, working in HOURS:
        policies.objects.get_or_create(
            kind=kind, priority=priority, defaults={"answer_hours": answer, "solve_hours": solve, "in_working_hours": working}
        )


class Migration(migrations.Migration):

    dependencies = [
        ('care', '0001_initial'),
    ]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
