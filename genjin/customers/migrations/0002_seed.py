"""The dictionaries, the first pool and score rule set 1 that ship with Genjin; all editable in Settings."""

from django.db import migrations
from django.utils import timezone

WORDS = {
    "source": [
        "行业展会", "官网留言", "线上推广", "搜索引擎", "转介绍", "合作伙伴推荐", "社交媒体", "陌生拜访", "电话咨询", "邮件咨询",
        "预约上门", "市场活动", "其他",
    ],
    "lost_reason": [
        "预算不足", "选择竞品", "需求变化/取消", "决策链复杂", "立项失败", "价格", "长期无互动", "联系不上", "空号/停机", "非目标客户",
        "重复", "无需求", "同行", "信息错误",
    ],
    "release_reason": ["暂无需求", "联系不上", "非本区域", "精力不足", "其他"],
    "contact_role": ["最终决策人", "影响者", "使用者", "采购", "技术把关", "内线/教练"],
}


def seed(apps, schema_editor):
    Choice = apps.get_model("customers", "Choice")
    for kind, names in WORDS.items():
        Choice.objects.bulk_create(Choice(kind=kind, name=name, position=at) for at, name in enumerate(names))
    apps.get_model("customers", "Pool").objects.create(name="公海")
    apps.get_model("customers", "ScoreRuleSet").objects.create(
        version=1,
        rows=[["industry_fit", 3], ["budget_clear", 2], ["authority_clear", 2]],
        pass_mark=5,
        ordinary_mark=3,
        industries=["制造业", "零售业", "信息技术", "IT服务", "软件", "互联网"],
        published_at=timezone.now(),
    )


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
