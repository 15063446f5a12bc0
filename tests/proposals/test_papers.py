"""Word templates: known placeholders are filled in plainly, anything else is refused, nothing is run."""

import io
import zipfile
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from docx import Document

from genjin.kit.errors import RuleError, ValueRefused
from genjin.kit.word_places import check_word, fill_places
from genjin.proposals.actions.approval import hand_in
from genjin.proposals.actions.drafts import save_draft
from genjin.proposals.actions.templates import remove_template, save_template
from genjin.proposals.models import ProposalTemplate
from genjin.proposals.queries.papers import document_of
from genjin.proposals.rules.papers import LINE_PLACES, PLACES, SHIPPED, line_values

KNOWN = (*PLACES, *LINE_PLACES)


def word(*texts: str, row: str = "") -> bytes:
    """Return a Word file; a text with | is cut into runs there, as Word does while people type."""
    document = Document()
    for text in texts:
        paragraph = document.add_paragraph()
        for part in text.split("|"):
            paragraph.add_run(part)
    if row:
        document.add_table(rows=1, cols=1).rows[0].cells[0].text = row
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def text_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_the_shipped_template_knows_only_our_placeholders():
    assert set(check_word(SHIPPED.read_bytes(), KNOWN)) <= set(KNOWN)


def test_a_version_becomes_a_document(alice, begin, now):
    version = begin(modules=["自动排产", "看板"], duration="两个月")
    text = text_of(document_of(alice, version, None))
    for words in (
        "排产系统一期",
        "杭州远景机电有限公司",
        "自动排产\n看板",
        "陆万元整",
        "60,000.00",
        "53,097.35",
        "两个月",
    ):
        assert words in text
    assert "{" not in text
    assert "V1 · 草稿" in text


def test_a_document_of_what_may_be_sent_is_no_draft_and_says_the_discount(alice, begin, now):
    version = hand_in(alice, begin(discount=Decimal("2.5")), now=now)
    text = text_of(document_of(alice, version, None))
    assert "草稿" not in text
    for words in ("整单折扣", "2.5%", "58,500.00", "伍万捌仟伍佰元整"):
        assert words in text


def test_the_shipped_template_repeats_its_heads_and_splits_no_line():
    head, line = Document(str(SHIPPED)).tables[1].rows
    assert head._tr.trPr.xpath("w:tblHeader")
    assert line._tr.trPr.xpath("w:cantSplit")


def test_what_people_wrote_is_never_read_as_a_template(alice, begin, now):
    version = begin()
    nasty = "{{ 7*7 }} {% for x in y %} {客户} ${7*7}"
    save_draft(alice, version, {"terms": nasty}, seen=version.revision, now=now)
    version.refresh_from_db()
    assert nasty in text_of(document_of(alice, version, None))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"no zip", "word_unreadable"),
        (b"PK\x03\x04 broken", "word_unreadable"),
        (word("{密码}"), "word_place_unknown"),
        (word("{客|户名}"), "word_place_unknown"),
        (word("{{ cycler.__init__ }}"), "word_statement"),
        (word("{|{ 7*7 }|}"), "word_statement"),
        (word("{% for a in b %}"), "word_statement"),
        (word(row="{# hidden #}"), "word_statement"),
    ],
)
def test_what_is_no_template_is_refused(content, code):
    with pytest.raises(ValueRefused) as refusal:
        check_word(content, KNOWN)
    assert refusal.value.code == code


def test_a_bomb_is_not_unpacked():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"0" * 50_000_000)
    with pytest.raises(ValueRefused) as refusal:
        check_word(out.getvalue(), KNOWN)
    assert refusal.value.code == "word_too_large"


def test_placeholders_cut_into_runs_are_filled_and_rows_repeated():
    content = word("致 {客|户}:共 {含税|金|额} 元 {未知}", row="{序号} {名称}")
    rows = [{"序号": "1", "名称": "甲 {客户}"}, {"序号": "2", "名称": "乙"}]
    text = text_of(fill_places(content, {"客户": "远景", "含税金额": "1.00"}, rows, LINE_PLACES))
    assert "致 远景:共 1.00 元 {未知}" in text
    assert "1 甲 {客户}" in text
    assert "2 乙" in text
    assert "{序号}" not in text_of(fill_places(content, {}, [], LINE_PLACES))


def test_a_template_is_kept_by_who_may_and_looked_through_first(dora, alice, begin, now):
    file = ContentFile(word("致 {客户}"), name="信纸.docx")
    values = {"name": "公司信纸", "is_active": True}
    with pytest.raises(RuleError) as refusal:
        save_template(alice, ProposalTemplate(), values, file=file, now=now)
    assert refusal.value.status == 403
    for bad, code in (
        (None, "file_missing"),
        (ContentFile(word("{密码}"), name="x.docx"), "template_refused"),
        (ContentFile(b"%PDF-1.7", name="x.pdf"), "file_refused"),
    ):
        with pytest.raises(RuleError) as refusal:
            save_template(dora, ProposalTemplate(), values, file=bad, now=now)
        assert refusal.value.code == code
    assert not ProposalTemplate.objects.exists()
    row = save_template(dora, ProposalTemplate(), values, file=file, now=now)
    assert text_of(document_of(alice, begin(), row)).strip() == "致 杭州远景机电有限公司"
    remove_template(dora, row, now=now)
    assert not ProposalTemplate.objects.exists()


def test_figures_of_a_line_are_written_out():
    line = {"name": "授权", "unit": "个", "quantity": "1234567.50", "price": "1.00", "discount": "10.00", "tax_rate": "13.00", "amount": "1111110.75"}  # fmt: skip
    values = line_values(1, line)
    assert (values["数量"], values["折扣"], values["税率"]) == ("1234567.5", "10%", "13%")
