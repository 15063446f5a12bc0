import csv
from pathlib import Path

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.errors import ValueRefused
from genjin.kit.phone import parse_phone, split_phones
from tests.sheets import column_of

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "cases"


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        "138-1234-5678",
        "138 1234 5678",
        "138.1234.5678",
        "+86 138 1234 5678",
        "0086-13812345678",
        "8613812345678",
        "013812345678",
        "１３８１２３４５６７８",
        "'13812345678",
        "13812345678.0",
        "\u200b13812345678\xa0",
        "1.3812345678E+10",
        "(86)13812345678",
        "（+86）13812345678",
        "手机：13812345678（微信同号）",
        "Tel: 138-1234-5678",
        "13812345678 王经理",
    ],
)
def test_a_mobile_number_is_stored_as_eleven_digits(text: str) -> None:
    phone = parse_phone(text)
    assert (phone.kind, phone.number, phone.extension) == ("mobile", "13812345678", "")
    assert phone.display == "138 1234 5678"
    assert phone.key == "13812345678"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（010）6234 5678", ("landline", "010-62345678", "", "010-62345678")),
        ("01062345678", ("landline", "010-62345678", "", "010-62345678")),
        ("0755-86013388转8123", ("landline", "0755-86013388", "8123", "0755-86013388-8123")),
        ("0755-86013388-8123", ("landline", "0755-86013388", "8123", "0755-86013388-8123")),
        ("(0755)86013388-8123", ("landline", "0755-86013388", "8123", "0755-86013388-8123")),
        ("021 68888888 分机12", ("landline", "021-68888888", "12", "021-68888888-12")),
        ("021-68888888 ext. 12", ("landline", "021-68888888", "12", "021-68888888-12")),
        ("021-68888888#12", ("landline", "021-68888888", "12", "021-68888888-12")),
        ("0755-8601-3388", ("landline", "0755-86013388", "", "0755-86013388")),
        ("+86 21 68888888", ("landline", "021-68888888", "", "021-68888888")),
        ("+86 021-68888888", ("landline", "021-68888888", "", "021-68888888")),
        ("0936-4211235", ("landline", "0936-4211235", "", "0936-4211235")),
        ("4008208820", ("service", "400-820-8820", "", "400-820-8820")),
        ("400-8208-820", ("service", "400-820-8820", "", "400-820-8820")),
        ("95588", ("hotline", "95588", "", "95588")),
        ("12345", ("hotline", "12345", "", "12345")),
        ("+852 2345 6789", ("intl", "+85223456789", "", "+852 2345 6789")),
        ("00852 2345 6789", ("intl", "+85223456789", "", "+852 2345 6789")),
        ("+853 6612 3456", ("intl", "+85366123456", "", "+853 6612 3456")),
        ("+886 912 345 678", ("intl", "+886912345678", "", "+886 912 345 678")),
    ],
)
def test_other_kinds_of_number(text: str, expected: tuple[str, str, str, str]) -> None:
    phone = parse_phone(text)
    assert (phone.kind, phone.number, phone.extension, phone.display) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1381234567", "phone_invalid"),
        ("138123456789", "phone_invalid"),
        ("12812345678", "phone_invalid"),
        ("10012345678", "phone_invalid"),
        ("1.38123E+10", "phone_scientific"),
        ("1.38E+10", "phone_scientific"),
        ("62345678", "phone_area_code_missing"),
        ("010-6234567", "phone_invalid"),
        ("138****5678", "phone_masked"),
        ("138xxxx5678", "phone_masked"),
        ("无", "phone_invalid"),
        ("", "phone_empty"),
        (" \u200b", "phone_empty"),
        ("08613811211114", "phone_invalid"),
        ("+08613811211114", "phone_invalid"),
        ("+008613811211114", "phone_invalid"),
        ("98199649964", "phone_invalid"),
        ("Vml2YW11cyBmZXJtZtesting123", "phone_invalid"),
        ("13812345678/13912345678", "phone_several"),
        ("13812345678 13912345678", "phone_several"),
        ("+1 23", "phone_invalid"),
        ("1٣812345678", "phone_invalid"),
        ("+86 92138389438", "phone_invalid"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(ValueRefused) as refusal:
        parse_phone(text)
    assert refusal.value.code == code
    assert refusal.value.message


def test_the_message_says_how_many_digits_a_mobile_number_has() -> None:
    with override("en"), pytest.raises(ValueRefused, match="11 digits, this one has 10"):
        parse_phone("1381234567")


@pytest.mark.parametrize("city_code", ["010", "10", "(010)"])
def test_the_citys_code_completes_a_local_number(city_code: str) -> None:
    assert parse_phone("62345678", city_code=city_code).number == "010-62345678"


@pytest.mark.parametrize("prefix", ["162", "165", "167", "170", "171"])
def test_virtual_operators_are_hinted(prefix: str) -> None:
    assert parse_phone(prefix + "12345678").is_virtual
    assert not parse_phone("13812345678").is_virtual


def test_the_extension_is_no_part_of_the_key() -> None:
    assert parse_phone("0755-86013388转8123").key == parse_phone("075586013388").key == "075586013388"
    assert parse_phone("+852 2345 6789").key == "+85223456789"


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("13812345678/13912345678", ["13812345678", "13912345678"]),
        ("13812345678、13912345678；010-62345678", ["13812345678", "13912345678", "010-62345678"]),
        ("13812345678\n13912345678", ["13812345678", "13912345678"]),
        ("13812345678 13912345678", ["13812345678", "13912345678"]),
        ("138 1234 5678 139 1234 5678", ["138 1234 5678", "139 1234 5678"]),
        ("010-62345678 13912345678", ["010-62345678", "13912345678"]),
        ("138 1234 5678", ["138 1234 5678"]),
        ("+86 13812345678", ["+86 13812345678"]),
        ("0086 13812345678", ["0086 13812345678"]),
        ("021 68888888 分机12", ["021 68888888 分机12"]),
        (" ", []),
    ],
)
def test_a_cell_with_several_numbers_is_split(cell: str, numbers: list[str]) -> None:
    assert split_phones(cell) == numbers


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "0086-", "86", "0"]))
def test_a_prefix_never_changes_the_number(number: str, prefix: str) -> None:
    assert parse_phone(prefix + number).number == number


@given(st.text(alphabet="0123456789+-() 转x#.*E手机，", max_size=25))
def test_every_text_is_read_or_refused_and_reading_is_stable(text: str) -> None:
    try:
        phone = parse_phone(text)
    except ValueRefused:
        return
    again = parse_phone(phone.number)
    assert (again.kind, again.number, again.key) == (phone.kind, phone.number, phone.key)
    assert parse_phone(phone.display).number == phone.number


@pytest.mark.shared
def test_a_messy_column_of_phones() -> None:
    if not SHARED.exists():
        pytest.skip("the shared data is not beside this checkout")
    cells = column_of(SHARED / "phones_messy.xlsx", "电话")
    with (SHARED / "expected" / "phones_truth.csv").open(encoding="utf-8-sig") as file:
        for cell, row in zip(cells, csv.DictReader(file), strict=True):
            answers = [_answer(part) for part in split_phones(cell)]
            if row["expected"]:
                assert ";".join(answers) == row["expected"], row
            elif "cannot be recovered" in row["kind"]:
                assert answers == ["phone_scientific"], row


def _answer(text: str) -> str:
    try:
        return parse_phone(text).number
    except ValueRefused as refusal:
        return refusal.code
