"""Comments: on a record or a customer, with people mentioned, for whom it concerns, and without anybody's number."""

from datetime import timedelta

import pytest

from genjin.accounts.actions import NewUser, add_user
from genjin.accounts.models import User
from genjin.customers.actions.collaborators import NewCollaborator, add_collaborator
from genjin.customers.models import Customer, Participant
from genjin.events.models import Event
from genjin.followups.actions.comments import NewComment, add_comment, change_comment, remove_comment
from genjin.followups.models import Comment
from genjin.followups.queries.comments import colleagues_for, named_in
from genjin.followups.queries.timeline import timeline
from genjin.followups.rules.comments import longest_beginning, may_change, written_after_at
from genjin.notices.models import Notice
from tests.refusals import refused, unseen


@pytest.fixture
def told():
    """Return who was told, by kind."""
    about = Notice.objects.exclude(kind="customer_given").select_related("person")
    return lambda: {(row.person.username, row.kind) for row in about.all()}


@pytest.fixture
def remark(now):
    """Return a way to comment: `remark(bob, customer, "...", followup=...)`."""
    return lambda actor, customer, text, at=None, **more: add_comment(
        actor, customer, NewComment(text, **more), now=at or now
    )


def fresh(user):
    return User.objects.get(pk=user.pk)


def test_who_is_mentioned_is_told_and_so_is_the_author_of_the_record(
    alice, bob, dora, customer, say, remark, told
):
    record = say(alice, customer)
    comment = remark(bob, customer, "预算要再确认，请@朵拉看一下。", followup=record)
    assert (comment.followup, comment.mentioned) == (record, [dora.pk])
    assert told() == {("dora", "mentioned"), ("alice", "commented")}
    notice = Notice.objects.get(person=dora)
    assert (notice.customer_id, notice.subject_id) == (customer.pk, comment.pk)
    assert bob.name in notice.text
    assert "预算" not in notice.text


def test_on_the_customer_the_owner_is_told_and_nobody_twice(alice, bob, customer, remark, told):
    remark(bob, customer, "@艾丽 @alice 先别联系，等展会")
    assert told() == {("alice", "mentioned")}
    remark(bob, customer, "等展会")
    assert told() == {("alice", "mentioned"), ("alice", "commented")}
    remark(alice, customer, "@艾丽 自言自语")
    assert Notice.objects.exclude(kind="customer_given").count() == 2


def test_earlier_voices_of_a_record_hear_the_answer(alice, bob, dora, customer, say, remark, told):
    record = say(alice, customer)
    remark(bob, customer, "为什么是八十万？", followup=record)
    Notice.objects.all().delete()
    remark(alice, customer, "老板亲口说的", followup=record)
    assert told() == {("bob", "commented")}


def test_who_sees_nothing_is_not_mentioned_unless_made_a_collaborator(
    alice, charlie, erin, customer, remark, told
):
    with refused("mention_out_of_sight") as caught:
        remark(alice, customer, "@查理 你们做过这家吗")
    assert caught.value.details == {"people": [charlie.pk]}
    assert not Comment.objects.exists() and not told() and not Participant.objects.exists()
    remark(alice, customer, "@查理 你们做过这家吗", invite=True)
    assert told() == {("charlie", "collaborator"), ("charlie", "mentioned")}
    helper = Participant.objects.get()
    assert (helper.user, helper.may_write) == (charlie, False)
    assert Customer.objects.visible_to(fresh(charlie)).filter(pk=customer.pk).exists()


def test_who_may_not_name_collaborators_cannot_invite_by_a_comment(
    alice, charlie, customer, now, teams, remark
):
    add_collaborator(alice, customer, NewCollaborator(charlie), now=now)
    add_user(None, NewUser(username="zoe", name="佐伊", role="rep", team=teams["B"]), now=now)
    with refused("not_yours", status=403):
        remark(fresh(charlie), customer, "@佐伊 来看看", invite=True)
    assert Participant.objects.count() == 1


def test_a_collaborator_who_only_reads_comments_an_auditor_and_a_stranger_do_not(
    alice, charlie, erin, customer, now, remark
):
    with unseen():
        remark(charlie, customer, "x")
    with refused("forbidden", status=403):
        remark(erin, customer, "x")
    add_collaborator(alice, customer, NewCollaborator(charlie), now=now)
    assert remark(fresh(charlie), customer, "我来处理").author == charlie


def test_a_record_of_another_customer_is_none_of_this_one(alice, customer, make_customer, say, remark):
    other = say(alice, make_customer(owner=alice))
    with refused("record_of_another", status=404):
        remark(alice, customer, "x", followup=other)


