"""The terms of the three grades that ship with Genjin; followed by versions of one's own in Settings."""

from django.db import migrations
from django.utils import timezone

SAME = {"first_response_hours": 24, "min_gap_days": None, "most_per_week": None, "template": "", "reviewer": "lead"}
TERMS = {
    "A": SAME | {"max_gap_days": 7, "most_per_week": 2, "touches": 5, "channels": ["phone", "wechat", "visit"],
                 "content": "解决疑虑，推动方案落地：定制方案与案例佐证，争取一小时沟通"},
    "B": SAME | {"max_gap_days": 14, "touches": 3, "channels": ["phone", "email"], "content": "案例、资料与行业资讯，引导需求明确"},
    "C": SAME | {"max_gap_days": 30, "min_gap_days": 30, "touches": 1, "channels": ["wechat", "email"],
                 "content": "节日问候与产品科普，等待时机，避免过度打扰"},
}  # fmt: skip


def seed(apps, schema_editor):
    policy = apps.get_model("followups", "GradePolicy")
    policy.objects.create(version=1, terms=TERMS, dormant_days=60, published_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("followups", "0008_grade_policy")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
