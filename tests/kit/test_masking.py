import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.masking import mask_address, mask_email, mask_name, mask_phone


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
