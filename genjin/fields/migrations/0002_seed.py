"""The two shipped templates: 客户信息收集表 (S1-19) for new and key customers, 跟进记录表 with the fields of the funnel (S2-23, S3-20) for existing ones.

What contracts and deliveries hold one day is asked by own fields until then.
"""

from django.db import migrations
from django.utils import timezone

OWN = (  # key, label, kind, options
    ("f1", "方案编号", "text", []),
    ("f2", "方案内容", "long_text", []),
    ("f3", "客户对方案评价", "choice", ["很满意", "满意", "一般", "不满意", "很不满意"]),
    ("f4", "合同编号", "text", []),
    ("f5", "合同金额", "money", []),
    ("f6", "签订日期", "date", []),
    ("f7", "合同到期日", "date", []),
    ("f8", "付款节点", "table", ["节点", "比例或金额", "触发", "期限"]),
    ("f9", "合同状态", "choice", ["待审核", "已签订", "履行中"]),
    ("f10", "交付负责人", "person", []),
    ("f11", "交付开始时间", "date", []),
    ("f12", "预计交付时间", "date", []),
    ("f13", "实际交付时间", "date", []),
    ("f14", "交付验收记录", "long_text", []),
    ("f15", "异议处理记录", "table", ["异议", "答复", "客户接受程度"]),
)


def item(key, weight=1, question="", *, required=False, help=""):
    return {"key": key, "is_required": required, "must": key == "name", "weight": weight, "help": help, "question": question}


def must(key, question="", weight=2, help=""):
    return item(key, weight, question, required=True, help=help)


COLLECTION = [
    {"title": "基础信息", "items": [
        must("name", help="写全称,不写简称。"), must("customer_type"), must("industry", "贵公司主要服务哪个行业?", help="两级,如:制造业-汽车零部件。"),
        item("founded_on", 1, "贵公司是哪一年成立的?", help="只知道年份就写年份,如:2015年。"),
        must("size", "公司现在大概有多少位同事?"), item("revenue", 1, "方便了解一下贵公司去年的营业规模大致在哪个区间吗?", help="写区间,如:1-3亿元。"),
    ]},
    {"title": "联系信息", "items": [
        must("contact.name", "请问怎么称呼您?"), must("contact.job_title", "您在公司主要负责哪方面的工作?"),
        must("contact.phone", "留个方便联系的电话,有资料好及时发给您?"), item("contact.email", 1, "资料发到哪个邮箱方便您查看?"),
    ]},
    {"title": "业务与需求", "items": [
        item("main_business", 1, "贵公司目前的主营业务有哪些?"), item("target_customers", 1, "你们主要服务哪些客户?"),
        must("pain_points", "目前在这方面最想改善的是哪几点?", help="分条写。"), item("desired_cooperation", 1, "您希望我们在哪些方面帮到您?"),
        must("budget", "这个项目有没有大致的投入计划,我们好按这个范围准备方案?"),
        must("decision_process", "这类事情一般由哪些部门一起看,最后由谁来定?", help="按先后写,如:采购经理→技术总监→总经理。"),
    ]},
    {"title": "合作与跟进", "items": [
        item("past_projects", 1, "之前有没有和同行合作过类似的项目?"), item("satisfaction_score", 1, "上次合作,您给我们打几分(1 到 5)?"),
        item("last_contact"), must("next_action", "下次我们什么时候再沟通比较方便?"), item("commitments", help="答应了对方什么,到什么时候。"), item("notes", 0),
    ]},
]
KEY = [
    COLLECTION[0] | {"items": [*COLLECTION[0]["items"], item("industry_rank", 1, "在行业里大概处在什么位置?"), item("news", 1)]},
    COLLECTION[1],
    COLLECTION[2] | {"items": [*COLLECTION[2]["items"], must("competitors", "目前还在比较哪几家?"), item("purchase", 1, "计划什么时候定下来?")]},
    COLLECTION[3],
]
RECORD = [
    {"title": "客户基本信息", "items": [
        must("name", help="写公司全称。"), must("industry"), must("size", help="员工人数或年营收。"), must("region", help="注册区域。"), must("source"), must("grade"), item("stage"),
    ]},
    {"title": "关键联系人", "items": [must("contact.name"), must("contact.job_title"), must("contact.phone"), item("contact.email"), item("contact.notes", 0)]},
    {"title": "需求与方案", "items": [
        must("need", "这次主要想解决什么问题?"), item("pain_points"), must("budget"), item("decision_process"), item("f1"), item("f2"), item("f3", 1, "对这版方案,您觉得哪里还要再调整?"),
    ]},
    {"title": "商务与合同", "items": [item("negotiation_progress"), item("f15"), item("f4"), must("f5"), must("f6"), item("f8"), must("f9"), item("f7")]},
    {"title": "交付与维护", "items": [
        item("f10"), item("f11"), item("f12"), item("f13"), item("f14"), must("satisfaction_score", "这段时间用下来,您给我们打几分(1 到 5)?"),
        must("repurchase_intent", "接下来还有没有想增加或升级的部分?"),
    ]},
    {"title": "跟进", "items": [must("last_contact"), must("next_action"), item("commitments")]},
]


def seed(apps, schema_editor):
    CustomField = apps.get_model("fields", "CustomField")
    CustomField.objects.bulk_create(
        CustomField(key=key, label=label, kind=kind, options=options, position=at)
        for at, (key, label, kind, options) in enumerate(OWN, start=1)
    )
    now = timezone.now()
    Template = apps.get_model("fields", "CollectionTemplate")
    Template.objects.bulk_create(
        Template(customer_type=kind, version=1, fields=groups, note=note, created_at=now, published_at=now)
        for kind, groups, note in (
            ("new", COLLECTION, "客户信息收集表"), ("existing", RECORD, "跟进记录表与漏斗字段表"), ("key", KEY, "客户信息收集表,重点客户"),
        )
    )


class Migration(migrations.Migration):
    dependencies = [("fields", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
