import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from genjin.customers.models import Customer
from genjin.events.actions import forget_replies
from genjin.events.models import IdempotentReply
from genjin.intake.models import ImportBatch

BODY = {"name": "杭州远景机电有限公司"}
KEY = {"Idempotency-Key": "order-1"}


def test_a_repeated_request_does_its_work_once_and_is_answered_the_same(alice, call):
    caller = call(alice)
    first = caller.post("/customers", BODY, **KEY)
    again = caller.post("/customers", BODY, **KEY)
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert first["Content-Type"] == again["Content-Type"]
    assert Customer.objects.count() == 1


def test_another_body_or_address_with_the_key_is_refused(alice, call):
    caller = call(alice)
    pk = caller.post("/customers", BODY, **KEY).json()["id"]
    for method, address, body in (
        ("POST", "/customers", {"name": "杭州近景机电有限公司"}), ("POST", f"/customers/{pk}/grade", BODY),
        ("DELETE", f"/customers/{pk}", None),
    ):  # fmt: skip
        answer = caller(method, address, body, **KEY)
        assert answer.status_code in {403, 422}
    assert (
        caller.post("/customers", {"name": "杭州近景机电有限公司"}, **KEY).json()["code"]
        == "idempotency_key_reused"
    )
    assert Customer.objects.count() == 1


def test_keys_belong_to_a_person(alice, bob, call):
    assert call(alice).post("/customers", BODY, **KEY).status_code == 201
    assert call(bob).post("/customers", {"name": "杭州近景机电有限公司"}, **KEY).status_code == 201


def test_a_refusal_is_not_remembered(alice, charlie, call, make_customer):
    row = make_customer(owner=charlie, **BODY)
    caller = call(alice)
    assert caller.post("/customers", BODY, **KEY).status_code == 409
    assert not IdempotentReply.objects.exists()
    Customer.objects.filter(pk=row.pk).update(deleted_at=row.created_at)
    assert caller.post("/customers", BODY, **KEY).status_code == 201


def test_a_deletion_is_answered_twice_without_a_body(bob, call, make_customer):
    row = make_customer(owner=bob)
    caller = call(bob)
    for _ in range(2):
        answer = caller("DELETE", f"/customers/{row.pk}", **KEY)
        assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("key", ["", "x" * 129, "mit leer", "schlüssel"])
def test_a_key_that_is_none_is_refused(alice, call, key):
    answer = call(alice).post("/customers", BODY, **{"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_invalid")


def test_an_upload_is_known_again_by_its_content(alice, call):
    caller, table = call(alice), "客户名称\n杭州远景机电有限公司\n".encode()
    answers = [
        caller.upload("/imports", {"file": SimpleUploadedFile("客户.csv", data)}, **KEY)
        for data in (table, table, table + b"x\n")
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 422]
    assert answers[0].content == answers[1].content
    assert ImportBatch.objects.count() == 1


def test_a_key_is_forgotten_after_a_week(alice, call):
    call(alice).post("/customers", BODY, **KEY)
    kept = IdempotentReply.objects.get().created_at
    assert forget_replies(kept + timedelta(days=6)) == 0
    assert forget_replies(kept + timedelta(days=8)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_the_work_once(alice, call):
    callers, answers, gate = [call(alice), call(alice)], [], threading.Barrier(2)

    def send(caller):
        try:
            gate.wait()
            answers.append(caller.post("/customers", BODY, **KEY))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[caller]) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert Customer.objects.count() == 1
