"""What is said in public, with source and day."""

from datetime import date, timedelta

import pytest

from genjin.customers.models import Customer
from genjin.quality.actions.public import NewInfo, drop_public_info, note_public_info
from genjin.quality.models import FactCheck, PublicInfo
from tests.refusals import refused, unseen


@pytest.fixture
def row(alice, make_customer):
    return make_customer(owner=alice, name="杭州远景机电有限公司")


def news(**more):
    return NewInfo(**{"text": "完成A轮融资", "source": "公司官网", "dated_on": date(2026, 3, 1)} | more)


def test_news_stand_with_source_and_day_newest_first(alice, row, now):
    note_public_info(alice, row, news(), now=now)
    note_public_info(
        alice,
        row,
        news(text="发布新产品", dated_on=date(2026, 3, 10), link="https://example.com/a?b=1"),
        now=now,
    )
    found = PublicInfo.objects.visible_to(alice).filter(customer=row)
    assert [(info.text, info.source) for info in found] == [
        ("发布新产品", "公司官网"),
        ("完成A轮融资", "公司官网"),
    ]


@pytest.mark.parametrize(
    ("topic", "text", "field", "value"),
    [("employees", "约260人", "employee_count", 260), ("revenue", "1-3亿元", "revenue_max", 300_000_000), ("business", "汽车零部件", "main_business", "汽车零部件")],
)  # fmt: skip
def test_a_figure_is_taken_over_and_counts_as_checked(alice, row, topic, text, field, value, now):
    note_public_info(alice, row, news(topic=topic, text=text, take_over=True), now=now)
    assert getattr(Customer.objects.get(pk=row.pk), field) == value
    check = FactCheck.objects.get()
    assert (check.source, check.is_corrected) == ("公司官网", True)


def test_what_is_refused(alice, bob, charlie, erin, row, now):
    for code, new in (
        ("info_incomplete", news(text=" ")),
        ("info_incomplete", news(source="")),
        ("info_incomplete", news(dated_on=None)),
        ("info_in_future", news(dated_on=(now + timedelta(days=2)).date())),
        ("link_invalid", news(link="javascript:alert(1)")),
        ("link_invalid", news(link="www.example.com")),
        ("fields_invalid", news(topic="employees", text="很多人", take_over=True)),
    ):
        with refused(code):
            note_public_info(alice, row, new, now=now)
    with unseen():
        note_public_info(charlie, row, news(), now=now)
    with refused("forbidden", status=403):
        note_public_info(erin, row, news(), now=now)
    info = note_public_info(bob, row, news(), now=now)
    with unseen():
        drop_public_info(charlie, info, now=now)
    drop_public_info(alice, info, now=now)
    assert not PublicInfo.objects.exists()
