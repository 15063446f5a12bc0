import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.text import clean, fold, to_simplified


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  华为 技术 ", "华为 技术"),
        ("\ufeff华为\u200b技术", "华为技术"),
        ("\xa0王\xa0五\u3000", "王 五"),
        ("a\tb", "a b"),
        ("first\r\nsecond\rthird", "first\nsecond\nthird"),
        ("nul\x00 and \x1b[31m", "nul and [31m"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("有限公司", "有限公司"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("", ""),
    ],
)
def test_clean_removes_what_nobody_typed(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("华为技术有限公司", "华为技术有限公司"),
        ("華為技術有限公司", "华为技术有限公司"),
        (" 华为 技术 有限公司 ", "华为技术有限公司"),
        ("ＡＢＣ科技（北京）有限公司", "abc科技北京有限公司"),
        ("〔新〕【大】“陆”", "新大陆"),
        ("積體電路", "积体电路"),
        ("二〇二六", "二〇二六"),
        ("Straße-No. 1", "strasseno1"),
        ("☆…—", ""),
    ],
)
def test_fold_gives_the_same_key_to_the_same_thing(text: str, key: str) -> None:
    assert fold(text) == key


def test_a_rare_traditional_character_is_converted_too() -> None:
    assert to_simplified("乾隆") == "乾隆"
    assert to_simplified("乾淨") == "干净"


@given(st.text())
def test_clean_and_fold_change_nothing_the_second_time(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert fold(fold(text)) == fold(text)