def test_changed_within_a_quarter_of_an_hour_and_removed_whenever(
    alice, bob, dora, customer, remark, now, told
):
    comment = remark(bob, customer, "等展会")
    change_comment(bob, comment, NewComment("等展会，@朵拉 知道"), now=now + timedelta(minutes=15))
    comment.refresh_from_db()
    assert (comment.text, comment.mentioned) == ("等展会，@朵拉 知道", [dora.pk])
    assert ("dora", "mentioned") in told()
    with refused("comment_closed", status=409):
        change_comment(bob, comment, NewComment("x"), now=now + timedelta(minutes=15, seconds=1))
    for deed in (
        lambda: change_comment(alice, comment, NewComment("x"), now=now),
        lambda: remove_comment(alice, comment, now=now),
    ):
        with refused("not_yours", status=403):
            deed()
    remove_comment(bob, comment, now=now + timedelta(days=9))
    assert not Comment.objects.exists()
    assert "展会" not in str(list(Event.objects.values_list("data", flat=True)))


@pytest.mark.parametrize(("text", "code"), [("  ", "comment_empty"), ("长" * 2001, "comment_too_long")])
def test_without_words_or_endless_it_is_none(alice, customer, remark, text, code):
    with refused(code):
        remark(alice, customer, text)


def test_the_longest_name_is_meant_and_of_two_the_one_who_sees(alice, bob, customer, teams, now):
    for login, name in (("ya1", "王雅"), ("ya2", "王雅琴"), ("bo2", bob.name)):
        add_user(None, NewUser(username=login, name=name, role="rep", team=teams["B"]), now=now)
    assert [one.username for one in named_in("@王雅琴请看", customer)] == ["ya2"]
    assert [one.username for one in named_in("请@王雅看", customer)] == ["ya1"]
    assert [one.username for one in named_in(f"@{bob.name}", customer)] == ["bob"]
    assert named_in("写信到 bob@alice.cn", customer) == []
    assert [one.username for one in named_in("@BOB 请看", customer)] == ["bob"]


def test_people_are_offered_by_pinyin_those_who_see_first(alice, bob, dora, charlie, customer):
    assert [(one.username, sees) for one, sees in colleagues_for(customer, "c", besides=alice)] == [
        ("charlie", False)
    ]
    assert [one.username for one, _sees in colleagues_for(customer, "duola", besides=alice)] == ["dora"]
    found = [sees for _one, sees in colleagues_for(customer, "", besides=alice)]
    assert found == sorted(found, reverse=True)


def test_the_rules_alone(now):
    assert written_after_at("@王芳，@李 雷 a@b.cn ＠赵") == ["王芳", "李", "赵"]
    assert longest_beginning("王雅琴请", ["王雅", "王雅琴", "琴"]) == "王雅琴"
    assert longest_beginning("王", []) == ""
    assert may_change(now, now + timedelta(minutes=15)) and not may_change(now, now + timedelta(minutes=16))


def test_the_timeline_shows_them_under_their_record_and_numbers_to_nobody_who_may_not(
    alice, bob, customer, say, remark, now
):
    record = say(alice, customer, "王总手机 13812345678，确认预算八十万元", at=now)
    remark(bob, customer, "他微信也是 138 1234 5678", followup=record, at=now + timedelta(hours=1))
    remark(bob, customer, "座机 010-62345678", at=now + timedelta(hours=2))
    first, second = timeline(customer, only="comments")
    assert (first.kind, first.comment.text) == ("comment", "座机 010-62345678")
    assert [one.text for one in second.followup.comments.all()] == ["他微信也是 138 1234 5678"]
    masked = timeline(customer, unmasked=False)
    shown = " ".join(
        [item.followup.summary + "".join(c.text for c in item.followup.comments.all()) for item in masked if item.followup]
        + [item.comment.text for item in masked if item.comment]
    )  # fmt: skip
    assert "138****5678" in shown and "010-****5678" in shown
    assert not any(number in shown for number in ("13812345678", "138 1234 5678", "62345678"))
    record.refresh_from_db()
    assert "13812345678" in record.summary


def test_the_timelines_questions_do_not_grow(alice, bob, customer, say, remark, django_assert_num_queries):
    record = say(alice, customer)
    for count in range(5):
        remark(bob, customer, f"第{count}条", followup=record)
    with django_assert_num_queries(5):
        for item in timeline(customer):
            _seen = [c.author.name for c in item.followup.comments.all()] if item.followup else []
