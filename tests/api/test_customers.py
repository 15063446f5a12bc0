import pytest
from django.utils import timezone

from genjin.customers.models import Customer, OwnerChange
from genjin.events.models import Event
from genjin.followups.models import Deadline

PERSON = {"name": "王小明", "phone": "13812345678", "email": "wangxm@example.com", "wechat": "wxm88"}


def counted(django_assert_max_num_queries, caller, address, most):
    with django_assert_max_num_queries(most):
        answer = caller.get(address)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_customer_is_added_with_people_and_read_back(alice, call):
    body = {
        "name": "杭州远景机电有限公司", "industry": "制造业", "budget": "50-100万", "source": "行业展会",
        "founded_on": "2015", "is_authority_clear": True, "contacts": [PERSON], "extra": {"展位": "A12"},
    }  # fmt: skip
    answer = call(alice).post("/customers", body)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert made["code"] == f"KH{made['id']:06d}"
    assert made["owner"] == {"id": alice.pk, "name": "艾丽"}
    assert (made["budget_min"], made["budget_max"]) == ("500000.00", "1000000.00")
    assert (made["founded_on"], made["founded_precision"]) == ("2015-01-01", "year")
    assert (made["source"], made["stage"], made["score"], made["label"]) == ("行业展会", "lead", 7, "hot")
    assert made["contacts"][0]["phone"] == "13812345678"
    assert made["contacts"][0]["is_primary"]
    assert made["extra"] == {"展位": "A12"}
    assert call(alice).get(f"/customers/{made['id']}").json() == made


def test_a_wrong_field_is_named(alice, call):
    body = {"name": "甲", "employee_count": -1, "stage": "won", "founded_on": "昨天"}
    answer = call(alice).post("/customers", body)
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {"employee_count", "stage"}
    assert not Customer.objects.exists()


def test_what_the_readers_refuse_is_named_like_the_rest(alice, call):
    answer = call(alice).post("/customers", {"name": "甲方公司", "credit_code": "123", "source": "梦里"})
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["source"]
    answer = call(alice).post(
        "/customers", {"name": "甲方公司", "credit_code": "123", "contacts": [{"phone": "12"}]}
    )
    assert answer.status_code == 422
    assert not Customer.objects.exists()


