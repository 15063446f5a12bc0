"""The two paper forms: filled in, masked like the page, one A4 page, and never read as a template."""

import re
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from docx import Document

from genjin.cli.paper import write
from genjin.customers.rules.paper import COLLECTION, FORMS, RECORD, lines
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.tasks import NewTask
from genjin.followups.queries.paper import paper_values
from genjin.web.customers.views.paper import FOLDER
from tests.fields.seed import seed_templates

FILLED = {
    "name": "杭州远景机电有限公司", "customer_type": "existing", "industry": "制造业-汽车零部件", "founded_on": "2015年", "size": "50_200", "revenue": "1-3亿元",
    "main_business": "汽车零部件加工", "target_customers": "整车厂", "pain_points": "1. 产能看不见\n2. 交期不准", "desired_cooperation": "排产系统", "budget": "50-100万",
    "decision_process": "采购经理→技术总监→总经理", "past_projects": "2024 年仓储一期", "satisfaction_score": "4", "commitments": "周五前给方案", "need": "更换排产系统",
    "negotiation_progress": "谈付款方式", "repurchase_intent": "high", "notes": "{{ 7*7 }} {% for %} <b>&amp;", "province": "浙江省", "city": "杭州市",
    "custom": {"f1": "FA-1", "f4": "HT-1", "f5": "80万", "f6": "2026-03", "f8": "首付|30%|签约|3 天\n尾款|70%|验收|30 天", "f9": "已签订", "f10": "bob"},
}  # fmt: skip
PERSON = {"name": "王小明", "job_title": "采购经理", "phone": "13812345678", "email": "wang@example.com"}


@pytest.fixture
def row(alice, bob, make_customer, now):
    seed_templates()
    made = make_customer(owner=alice, contacts=[PERSON], **FILLED)
    todo = NewTask(objective="现场演示", assignee=alice, due_at=now + timedelta(days=5))
    said = NewFollowUp(
        method="phone",
        summary="电话沟通了排产系统的需求,客户希望下周看演示",
        happened_at=now,
        feedback="可以",
        next_actions=[todo],
    )
    record_contact(alice, made, said, now=now)
    return made


def text_of(content):
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for line in table.rows for cell in line.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_page_and_word_file_say_the_same(alice, row, form):
    client = Client()
    client.force_login(alice)
    page = client.get(f"/customers/{row.pk}/paper/{form}/").text
    answer = client.get(f"/customers/{row.pk}/paper/{form}.docx")
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    word = text_of(answer.content)
    for block in FORMS[form].blocks:
        for label in [cell.label for cell in block.cells] + list(block.columns) + [block.title]:
            assert label in page and label in word, label
    wanted = {
        "collection": ["☑老客户", "2015年", "☑50-200人", "1亿-3亿", "王小明", "13812345678", "□50万以下  ☑50-100万", "采购经理→技术总监→总经理", "现场演示", "周五前给方案"],
        "record": ["KH0", "浙江省杭州市", "现场演示", "HT-1", "80万", "2026-03", "首付 · 30% · 签约 · 3 天", "已签订", "鲍勃", "谈付款方式"],
    }[form]  # fmt: skip
    for text in wanted:
        assert text in page and text in word, text


def test_what_people_wrote_is_text_and_stays_text(alice, row):
    client = Client()
    client.force_login(alice)
    word = text_of(client.get(f"/customers/{row.pk}/paper/collection.docx").content)
    assert "{{ 7*7 }} {% for %} <b>&amp;" in word and "49" not in word
    assert "&lt;b&gt;&amp;amp;" in client.get(f"/customers/{row.pk}/paper/collection/").text


def test_masked_as_the_page_is(alice, charlie, pool, make_customer):
    seed_templates()
    waiting = make_customer(
        pool=pool, contacts=[PERSON], notes="打 13812345678", custom={"f1": "13812345678"}
    )
    client = Client()
    client.force_login(charlie)
    for form in FORMS:
        page = client.get(f"/customers/{waiting.pk}/paper/{form}/").text
        word = text_of(client.get(f"/customers/{waiting.pk}/paper/{form}.docx").content)
        assert "13812345678" not in page + word and "wang@example.com" not in page + word
        assert "138****5678" in word


def test_out_of_sight_or_no_such_form(charlie, row):
    client = Client()
    client.force_login(charlie)
    for address in ("paper/collection/", "paper/record.docx"):
        assert client.get(f"/customers/{row.pk}/{address}").status_code == 404
    client.force_login(row.owner)
    assert client.get(f"/customers/{row.pk}/paper/other/").status_code == 404


def test_however_much_is_written_a_form_stays_within_its_limits(alice, row):
    row.need = row.pain_points = row.notes = row.main_business = "很长的话" * 900
    for form in FORMS.values():
        values = paper_values(alice, row, form)
        wide = {cell.key: cell.wide for block in form.blocks for cell in block.cells}
        assert all(
            len(values[key]) <= (form.longest if is_wide else form.short) for key, is_wide in wide.items()
        )
        assert all(len(values[block.rows]) <= block.most for block in form.blocks if block.rows)


def test_the_word_templates_are_those_of_the_layout(tmp_path):
    for form in FORMS.values():
        write(form, tmp_path / "x.docx")
        kept, made = (
            ZipFile(path).read("word/document.xml")
            for path in (FOLDER / f"{form.key}.docx", tmp_path / "x.docx")
        )
        assert kept == made, "python -m genjin.cli.paper"
        placeholders = set(re.findall(r"\{\{ (\w+) \}\}", kept.decode()))
        assert placeholders == {cell.key for block in form.blocks for cell in block.cells}


def test_a_wide_cell_stands_alone():
    for form in (COLLECTION, RECORD):
        for block in form.blocks:
            for line in lines(block, form.per_line):
                assert len(line) <= form.per_line
                assert len(line) == 1 or not any(cell.wide for cell in line)
