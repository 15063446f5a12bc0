"""Bad input is answered in one shape and never with a fault."""

import pytest
from django.test import Client

from genjin.customers.models import Customer


def refused(answer, status):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("application/json")
    said = answer.json()
    assert set(said) == {"code", "message", "fields", "details"}
    assert said["message"]
    return said


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"name": NaN}', b'{"name": "a\\u0000b"}', b'{"name": "\\ud800"}',
    b"[" * 100_000, b'{"name": ' + b"9" * 5000 + b"}", b'{"name": "x", "employee_count": 1e400}',
    b'{"name": "x", "extra": {"\\u0000": "y"}}',
])  # fmt: skip
def test_bodies_that_are_none(alice, call, body):
    answer = call(alice).post("/customers", body)
    assert answer.status_code in {400, 422}
    refused(answer, answer.status_code)
    assert not Customer.objects.exists()


@pytest.mark.parametrize("fields", [
    {"employee_count": 2**70}, {"budget_min": "NaN"}, {"budget_min": -1}, {"budget_min": 5, "budget_max": 1},
    {"founded_on": "0000-00-00"}, {"purchase_by": "99999-01-01"}, {"first_contact_at": "2020-01-01T00:00:00"},
    {"first_contact_at": "0001-01-01T00:00:00+14:00"}, {"need": "x" * 4001}, {"owner_id": 1}, {"extra": {"a": 1}},
    {"referrer": 2**53}, {"contacts": [{"email": "kein"}]}, {"contacts": [{}] * 51}, {"pool": 0}, {"budget": "很多"},
    {"credit_code": "1" * 18}, {"province": "x" * 100},
])  # fmt: skip
def test_values_that_are_none(alice, call, fields):
    said = refused(call(alice).post("/customers", {"name": "杭州远景机电有限公司"} | fields), 422)
    assert said["code"]
    assert not Customer.objects.exists()


@pytest.mark.parametrize("address", [
    "/customers/0", "/customers/abc", "/customers/-1", "/customers/9223372036854775808", "/customers/1e5",
    "/customers?q=%00", "/customers?cursor=%F0%28", "/customers?q=%ED%A0%80",
])  # fmt: skip
def test_addresses_that_are_none(alice, call, address):
    answer = call(alice).get(address)
    if answer.status_code != 200:
        assert answer.status_code in {400, 404, 422}
        refused(answer, answer.status_code)


def test_unknown_addresses_and_methods_keep_the_shape(alice, call):
    refused(call(alice).get("/nothing"), 404)
    refused(Client().get("/api/v2"), 404)
    refused(Client().get("/api/v1/"), 404)
    answer = call(alice)("PUT", "/customers", {})
    refused(answer, 405)
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}


def test_what_is_too_large_is_413(alice, call, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    refused(call(alice).post("/customers", {"name": "x" * 2000}), 413)


def test_another_content_type_is_no_fault(alice, call):
    caller = call(alice)
    token = {"Authorization": f"Bearer {caller.token}"}
    for kind, body in (
        ("multipart/form-data", b"--x"), ("multipart/form-data; boundary=x", b"--x\r\n"), ("text/plain", b"name=x"),
        ("application/x-www-form-urlencoded", b"name=x"), ("application/json; charset=nonsense", b"{"),
    ):  # fmt: skip
        for address in ("customers", "imports"):
            answer = caller.client.generic(
                "POST", f"/api/v1/{address}", body, content_type=kind, headers=token
            )
            assert answer.status_code in {400, 422}, (kind, address)
            refused(answer, answer.status_code)


def test_the_description_names_every_refusal(client):
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for address, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], address
            assert {"401", "403", "404", "409", "422", "429"} <= set(operation["responses"])
            keyed = any(one["name"] == "Idempotency-Key" for one in operation["parameters"])
            assert keyed == (method != "get"), address