def test_a_known_customer_is_refused_with_its_id(alice, charlie, call, make_customer):
    known = make_customer(owner=charlie, name="杭州远景机电有限公司")
    answer = call(alice).post("/customers", {"name": "杭州远景机电 有限公司"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "duplicate_same"
    assert answer.json()["details"]["candidates"] == [known.pk]
    assert Customer.objects.count() == 1


def test_only_a_lead_adds_for_somebody_else(alice, bob, call):
    body = {"name": "杭州远景机电有限公司", "owner": "alice"}
    made = call(bob).post("/customers", body).json()
    assert made["owner"]["id"] == alice.pk
    answer = call(alice).post("/customers", {"name": "杭州近景机电有限公司", "owner": bob.pk})
    assert answer.status_code == 403


def test_the_list_shows_what_one_may_see_in_a_fixed_number_of_queries(
    alice, bob, charlie, erin, call, make_customer, django_assert_max_num_queries
):
    mine = [make_customer(owner=alice).pk for _ in range(3)]
    other = make_customer(owner=charlie).pk
    found = counted(django_assert_max_num_queries, call(alice), "/customers", 4)
    assert [row["id"] for row in found["items"]] == mine[::-1]
    assert found["next"] is None
    found = counted(django_assert_max_num_queries, call(bob), "/customers", 5)
    assert [row["id"] for row in found["items"]] == mine[::-1]
    assert [row["id"] for row in call(erin).get("/customers").json()["items"]] == [other, *mine[::-1]]


def test_a_record_takes_a_fixed_number_of_queries(alice, call, make_customer, django_assert_max_num_queries):
    row = make_customer(owner=alice, contacts=[PERSON])
    counted(django_assert_max_num_queries, call(alice), f"/customers/{row.pk}", 7)


@pytest.mark.parametrize("ordering", ["id", "-id", "score", "-score", "name", "-name", "next_action_at",
                                      "-next_action_at", "last_contact_at", "-last_contact_at"])  # fmt: skip
def test_pages_follow_each_other_without_gap_or_double(alice, call, make_customer, ordering):
    rows = [
        make_customer(owner=alice, name=f"{first}城第{at}机电有限公司")
        for at, first in enumerate("广北上深天南")
    ]
    moment = timezone.now()
    for at, row in enumerate(rows[:4]):
        Customer.objects.filter(pk=row.pk).update(
            score=at % 2, next_action_at=moment, last_contact_at=moment if at < 2 else None
        )
    caller, seen, cursor = call(alice), [], None
    whole = [row["id"] for row in caller.get(f"/customers?ordering={ordering}").json()["items"]]
    for _ in range(10):
        tail = f"&cursor={cursor}" if cursor else ""
        found = caller.get(f"/customers?page_size=2&ordering={ordering}{tail}").json()
        seen += [row["id"] for row in found["items"]]
        cursor = found["next"]
        if cursor is None:
            break
    assert seen == whole
    assert set(seen) == {row.pk for row in rows}


def test_filters_search_and_their_refusals(alice, call, make_customer):
    one = make_customer(
        owner=alice, name="深圳市海豚科技有限公司", industry="软件", city="深圳市", contacts=[PERSON]
    )
    make_customer(owner=alice, name="上海鲸鱼贸易有限公司")
    caller = call(alice)

    def ids(query):
        answer = caller.get(f"/customers?{query}")
        assert answer.status_code == 200, answer.content
        return [row["id"] for row in answer.json()["items"]]

    for query in ("q=海豚", "q=haitun", "q=5678", "industry=软件", "city=深圳市"):
        assert ids(query) == [one.pk], query
    assert len(ids(f"stage=lead&owner={alice.pk}&without_next_step=true")) == 2
    assert ids("stage=won") == []
    assert ids("updated_since=2199-01-01T00:00:00Z") == []
    for query, field in (
        ("stagee=won", "stagee"), ("stage=sold", "stage"), ("page_size=201", "page_size"), ("ordering=owner__password", "ordering"),
        ("cursor=x", "cursor"), ("cursor=WzEsMV0", ""), ("owner=99999999999999999999999", "owner"),
    ):  # fmt: skip
        answer = caller.get(f"/customers?{query}")
        if field:
            assert answer.status_code == 422, query
            assert field in answer.json()["fields"], query


def test_a_change_needs_the_version_and_keeps_what_others_changed(alice, bob, call, make_customer):
    row = make_customer(owner=alice)
    first = call(alice).patch(f"/customers/{row.pk}", {"version": 1, "need": "排产系统"})
    assert first.status_code == 200
    assert first.json()["version"] == 2
    beside = call(bob).patch(f"/customers/{row.pk}", {"version": 1, "industry": "制造业"})
    assert beside.status_code == 200
    assert beside.json()["need"] == "排产系统"
    same = call(bob).patch(f"/customers/{row.pk}", {"version": 1, "need": "MES 系统", "city": "杭州市"})
    assert same.status_code == 409
    said = same.json()
    assert said["code"] == "version_conflict"
    assert list(said["fields"]) == ["need"]
    assert said["details"]["conflicts"]["need"]["theirs"] == "排产系统"
    assert said["details"]["version"] == 3
    row.refresh_from_db()
    assert (row.need, row.city, row.industry) == ("排产系统", "", "制造业")
    assert call(alice).patch(f"/customers/{row.pk}", {"need": "x"}).status_code == 422


def test_who_may_not_change_gets_403_and_nothing_changes(alice, erin, call, make_customer):
    row = make_customer(owner=alice)
    assert call(erin).patch(f"/customers/{row.pk}", {"version": 1, "need": "x 系统"}).status_code == 403
    assert call(alice).delete(f"/customers/{row.pk}").status_code == 403
    row.refresh_from_db()
    assert (row.need, row.deleted_at, row.version) == ("", None, 1)


def test_deleting_moves_to_the_bin(alice, bob, call, make_customer):
    row = make_customer(owner=alice)
    answer = call(bob).delete(f"/customers/{row.pk}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert call(bob).get(f"/customers/{row.pk}").status_code == 404
    assert call(bob).delete(f"/customers/{row.pk}").status_code == 404


def test_claiming_releasing_and_assigning(alice, bob, charlie, pool, call, make_customer):
    row = make_customer(pool=pool)
    claimed = call(alice).post(f"/customers/{row.pk}/claim")
    assert claimed.status_code == 200
    assert claimed.json()["owner"]["id"] == alice.pk
    assert Deadline.objects.running().filter(customer=row, kind="first_contact").exists()
    assert call(charlie).post(f"/customers/{row.pk}/claim").status_code == 404
    assert call(bob).post(f"/customers/{row.pk}/claim").status_code == 409
    assert call(alice).post(f"/customers/{row.pk}/release", {"reason": " "}).status_code == 422
    early = call(alice).post(f"/customers/{row.pk}/release", {"reason": "暂无需求"})
    assert (early.status_code, early.json()["code"]) == (422, "too_few_touches")
    released = call(alice).post(f"/customers/{row.pk}/release", {"reason": "非本区域"})
    assert released.status_code == 200, released.content
    assert released.json()["owner"] is None
    assert released.json()["pool"]["id"] == pool.pk
    mine = make_customer(owner=bob)
    given = call(bob).post(f"/customers/{mine.pk}/assign", {"owner": alice.pk, "reason": "分配"})
    assert given.json()["owner"]["id"] == alice.pk
    assert call(bob).post(f"/customers/{mine.pk}/assign", {"owner": charlie.pk}).status_code == 422
    assert call(alice).post(f"/customers/{mine.pk}/assign", {"owner": alice.pk}).status_code == 403
    assert OwnerChange.objects.filter(customer=mine, how="assigned").count() == 1


def test_the_claim_limit_says_when_to_come_back(alice, pool, call, make_customer):
    pool.daily_claims = 1
    pool.save()
    one, two = make_customer(pool=pool), make_customer(pool=pool)
    assert call(alice).post(f"/customers/{one.pk}/claim").status_code == 200
    answer = call(alice).post(f"/customers/{two.pk}/claim")
    assert answer.status_code == 429
    assert answer.json()["code"] == "claim_limit"
    assert int(answer["Retry-After"]) > 0


def test_stage_and_grade_move_through_their_rules(alice, call, make_customer):
    row = make_customer(owner=alice)
    Customer.objects.filter(pk=row.pk).update(owned_since=timezone.now())
    caller = call(alice)
    closed = caller.post(f"/customers/{row.pk}/stage", {"stage": "prospect"})
    assert closed.status_code == 422
    assert closed.json()["code"] == "stage_gate_closed"
    assert closed.json()["details"]["missing"] == ["score", "first_contact"]
    far = caller.post(f"/customers/{row.pk}/stage", {"stage": "won", "reason": "x"})
    assert far.json()["code"] == "stage_not_reachable"
    assert (
        caller.post(f"/customers/{row.pk}/stage", {"stage": "lost"}).json()["code"] == "lost_reason_missing"
    )
    bare = caller.post(f"/customers/{row.pk}/stage", {"stage": "lost", "lost_reason": "同行"})
    assert bare.json()["details"]["missing"] == ["refusal"]
    shown = {"kind": "verbal", "proves": ["refusal"], "text": "对方是同行,来打听价格"}
    assert caller.post(f"/customers/{row.pk}/evidence", shown).status_code == 201
    lost = caller.post(f"/customers/{row.pk}/stage", {"stage": "lost", "lost_reason": "同行"})
    assert lost.status_code == 200, lost.content
    assert (lost.json()["stage"], lost.json()["lost_reason"]) == ("lost", "同行")
    graded = caller.post(f"/customers/{row.pk}/grade", {"grade": "A", "reason": "需求明确"})
    assert (graded.json()["grade"], graded.json()["is_grade_confirmed"]) == ("A", True)
    assert caller.post(f"/customers/{row.pk}/grade", {"grade": "D", "reason": "x"}).status_code == 422


def test_people_of_a_pool_are_masked_everywhere_and_stay_so(alice, dora, erin, pool, call, make_customer):
    row = make_customer(
        pool=pool, name="王小明", kind="person", address="浙江省杭州市西湖区文三路 1 号", contacts=[PERSON],
        notes="私人电话 13812345678", extra={"手机": "1381234567"},
    )  # fmt: skip
    call(dora).patch(
        f"/customers/{row.pk}", {"version": 1, "name": "王小明明", "notes": "又一个 13812345678"}
    )
    contact = row.contacts.get()
    secrets = ("13812345678", "1381234567", "小明", "wangxm@", "wxm88", "文三路")
    for caller in (call(alice), call(erin)):
        for address in (
            f"/customers/{row.pk}", "/customers", f"/customers/{row.pk}/contacts", f"/customers/{row.pk}/timeline",
            "/customers?ordering=name&page_size=1",
        ):  # fmt: skip
            answer = caller.get(address)
            assert answer.status_code == 200
            for secret in secrets:
                assert secret not in answer.content.decode(), (address, secret)
        assert caller.get(f"/customers/{row.pk}").json()["contacts"][0]["phone"] == "138****5678"
    assert call(alice).post(f"/customers/{row.pk}/reveal", {"contact": contact.pk}).status_code == 403
    shown = call(dora).post(f"/customers/{row.pk}/reveal", {"contact": contact.pk})
    assert shown.json()["phone"] == "13812345678"


def test_a_participant_sees_masked_people_until_revealing_them_which_is_logged(
    alice, charlie, call, make_customer
):
    row = make_customer(owner=alice, contacts=[PERSON])
    task = {"customer": row.pk, "objective": "报价", "due_at": "2199-01-01T00:00:00Z", "assignee": "charlie"}
    assert call(alice).post("/tasks", task).status_code == 201
    caller = call(charlie)
    assert caller.get(f"/customers/{row.pk}").json()["contacts"][0]["name"] == "王*"
    contact = row.contacts.get()
    shown = caller.post(f"/customers/{row.pk}/reveal", {"contact": contact.pk})
    assert (shown.status_code, shown.json()["phone"]) == (200, "13812345678")
    assert Event.objects.filter(kind="contact.revealed", actor=charlie, subject_id=contact.pk).count() == 1
    other = make_customer(owner=alice, contacts=[PERSON | {"phone": "13912345678", "email": ""}])
    strange = caller.post(f"/customers/{row.pk}/reveal", {"contact": other.contacts.get().pk})
    missing = caller.post(f"/customers/{row.pk}/reveal", {"contact": 999_999})
    assert (strange.status_code, strange.content) == (422, missing.content)
