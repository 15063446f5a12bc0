"""The commands as doors: who acts, what is printed, how it ends. What they do is told beside the actions."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from genjin.accounts.actions import save_view
from genjin.accounts.models import Team, User
from genjin.accounts.queries import live_token
from genjin.cli import passwords
from genjin.cli.health import look_at_everything
from genjin.customers.models import Customer
from genjin.intake.actions.export import grant_export, run_export, set_policy
from genjin.intake.models import Export, ImportBatch
from genjin.kit.errors import RuleError
from genjin.selling.models import Opportunity

pytestmark = pytest.mark.django_db


def run(*words: Any) -> Any:
    """Run a command and return what it printed: JSON where it was asked for."""
    out = io.StringIO()
    call_command(*(str(word) for word in words), stdout=out, stderr=io.StringIO())
    text = out.getvalue()
    return json.loads(text) if "--json" in words else text


@pytest.fixture
def silent_stdin(monkeypatch):
    monkeypatch.setattr(passwords, "SILENT_SECONDS", 0.0)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))


@pytest.fixture
def piped(monkeypatch):
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


@pytest.fixture
def sheet(settings, tmp_path) -> Path:
    settings.HOME = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "up"},
        }
    }
    path = tmp_path / "客户.csv"
    lines = [
        "公司,手机,谁的,暗号",
        "宁波甲机电有限公司,13812340001,alice,x",
        "宁波乙机电有限公司,1381234,alice,",
        ",13812340003,,",
    ]
    path.write_text("\n".join([*lines, "宁波甲机电有限公司,13812340004,alice,"]), encoding="utf-8")
    return path


def test_init_makes_one_administrator_and_refuses_twice(db, piped):
    piped("Anfang-2026-x\n")
    assert run("init", "--admin", "dora", "--password-stdin", "--json") == {"admin": "dora"}
    assert User.objects.get(username="dora").check_password("Anfang-2026-x")
    piped("Anfang-2026-x\n")
    with pytest.raises(RuleError) as refusal:
        run("init", "--admin", "dora", "--password-stdin")
    assert refusal.value.code == "already_initialised"
    assert User.objects.count() == 1


def test_init_wants_the_password_it_was_told_to_read(piped):
    piped("")
    with pytest.raises(RuleError) as refusal:
        run("init", "--admin", "dora", "--password-stdin")
    assert refusal.value.code == "password_missing"
    assert not User.objects.exists()


def test_user_add_prints_a_link_that_sets_the_password_once(silent_stdin):
    words = ("--role", "lead", "--team", "一组", "--leads", "--name", "鲍勃", "--json")
    found = run("user", "add", "bob", *words)
    assert Team.objects.get(name="一组").leads.get().username == "bob"
    path = found["link"].removeprefix("http://127.0.0.1:8000")
    client = Client()
    page = client.get(path, follow=True)
    target = page.redirect_chain[-1][0]
    client.post(target, {"password1": "Neues-Wort-2026", "password2": "Neues-Wort-2026"})
    assert User.objects.get(username="bob").check_password("Neues-Wort-2026")
    assert not client.get(path, follow=True).redirect_chain


def test_user_add_takes_a_piped_password(piped):
    piped("Aus-der-Leitung-1\n")
    found = run("user", "add", "alice", "--password-stdin", "--json")
    assert "link" not in found
    assert User.objects.get(username="alice").check_password("Aus-der-Leitung-1")


def test_user_add_refuses_a_taken_login_and_leaves_no_team(alice, silent_stdin):
    with pytest.raises(RuleError) as refusal:
        run("user", "add", "alice", "--team", "三组")
    assert refusal.value.code == "username_taken"
    assert not Team.objects.filter(name="三组").exists()


def test_user_add_refuses_words_that_make_no_sense():
    with pytest.raises(CommandError):
        run("user", "add", "a b")
    with pytest.raises(CommandError) as refusal:
        run("user", "add", "bob", "--leads")
    assert refusal.value.returncode == 2


def test_a_token_opens_the_door(alice):
    found = run("token", "alice", "--days", "3", "--json")
    assert live_token(found["token"], timezone.now()).user == alice
    with pytest.raises(RuleError):
        run("token", "nobody")


def test_import_prints_what_scripts_rely_on(dora, alice, pool, sheet, tmp_path):
    report = tmp_path / "report.csv"
    found = run(
        "import", sheet, "--as", "dora", "--map", "谁的=负责人", "公司=name", "--yes", "--report", report, "--json"
    )  # fmt: skip
    counts = {
        name: found[name] for name in ("rows", "created", "updated", "duplicates", "rejected", "dry_run")
    }
    assert counts == {"rows": 4, "created": 2, "updated": 0, "duplicates": 1, "rejected": 1, "dry_run": False}
    assert found["seconds"] > 0
    assert Path(found["error_file"]).is_file()
    phone = next(problem for problem in found["problems"] if problem["code"] == "phone_invalid")
    assert phone.keys() == {"row", "column", "code", "value", "message"}
    assert (phone["row"], phone["column"], phone["value"]) == (3, "手机", "1381234")
    assert Customer.objects.filter(owner=alice, import_batch=found["batch"]).count() == 2
    with report.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["row", "column", "code", "value", "message", "level", "match_id", "match_name"]
    double = next(row for row in rows if row["code"] == "duplicate_in_file")
    assert (double["row"], double["level"], double["match_name"]) == ("5", "same", "宁波甲机电有限公司")


def test_a_dry_run_writes_nothing(dora, pool, sheet):
    found = run("import", sheet, "--as", "dora", "--dry-run", "--json")
    assert found["created"] == 2
    assert found["dry_run"]
    assert not Customer.objects.exists()
    assert ImportBatch.objects.get().status == ImportBatch.Status.CANCELLED


def test_unknown_columns_are_left_out_or_kept_as_told(dora, pool, sheet):
    run("import", sheet, "--as", "dora", "--yes", "--keep-unknown")
    assert Customer.objects.get(name="宁波甲机电有限公司").extra == {"谁的": "alice", "暗号": "x"}


def test_import_into_an_owner_and_back_out(dora, alice, pool, sheet):
    found = run("import", sheet, "--as", "dora", "--owner", "艾丽", "--yes", "--json")
    assert Customer.objects.filter(owner=alice).count() == 2
    undone = run("import-undo", found["batch"], "--as", "dora", "--json")
    assert undone == {
        "batch": found["batch"],
        "removed": 2,
        "kept": [],
        "restored": 0,
        "left": [],
        "products": [],
    }
    assert not Customer.objects.exists()
    with pytest.raises(RuleError):
        run("import-undo", found["batch"], "--as", "dora")


def test_import_in_another_mode_updates_and_goes_back(dora, alice, pool, sheet):
    run("import", sheet, "--as", "dora", "--owner", "艾丽", "--yes", "--json")
    name = Customer.objects.earliest("pk").name
    other = sheet.with_name("update.csv")
    other.write_text(f"公司,备注\n{name},回访过\n没有的公司,回访过\n", "utf-8")
    words = ("import", other, "--as", "dora", "--owner", "艾丽", "--mode", "update", "--json")
    seen = run(*words, "--dry-run")
    assert (seen["created"], seen["updated"], seen["rejected"]) == (0, 1, 1)
    assert not Customer.objects.filter(notes="回访过").exists()
    found = run(*words, "--yes")
    assert (found["updated"], Customer.objects.get(notes="回访过").name) == (1, name)
    undone = run("import-undo", found["batch"], "--as", "dora", "--json")
    assert (undone["restored"], undone["left"], Customer.objects.filter(notes="回访过").count()) == (1, [], 0)


def test_import_refuses_before_it_writes(dora, erin, pool, sheet, silent_stdin):
    for words, wanted in (
        (("--as", "erin", "--yes"), "forbidden"),
        (("--as", "nobody", "--yes"), "user_unknown"),
        (("--as", "dora", "--yes", "--map", "公司="), "mapping_without_name"),
        (("--as", "dora", "--yes", "--map", "公司=nonsense"), "mapping_invalid"),
        (("--as", "dora", "--yes", "--pool", "无"), "pool_unknown"),
    ):
        with pytest.raises(RuleError) as refusal:
            run("import", sheet, *words)
        assert refusal.value.code == wanted
    with pytest.raises(CommandError) as wrong:
        run("import", sheet, "--as", "dora")
    assert wrong.value.returncode == 2
    assert not Customer.objects.exists()


def test_export_is_masked_as_for_that_person(bob, alice, charlie, make_customer, tmp_path):
    make_customer(owner=alice)
    found = run("export", "customers", "--as", "bob", "--out", tmp_path / "a.xlsx", "--json")
    assert found["rows"] == 1
    with pytest.raises(RuleError) as refusal:
        run("export", "customers", "--as", "charlie", "--out", tmp_path / "b.xlsx")
    assert refusal.value.code == "forbidden"


def test_export_takes_a_saved_list_a_format_and_columns(bob, alice, make_customer, tmp_path):
    person = [{"name": "王小明", "phone": "13812345678"}]
    make_customer(owner=alice, industry="制造业", contacts=person)
    make_customer(owner=alice, industry="贸易")
    save_view(bob, page="customers", name="制造", query="tab=all&f=industry&op=eq&v=制造业&v2=")
    path = tmp_path / "a.csv"
    asked = ("export", "customers", "--as", "bob", "--out", path, "--columns", "name,contact.phone", "--json")
    assert run(*asked, "--view", "制造")["rows"] == 1
    text = path.read_text(encoding="utf-8-sig")
    assert text.startswith("客户名称,手机/电话,导出标记")
    assert "13812345678" in text
    assert run(*asked, "--view", "制造", "--masked")["rows"] == 1
    assert "13812345678" not in path.read_text(encoding="utf-8-sig")
    for more, code in ((("--view", "没有"), "view_unknown"), (("--columns", "password"), "column_unknown")):
        with pytest.raises(RuleError) as refusal:
            run(*asked, *more)
        assert refusal.value.code == code


def test_export_takes_other_lists_by_their_address(bob, alice, make_customer, tmp_path, now):
    for name in ("两条产线", "培训"):
        customer = make_customer(owner=alice)
        Opportunity.objects.create(customer=customer, name=name, opened_at=now, stage_entered_at=now)
    path = tmp_path / "a.csv"
    asked = ("export", "opportunities", "--as", "bob", "--out", path, "--json")
    assert run(*asked)["rows"] == 2
    assert run(*asked, "--query", "tab=open&q=培训")["rows"] == 1
    text = path.read_text(encoding="utf-8-sig")
    assert ("培训" in text, "两条产线" in text) == (True, False)


def test_export_without_an_address_takes_all_in_sight(bob, alice, make_customer, tmp_path, now):
    customer = make_customer(owner=alice)
    for stage in ("negotiation", "won"):
        Opportunity.objects.create(
            customer=customer, name=stage, stage=stage, opened_at=now, stage_entered_at=now, closed_at=now if stage == "won" else None
        )  # fmt: skip
    path = tmp_path / "a.csv"
    assert run("export", "opportunities", "--as", "bob", "--out", path, "--json")["rows"] == 2
    path = tmp_path / "b.csv"
    with pytest.raises(RuleError) as refusal:
        run("export", "customers", "--as", "bob", "--out", path, "--view", "我的", "--query", "tab=all")
    assert (refusal.value.code, path.exists(), Export.objects.count()) == ("view_and_query", False, 1)


def test_export_above_the_limit_is_asked_for_and_fetched_later(
    bob, dora, alice, make_customer, tmp_path, now
):
    set_policy(dora, most_rows=0, days_kept=7, now=now)
    make_customer(owner=alice)
    path = tmp_path / "a.xlsx"
    with pytest.raises(RuleError) as refusal:
        run("export", "customers", "--as", "bob", "--out", path)
    assert (refusal.value.code, path.exists()) == ("approval_needed", False)
    asked = Export.objects.get()
    grant_export(dora, asked.request, now=now)
    run_export(asked.pk, now=timezone.now())
    found = run("export", "customers", "--as", "bob", "--out", path, "--fetch", str(asked.pk), "--json")
    assert (found["rows"], path.read_bytes()[:2]) == (1, b"PK")
    with pytest.raises(RuleError) as refusal:
        run("export", "customers", "--as", "alice", "--out", tmp_path / "b.xlsx", "--fetch", str(asked.pk))
    assert refusal.value.status in {403, 404}


def test_match_ranks_same_before_similar(dora, alice, make_customer, tmp_path):
    other = make_customer(owner=alice, name="宁波恒泰机电有限公司")
    same = make_customer(
        owner=alice, name="恒泰机电有限公司", contacts=[{"name": "王芳", "phone": "13812340001"}]
    )
    listed = tmp_path / "names.txt"
    listed.write_text("138 1234 0001\n", encoding="utf-8")
    lines = run("match", "恒泰机电有限公司", "--file", listed, "--as", "alice").splitlines()
    by_name, by_phone = (json.loads(line) for line in lines)
    assert by_name["query"] == "恒泰机电有限公司"
    assert [(one["id"], one["level"]) for one in by_name["candidates"]] == [
        (same.pk, "same"),
        (other.pk, "similar"),
    ]
    assert by_name["candidates"][0].keys() == {"id", "name", "level", "score", "reason"}
    assert [one["id"] for one in by_phone["candidates"]] == [same.pk]


def test_match_says_that_a_stranger_s_customer_is_taken(charlie, alice, make_customer):
    make_customer(owner=alice, name="宁波恒泰机电有限公司")
    exact = json.loads(run("match", "宁波恒泰机电有限公司", "--as", "charlie"))
    assert [one["level"] for one in exact["candidates"]] == ["same"]
    assert json.loads(run("match", "恒泰", "--as", "charlie"))["candidates"] == []


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("phone", "0755-86013388转8123", {"ok": True, "value": "0755-86013388-8123", "code": ""}),
        ("phone", "1381234567", {"ok": False, "value": None, "code": "phone_invalid"}),
        ("name", "ABC科技(上海)有限公司", {"display": "ABC科技（上海）有限公司", "key_core": "abc科技"}),
        ("uscc", "91110000600037341l", {"ok": True, "value": "91110000600037341L"}),
        ("region", "杭州余杭区", {"province": "浙江省", "city": "杭州市", "district": "余杭区", "code": "330110"}),
        ("money", "5-8万元", {"low": "50000.00", "high": "80000.00"}),
        ("money", "若干", {"ok": False, "code": "money_invalid"}),
        ("date", "2026年3月", {"value": "2026-03-01", "precision": "month"}),
    ],
)  # fmt: skip
def test_normalise_says_how_a_value_is_read(kind, text, expected):
    found = json.loads(run("normalise", kind, "--", text))
    assert found["input"] == text
    assert found.keys() >= {"input", "ok", "value", "code", "message"}
    assert {name: found[name] for name in expected} == expected
    assert bool(found["message"]) is not found["ok"]


def test_check_finds_a_silent_worker(db):
    out = io.StringIO()
    with pytest.raises(SystemExit) as ending:
        call_command("check", "--json", stdout=out)
    assert ending.value.code == 1
    found = json.loads(out.getvalue())
    looks = {look["name"]: look for look in found["checks"]}
    assert not found["ok"]
    assert not looks["worker"]["ok"]
    assert looks["database"]["ok"]


def test_check_asks_for_the_holidays_of_a_year_nobody_loaded(db, now):
    def calendar(at):
        return next(look for look in look_at_everything(at) if look.name == "calendar")

    assert calendar(now).ok
    unknown = calendar(now.replace(year=2099))
    assert not unknown.ok
    assert "2099" in unknown.sentence


def test_rules_say_whom_they_would_hit_and_change_nothing(alice, make_customer, now):
    customer = make_customer(owner=alice, name="杭州远景机电有限公司")
    found = run("rules", "dry-run", "recycle", "--at", "2026-06-01", "--json")
    assert (found["count"], found["hits"][0]["id"], found["hits"][0]["owner"]) == (1, customer.pk, "艾丽")
    assert found["hits"][0]["due_at"].startswith("2026-05-10")
    assert run("rules", "dry-run", "recycle", "--at", "2026-04-01", "--json")["hits"] == []
    assert run("rules", "dry-run", "assign", "--json")["count"] == 0
    steps = run("rules", "dry-run", "escalate", "--at", "2026-06-01", "--json")["hits"]
    assert {step["id"] for step in steps} == {customer.pk} and len(steps) > 2
    assert "count" in run("rules", "dry-run", "score", "--json")
    customer.refresh_from_db()
    assert customer.owner == alice
