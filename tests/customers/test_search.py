"""The one search box: what it finds, and what it must not give away."""

import pytest

from genjin.customers.actions.people import involve
from genjin.customers.models import Customer
from genjin.customers.queries.find import search
from genjin.customers.rules.search import readings

CODE = "91110000600037341L"
PEOPLE = [
    {"name": "曾小明", "phone": "13812345678", "phone2": "0571-86013388", "email": "zengxm@yuanjing.cn"}
]


@pytest.fixture
def huawei(make_customer, alice):
    make_customer(
        owner=alice, name="苏州东吴传动有限公司", contacts=[{"name": "李雷", "phone": "13900009999"}]
    )
    return make_customer(owner=alice, name="华为技术有限公司", credit_code=CODE, contacts=PEOPLE)


def find(user, text):
    return set(search(Customer.objects.visible_to(user), text, user))


@pytest.mark.parametrize(
    "text",
    [
        "华为", "为技", "技术有限", "華為", "華為技術", "华为技术有限公司", " 华为  技术 ", "有限公司 华为",
        "huawei", "huaweijishu", "HuaWei", "hwjs", "hw", "huaweij",
        "曾小明", "小明", "zengxm", "zengxiaoming", "zxm",
        "5678", "345678", "13812345678", "138 1234 5678", "3388", "86013388",
        "zengxm@yuanjing.cn", "zengxm@", CODE, CODE.lower(), CODE[:8], "华为 5678", "hwjs 曾小明",
    ],
)  # fmt: skip
def test_it_is_found_by(alice, huawei, text):
    assert find(alice, text) == {huawei}


@pytest.mark.parametrize(
    "text",
    [
        "东为",
        "华技",
        "huawie",
        "1381",
        "5679",
        "678",
        "yuanjing.cn",
        "华为 9999",
        "x' | 'y",
        "':*",
        "\\",
    ],
)
def test_it_is_not_found_by(alice, huawei, text):
    assert huawei not in find(alice, text)


def test_the_customer_number_people_read_out(alice, huawei):
    for text in (huawei.code, f"kh{huawei.pk}", f" KH{huawei.pk:012d} "):
        assert find(alice, text) == {huawei}
    assert find(alice, "KH999999") == set()


def test_nothing_asked_is_everything_and_signs_alone_are_nothing(alice, huawei):
    assert len(find(alice, "  ")) == 2
    assert find(alice, "。，！") == set()


def test_one_character_finds_names_with_it(alice, huawei):
    assert find(alice, "华") == {huawei}


def test_out_of_sight_is_out_of_search(alice, charlie, huawei):
    for text in ("华为", CODE, "13812345678", huawei.code):
        assert find(charlie, text) == set()


MASKED = [
    "13812345678",
    "5678",
    "45678",
    "345678",
    "86013388",
    "zengxm@yuanjing.cn",
    "zengxm@",
    "@zengxm",
    "138 1234 5678",
    "１２３４５６７８",
]
BY_LETTER = ["zengxm@y", "zengxm@yuan"]


@pytest.mark.parametrize("text", MASKED + BY_LETTER)
def test_a_number_masked_in_the_pool_is_not_found_digit_by_digit(alice, make_customer, pool, text):
    make_customer(pool=pool, name="华为技术有限公司", contacts=PEOPLE)
    assert find(alice, text) == set()


@pytest.mark.parametrize("text", ["oyx", "oyxq9", "oyxq99mail"])
def test_nor_a_mailbox_letter_by_letter(alice, make_customer, pool, now, text):
    waiting = make_customer(
        pool=pool, name="华为技术有限公司", contacts=[{"name": "曾", "email": "oyxq99mail@yuanjing.cn"}]
    )
    assert find(alice, text) == set()
    Customer.objects.filter(pk=waiting.pk).update(owner=alice, pool=None, no_next_step_since=now)
    assert find(alice, text) == {waiting}


def test_neither_helper_nor_auditor_finds_a_masked_number(charlie, erin, huawei):
    involve(huawei.pk, [charlie], via="task")
    for person in (charlie, erin):
        assert [find(person, text) for text in MASKED] == [set()] * len(MASKED)
        assert find(person, "华为") == {huawei}


def test_the_company_itself_is_found_in_the_pool_by_name_and_public_code(alice, make_customer, pool):
    waiting = make_customer(pool=pool, name="上海2024展会有限公司", credit_code=CODE)
    for text in ("上海2024展会", "2024", CODE, CODE[:10]):
        assert find(alice, text) == {waiting}


def test_a_lead_finds_her_peoples_numbers(bob, dora, huawei):
    assert find(bob, "345678") == find(dora, "345678") == {huawei}


@pytest.mark.parametrize(
    ("letters", "expected"),
    [("huawei", ("hua", "wei")), ("xian", ("xi", "an")), ("xian", ("xian",)), ("huaw", ("hua", "w"))],
)
def test_letters_are_cut_into_syllables_in_every_way(letters, expected):
    assert expected in readings(letters)


def test_a_long_row_of_letters_is_answered_too(alice, huawei):
    assert find(alice, "a" * 100) == find(alice, "xianxian" * 12) == set()


def test_a_search_is_one_query(alice, huawei, django_assert_num_queries):
    alice.scope  # noqa: B018 (the rights of the request)
    with django_assert_num_queries(1):
        assert find(alice, "华为") == {huawei}
