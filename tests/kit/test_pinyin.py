import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.pinyin import person_syllables, sort_key, spell, syllables


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("华为技术", "hua wei ji shu"),
        ("華為技術", "hua wei ji shu"),
        ("重庆", "chong qing"),
        ("银行", "yin hang"),
        ("乐清", "yue qing"),
        ("厦门", "xia men"),
        ("厦门银行重庆分行", "xia men yin hang chong qing fen hang"),
        ("绿色女装", "lv se nv zhuang"),
        ("ABC科技（北京）", "abc ke ji bei jing"),
        ("ＡＢＣ科技", "abc ke ji"),
        ("5G智能 v2", "5g zhi neng v2"),
        ("Acme Tools, Ltd.", "acme tools ltd"),
        ("二〇二六", "er ling er liu"),
        ("…—", ""),
        ("", ""),
    ],
)
def test_syllables(text: str, items: str) -> None:
    assert syllables(text) == items.split()


@pytest.mark.parametrize(
    ("surname", "readings"),
    [
        ("曾", "zeng"),
        ("单", "shan"),
        ("仇", "qiu"),
        ("解", "xie"),
        ("区", "ou"),
        ("查", "zha"),
        ("朴", "piao"),
        ("盖", "ge"),
        ("覃", "qin tan"),
        ("翟", "zhai di"),
        ("乐", "yue le"),
        ("黑", "he"),
        ("员", "yun"),
        ("召", "shao"),
        ("种", "chong"),
        ("折", "she"),
        ("秘", "bi"),
        ("缪", "miao"),
        ("牟", "mu mou"),
        ("繁", "po"),
    ],
)
def test_a_surname_is_read_as_a_surname(surname: str, readings: str) -> None:
    found = person_syllables(surname + "小明")
    wanted = readings.split()
    assert [reading[0] for reading in found][: len(wanted)] == wanted
    assert {tuple(reading[1:]) for reading in found} == {("xiao", "ming")}


def test_the_usual_reading_is_found_too() -> None:
    assert person_syllables("曾小明") == [["zeng", "xiao", "ming"], ["ceng", "xiao", "ming"]]
    assert person_syllables("張三") == [["zhang", "san"]]
    assert person_syllables("") == []


@pytest.mark.parametrize(
    ("name", "items"),
    [("尉迟恭", "yu chi gong"), ("万俟小明", "mo qi xiao ming"), ("单于小明", "chan yu xiao ming")],
)
def test_surnames_of_two_characters(name: str, items: str) -> None:
    assert person_syllables(name)[0] == items.split()


@pytest.mark.parametrize(
    ("text", "full", "initials"),
    [("华为技术", "huaweijishu", "hwjs"), ("ABC科技", "abckeji", "abckj"), ("5G智能", "5gzhineng", "5gzn")],
)
def test_spelling(text: str, full: str, initials: str) -> None:
    spelling = spell(text)
    assert (spelling.full, spelling.initials) == (full, initials)


def test_lists_are_sorted_as_they_sound() -> None:
    names = ["上海", "北京", "重庆", "安徽", "乐清", "Acme"]
    assert sorted(names, key=sort_key) == ["Acme", "安徽", "北京", "重庆", "上海", "乐清"]


@given(st.text(max_size=20))
def test_any_text_gives_plain_items(text: str) -> None:
    for item in syllables(text):
        assert item
        assert not item.isspace()
    assert all(reading for reading in person_syllables(text))


@given(st.text(alphabet="银行重庆长乐厦门都会单位技术有限公司", max_size=15))
def test_a_syllable_per_character(text: str) -> None:
    assert len(syllables(text)) == len(text)
    assert all(item.isascii() and item.isalpha() for item in syllables(text))
