import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.masking import mask_address, mask_email, mask_name, mask_phone, mask_words


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("13812345678", "138****5678"),
        ("138 1234 5678", "138****5678"),
        ("+86 138 1234 5678", "138****5678"),
        ("010-62345678", "010-****5678"),
        ("0755-86013388-8123", "0755-****3388"),
        ("0936-4211235", "0936-****1235"),
        ("400-820-8820", "400-****8820"),
        ("+85223456789", "+****6789"),
        ("95588", "****"),
        ("13812345678、13987654321", "138****5678"),
        ("call me", "****"),
        ("", ""),
    ],
)
def test_phones(text: str, masked: str) -> None:
    assert mask_phone(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("张三", "张*"),
        ("张", "张*"),
        ("王小明", "王*"),
        ("欧阳修", "欧阳*"),
        ("歐陽修", "歐陽*"),
        ("欧阳", "欧*"),
        ("John Smith", "J*"),
        ("", ""),
    ],
)
def test_names(text: str, masked: str) -> None:
    assert mask_name(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("wang@x.com", "w***g@x.com"),
        ("wangxiaoming@x.com", "w***g@x.com"),
        ("wg@x.com", "***@x.com"),
        ("w@x.com", "***@x.com"),
        ("nobody", "***"),
        ("", ""),
    ],
)
def test_emails(text: str, masked: str) -> None:
    assert mask_email(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("广东省深圳市南山区某某路1号", "广东省深圳市南山区***"),
        ("北京市朝阳区某某路1号", "北京市朝阳区***"),
        ("广东省", "广东省"),
        ("某某路1号", "***"),
        ("", ""),
    ],
)
def test_addresses(text: str, masked: str) -> None:
    assert mask_address(text) == masked


@given(st.text(alphabet="0123456789+-* 转张欧阳a@.x广东省深圳市南山区路", max_size=20))
def test_masking_again_reveals_nothing_and_changes_nothing(text: str) -> None:
    for mask in (mask_phone, mask_name, mask_email, mask_address):
        assert mask(mask(text)) == mask(text)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_the_middle_of_a_mobile_number_is_gone(number: str) -> None:
    assert mask_phone(number) == f"{number[:3]}****{number[-4:]}"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("王经理说打13812345678找他", "王经理说打138****5678找他"),
        ("手机 138 1234 5678，座机010-62345678。", "手机 138****5678，座机010-****5678。"),
        ("全角１３８１２３４５６７８也是", "全角138****5678也是"),
        ("发到 wang.jing@x.com", "发到 w***g@x.com"),
        ("2026-03-11 到场，预算1500000元，¥2000000", "2026-03-11 到场，预算1500000元，¥2000000"),
        ("2026-03-11 13812345678", "2026-03-11 138****5678"),
        ("三条线，20 台，2026 年", "三条线，20 台，2026 年"),
        ("@王芳 请看", "@王芳 请看"),
        ("", ""),
    ],
)
def test_numbers_inside_a_text(text: str, masked: str) -> None:
    assert mask_words(text) == masked


@given(st.text(max_size=20), st.integers(3, 9), st.integers(0, 10**9 - 1), st.text(max_size=20))
def test_no_mobile_number_gets_through(before: str, second: int, rest: int, after: str) -> None:
    number = f"1{second}{rest:09d}"
    assert number not in mask_words(f"{before} {number} {after}")
