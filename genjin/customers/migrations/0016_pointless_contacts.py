"""Reasons after which a further contact is pointless: nobody is held to the number of contacts the grade asks for."""

from django.db import migrations

WORDS = {
    "lost_reason": ["空号/停机", "重复", "同行", "信息错误", "非目标客户"],
    "release_reason": ["非本区域"],
}


def mark(apps, schema_editor):
    Choice = apps.get_model("customers", "Choice")
    for kind, names in WORDS.items():
        Choice.objects.filter(kind=kind, name__in=names).update(waives_touches=True)


class Migration(migrations.Migration):
    dependencies = [("customers", "0015_grade_proposals")]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
