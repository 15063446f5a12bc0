"""The catalogues are complete, keep every placeholder, and reach the page."""

from html.parser import HTMLParser

import polib
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from genjin.cli.messages import DERIVED, WRITTEN, Key, Use, check, faults, read_python, read_template, written

PYTHON = """
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
_("Save")
gettext_lazy("Two " "halves")
ngettext("%(count)d day", "%(count)d days", n)
pgettext_lazy("task", "Open")
_(word)
"""
TEMPLATE = """
{% translate "Save" %}{% translate 'Open' context "task" as t_open %}
{% blocktranslate with name=x.name %}Hello {{ name }}{% endblocktranslate %}
{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}
{% include "a.html" with title=_("No files yet") %}{{ x|default:_("None") }}
"""


class Words(HTMLParser):
    """What a person reads of a page, or hears."""

    SPOKEN = ("aria-label", "placeholder", "title", "alt", "data-")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value or "" for name, value in attrs if name.startswith(self.SPOKEN)}

    def handle_data(self, data: str) -> None:
        self.found.add(data.strip())


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(WRITTEN))


def use(text: str, plural: str = "") -> Use:
    return Use(Key(text, ""), plural, "genjin/a.py")


def test_every_message_is_translated_and_used():
    assert check() == [], "run `make messages`, then write what is missing in zh_Hans"


@pytest.mark.parametrize("path", [WRITTEN, DERIVED])
def test_the_catalogues_are_compiled(path):
    compiled = path.with_suffix(".mo")
    assert compiled.exists(), "run `make setup`"
    said = {entry.msgid: entry.msgstr for entry in polib.mofile(str(compiled))}
    assert said["Customer name"] in {"客户名称", "客戶名稱"}


def test_messages_are_read_out_of_python():
    found = [(use.key, use.plural) for use in read_python(PYTHON, "genjin/a.py")]
    assert found == [
        (Key("Save", ""), ""),
        (Key("Two halves", ""), ""),
        (Key("%(count)d day", ""), "%(count)d days"),
        (Key("Open", "task"), ""),
    ]


def test_a_message_put_together_is_refused():
    source = "from django.utils.translation import gettext as _\n_(f'Hello {name}')"
    with pytest.raises(SyntaxError, match="one plain string"):
        list(read_python(source, "genjin/a.py"))


def test_messages_are_read_out_of_templates():
    found = [(use.key, use.plural) for use in read_template(TEMPLATE, "genjin/a.html")]
    assert found == [
        (Key("Save", ""), ""),
        (Key("Open", "task"), ""),
        (Key("Hello %(name)s", ""), ""),
        (Key("%(n)s day", ""), "%(n)s days"),
        (Key("No files yet", ""), ""),
        (Key("None", ""), ""),
    ]


def test_an_update_keeps_translations_and_drops_what_nobody_uses():
    old = polib.POFile()
    old.extend([polib.POEntry(msgid="Save", msgstr="保存"), polib.POEntry(msgid="Gone", msgstr="没有了")])
    new = written([use("Save"), use("Open")], old)
    assert [(entry.msgid, entry.msgstr) for entry in new] == [("Open", ""), ("Save", "保存")]
    assert new.find("Save").occurrences == [("genjin/a.py", "")]


def test_a_plural_is_one_sentence_in_chinese():
    old = polib.POFile()
    old.append(polib.POEntry(msgid="One day", msgid_plural="%(n)s days", msgstr_plural={0: "%(n)s天"}))
    new = written([use("One day", "%(n)s days")], old)
    assert new[0].msgstr_plural == {0: "%(n)s天"}
    assert new[0].flags == ["python-format"]
    assert list(faults([use("One day", "%(n)s days")], new)) == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (polib.POEntry(msgid="Save", msgstr=""), "not translated: 'Save'"),
        (polib.POEntry(msgid="Save", msgstr="保存", flags=["fuzzy"]), "fuzzy: 'Save'"),
        (polib.POEntry(msgid="Save", msgstr="保存", obsolete=True), "obsolete: 'Save'"),
        (polib.POEntry(msgid="Save", msgstr="保存%(name)s"), "other placeholders: 'Save'"),
    ],
)
def test_a_faulty_translation_is_named(entry, fault):
    faulty = polib.POFile()
    faulty.append(entry)
    assert any(line.startswith(fault) for line in faults([use("Save")], faulty))


def test_missing_and_unused_messages_are_named():
    old = polib.POFile()
    old.append(polib.POEntry(msgid="Gone", msgstr="没有了"))
    assert list(faults([use("Save")], old)) == ["missing: 'Save'", "obsolete: 'Gone'"]


@pytest.mark.parametrize(
    ("text", "said"), [("{n} of {m}", "{n}"), ("%(a)s %(a)s", "%(a)s"), ("<b>x</b>", "x")]
)
def test_no_placeholder_gets_lost(text, said):
    lossy = polib.POFile()
    lossy.append(polib.POEntry(msgid=text, msgstr=said))
    assert len(list(faults([use(text)], lossy))) == 1


@pytest.mark.django_db
def test_the_login_page_is_in_chinese(catalogue):
    page = Client().get(reverse("account_login")).content.decode()
    english = {entry.msgid for entry in catalogue if entry.msgstr != entry.msgid}
    assert "忘记密码？请联系管理员重置。" in page
    assert sorted(english & Words(page).found) == []


def test_the_same_word_may_be_two_in_chinese():
    with translation.override("zh-hans"):
        said = {translation.pgettext("method", "Phone"), translation.gettext("Phone")}
    assert said == {"电话", "手机/电话"}


def test_the_traditional_catalogue_follows_from_the_simplified(catalogue):
    traditional = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in polib.pofile(str(DERIVED))}
    assert traditional.keys() == {(entry.msgctxt, entry.msgid) for entry in catalogue}
    assert traditional[None, "Customer name"] == "客戶名稱"
    differing = sum(traditional[entry.msgctxt, entry.msgid] != entry.msgstr for entry in catalogue)
    assert differing > len(catalogue) / 2
