"""The first record templates; published versions are never changed, only followed."""

from django.db import migrations
from django.utils import timezone


def prompt(label, weight, hint="", field=""):
    return {"label": label, "weight": weight, "hint": hint, "field": field}


SCOPES = [
    ("", "", [
        prompt("客户现状", 2, "现在怎么做、用什么、有哪些人参与"),
        prompt("需求与痛点", 3, "最想解决什么，为什么现在要解决", "new_needs"),
        prompt("客户原话", 2, "客户自己是怎么说的", "feedback"),
        prompt("顾虑与风险", 1, "还担心什么，谁可能反对", "risks"),
    ]),
    ("lead", "", [
        prompt("怎么知道我们", 1, "从哪里来、看过什么"),
        prompt("现用工具", 2, "现在用什么，用了多久"),
        prompt("需求与痛点", 3, "最想解决什么", "new_needs"),
        prompt("时间与预算", 2, "什么时候要，有没有预算"),
        prompt("客户原话", 2, "客户自己是怎么说的", "feedback"),
    ]),
    ("negotiation", "", [
        prompt("对方案的意见", 3, "哪一条要改，改成什么", "feedback"),
        prompt("价格与条款", 2, "卡在价格、账期还是条款"),
        prompt("决策人与流程", 2, "谁签字，还要经过谁"),
        prompt("竞品情况", 1, "还在和谁谈"),
        prompt("顾虑与风险", 1, "还担心什么", "risks"),
    ]),
    ("", "visit", [
        prompt("到场的人", 2, "谁参加了，各是什么角色", "contact"),
        prompt("看到的情况", 2, "现场、设备、流程"),
        prompt("需求与痛点", 3, "最想解决什么", "new_needs"),
        prompt("客户原话", 2, "客户自己是怎么说的", "feedback"),
        prompt("约定的下一步", 1, "谁、做什么、什么时候", "next_step"),
    ]),
]  # fmt: skip


def seed(apps, schema_editor):
    RecordTemplate = apps.get_model("library", "RecordTemplate")
    now = timezone.now()
    RecordTemplate.objects.bulk_create(
        RecordTemplate(stage=stage, method=method, number=1, prompts=prompts, published_at=now)
        for stage, method, prompts in SCOPES
    )


class Migration(migrations.Migration):
    dependencies = [("library", "0003_record_templates")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
