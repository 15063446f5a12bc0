import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.credit_code import CreditCode, OldRegistrationNumber, parse_credit_code
from genjin.kit.errors import ValueRefused

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "cases"
VALID = [
    "91110000600037341L",
    "91440300708461136T",
    "914403001922038216",
    "91330100799655058B",
    "91440101327598294H",
    "12100000400000624D",
]


@pytest.mark.parametrize("code", VALID)
def test_valid_codes(code: str) -> None:
    assert parse_credit_code(code) == CreditCode(code)


@pytest.mark.parametrize(
    "text",
    [
        "9111 0000 6000 37341L",
        "91110000600037341l",
        "９１１１００００６０００３７３４１Ｌ",
        "'91110000-600037341-L\u200b",
    ],
)
def test_spaces_width_and_case_are_put_right(text: str) -> None:
    assert parse_credit_code(text).value == "91110000600037341L"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("911100006000373411", "uscc_invalid_check"),
        ("9111O000600037341L", "uscc_letter_not_allowed"),
        ("91110000600037341中", "uscc_letter_not_allowed"),
        ("123456789012345", "uscc_old_registration_number"),
        ("123456NA123456X", "uscc_old_registration_number"),
        ("1234567890123", "uscc_old_registration_number"),
        ("9111000060003734", "uscc_length"),
        ("无", "uscc_length"),
        (" ", "uscc_empty"),
    ],
)
def test_wrong_codes_are_refused_with_their_reason(text: str, code: str) -> None:
    with pytest.raises(ValueRefused) as refusal:
        parse_credit_code(text)
    assert refusal.value.code == code


def test_an_old_number_is_offered_for_its_own_field() -> None:
    with pytest.raises(OldRegistrationNumber) as refusal:
        parse_credit_code("1234 5678 9012 345")
    assert refusal.value.number == "123456789012345"


def test_a_wrong_inner_check_only_warns() -> None:
    assert parse_credit_code("92440300MA5ABCDE1E") == CreditCode("92440300MA5ABCDE1E", "uscc_inner_check")


@given(st.sampled_from(VALID), st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_is_always_noticed(code: str, at: int, character: str) -> None:
    changed = code[:at] + character + code[at + 1 :]
    if changed != code:
        with pytest.raises(ValueRefused):
            parse_credit_code(changed)


@given(st.text(max_size=20))
def test_every_text_is_read_or_refused(text: str) -> None:
    try:
        value = parse_credit_code(text).value
    except ValueRefused:
        return
    assert parse_credit_code(value).value == value


@pytest.mark.shared
def test_codes_of_real_companies() -> None:
    if not SHARED.exists():
        pytest.skip("the shared data is not beside this checkout")
    wanted = {
        "credit_code_bad_check_digit": {"uscc_invalid_check"},
        "old_13_or_15_digit_registration_no": {"uscc_old_registration_number"},
        "same_code_same_name": {"", "uscc_inner_check"},
        "same_code_two_names": {"", "uscc_inner_check"},
    }
    with (SHARED / "expected" / "companies_anomalies_truth.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            assert _answer(row["统一社会信用代码"]) in wanted.get(
                row["kind"], {_answer(row["统一社会信用代码"])}
            ), row


def _answer(text: str) -> str:
    try:
        return parse_credit_code(text).warning
    except ValueRefused as refusal:
        return refusal.code
