"""Identity keys and what sharing one means."""

import pytest

from genjin.customers.actions.derive import index_all
from genjin.customers.models import IdentityKey, SearchDocument
from genjin.customers.rules.identity import (
    REASONS,
    Match,
    Named,
    Reachable,
    compare,
    identity_keys,
    is_blank_name,
    level_of,
    mail_keys,
    phone_key,
    reason_of,
)  # fmt: skip

CODE = "91110000600037341L"


def test_a_company_with_people_has_all_its_keys_once():
    people = [
        Reachable("王", ("13812345678", "0571-86013388-8123"), "W@Yuanjing.cn"),
        Reachable("李", ("13812345678",)),
    ]
    assert identity_keys("杭州远景机电（浙江）有限公司", "org", CODE, people) == [
        "full:杭州远景机电浙江有限公司", "core:景机电远", f"uscc:{CODE}", "mobile:13812345678", "phone:057186013388",
        "mail:w@yuanjing.cn", "domain:yuanjing.cn",
    ]  # fmt: skip


def test_a_person_is_not_known_by_name():
    assert identity_keys("张伟", "person", "", [Reachable("张伟", ("13812345678",))]) == [
        "mobile:13812345678"
    ]


def test_keys_fit_their_column():
    assert (
        max(map(len, identity_keys("长" * 200 + "公司", "org", "", [Reachable(email="a" * 240 + "@x.cn")])))
        == 220
    )


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("13812345678", "mobile:13812345678"),
        ("010-62345678-12", "phone:01062345678"),
        ("400-820-8820", "phone:4008208820"),
        ("无", ""),
    ],
)
def test_mobiles_tell_people_shared_lines_do_not(number, key):
    assert phone_key(number) == key


@pytest.mark.parametrize(
    ("mail", "keys"),
    [
        (" W@Yuanjing.CN ", ["mail:w@yuanjing.cn", "domain:yuanjing.cn"]),
        ("wang@qq.com", ["mail:wang@qq.com"]),
        ("w@163.com", ["mail:w@163.com"]),
    ],
)
def test_a_public_mailbox_says_nothing_of_the_company(mail, keys):
    assert mail_keys(mail) == keys


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        ("uscc", "same"),
        ("full", "same"),
        ("mobile", "same"),
        ("mail", "same"),
        ("core", "similar"),
        ("phone", "similar"),
        ("domain", "similar"),
        ("alias", "similar"),
    ],
)
def test_levels(kind, level):
    assert level_of(f"{kind}:x:y") == level
    assert reason_of(f"{kind}:x:y")
    assert kind in REASONS


@pytest.mark.parametrize(
    ("ours", "theirs", "level"),
    [
        (CODE, "91440300708461136T", Match.SIMILAR),
        (CODE, CODE, Match.SAME),
        (CODE, "", Match.SAME),
        ("", CODE, Match.SAME),
        ("", "", Match.SAME),
    ],
)
def test_two_different_codes_are_never_the_same(ours, theirs, level):
    one, other = Named("杭州远景机电有限公司", ours), Named("杭州远景机电有限公司", theirs)
    assert compare("full:x", one, other) == level
    assert compare("domain:x", one, other) == Match.SIMILAR


def test_a_shared_core_is_dropped_where_the_names_tell_apart():
    here, there = Named("嘉兴市听潮食品有限公司"), Named("洛阳市听潮食品有限公司")
    assert compare("core:x", here, there) is None
    assert compare("core:x", here, Named("听潮食品")) == Match.SIMILAR
    assert compare("core:x", Named(), there) == Match.SIMILAR  # asked by key alone


@pytest.mark.parametrize(
    ("name", "blank"), [("", True), (" （）- ", True), ("★", True), ("甲", False), ("0", False)]
)
def test_a_name_of_signs_says_nothing(name, blank):
    assert is_blank_name(name) is blank


def test_keys_of_an_older_version_are_written_anew(alice, make_customer):
    row = make_customer(owner=alice, name="苏州东吴传动有限公司")
    IdentityKey.objects.filter(customer=row, key__startswith="core:").update(key="core:东吴传动")
    SearchDocument.objects.filter(customer=row).delete()
    seen = []
    assert index_all(on_progress=lambda done, total: seen.append((done, total)), chunk=1) == 1
    assert seen == [(1, 1)]
    assert IdentityKey.objects.filter(customer=row, key="core:东传动吴").exists()
    assert SearchDocument.objects.filter(customer=row).exists()
