import django.db.models.deletion
from django.db import migrations, models

STANDING = """
CREATE VIEW insights_standing AS
WITH changes AS (
    SELECT id * 2 AS id, customer_id, at, false AS is_stage, target::text AS grade, NULL::text AS stage
    FROM customers_gradechange WHERE NOT is_proposal
    UNION ALL
    SELECT id * 2 + 1, customer_id, at, true, NULL, target FROM customers_stagechange
), numbered AS (
    SELECT id, customer_id, at, grade, stage, lead(at) OVER told AS until, count(grade) OVER told AS grades, count(stage) OVER told AS stages
    FROM changes WINDOW told AS (PARTITION BY customer_id ORDER BY at, is_stage, id)
), standing AS (
    SELECT id, customer_id, at AS since, until,
        coalesce(max(grade) OVER (PARTITION BY customer_id, grades), '') AS grade,
        coalesce(max(stage) OVER (PARTITION BY customer_id, stages), '') AS stage
    FROM numbered
)
SELECT id, customer_id, since, until, grade, stage FROM standing WHERE until IS NULL OR until > since
"""


class Migration(migrations.Migration):
    """How customers stood between two changes, for what the roll-up counts once; numbers are found in their index alone."""

    dependencies = [("insights", "0004_rollup"), ("customers", "0022_not_referred_by_itself")]

    operations = [
        migrations.RunSQL(STANDING, "DROP VIEW insights_standing"),
        migrations.CreateModel(
            name="Standing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("grade", models.CharField(blank=True, max_length=1)),
                ("stage", models.CharField(blank=True, max_length=12)),
                ("customer", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="customers.customer")),
            ],
            options={"managed": False, "db_table": "insights_standing"},
        ),
        migrations.RemoveIndex("factrow", "factrow_numbers"),
        migrations.AddIndex(
            "factrow",
            models.Index(
                condition=models.Q(("number__isnull", False)), fields=["fact", "day"], name="factrow_numbers",
                include=("number", "m0", "m1", "m2", "owner", "person", "customer", "splits"),
            ),
        ),
    ]
