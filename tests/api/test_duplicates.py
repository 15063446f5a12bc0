import pytest


@pytest.fixture
def known(charlie, make_customer):
    person = {"name": "王小明", "phone": "13812345678", "email": "wang@yuanjing.example"}
    return make_customer(owner=charlie, name="杭州远景机电有限公司", contacts=[person])


@pytest.mark.parametrize(("question", "level"), [
    ({"name": "杭州远景机电有限公司"}, "same"), ({"phone": "138-1234-5678"}, "same"), ({"name": "远景机电"}, "similar"),
    ({"email": "WANG@yuanjing.example"}, "same"), ({"email": "li@yuanjing.example"}, "similar"),
])  # fmt: skip
def test_a_known_customer_shows_as_taken_and_no_more(known, alice, charlie, call, question, level):
    match = call(alice).post("/duplicates/check", question).json()["matches"][0]
    assert (match["id"], match["level"], match["owner"], match["is_visible"]) == (
        known.pk,
        level,
        "查*",
        False,
    )
    assert match["reason"]
    assert (match["stage"], match["last_contact_at"]) == (None, None)
    own = call(charlie).post("/duplicates/check", question).json()["matches"][0]
    assert (own["owner"], own["is_visible"]) == ("查理", True)


def test_a_person_out_of_sight_is_masked(alice, charlie, call, make_customer):
    make_customer(
        owner=charlie, name="王小明", kind="person", contacts=[{"name": "王小明", "phone": "13812345678"}]
    )
    match = call(alice).post("/duplicates/check", {"phone": "13812345678"}).json()["matches"][0]
    assert match["name"] == "王*"


def test_nothing_asked_and_nonsense_are_refused(alice, erin, call):
    assert call(alice).post("/duplicates/check", {}).json()["code"] == "question_empty"
    answer = call(alice).post("/duplicates/check", {"uscc": "123"})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["uscc"])
    assert call(alice).post("/duplicates/check", {"name": "没有的公司"}).json() == {"matches": []}
    assert call(erin).post("/duplicates/check", {"name": "没有的公司"}).status_code == 403
