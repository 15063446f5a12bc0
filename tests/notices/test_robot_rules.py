"""What robots are posted: their three shapes, signed as they ask, with text that stays text."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.notices.rules.robots import Line, Speech, Verdict, fitting, message_for, plain_text, verdict

NOW = datetime(2026, 3, 11, 2, 30, tzinfo=UTC)
LINES = [
    Line("远景机电：<font color=red>[点我](http://evil)</font> @all", "https://crm.example.com/notices/7/")
]


def posted(kind: str, lines=LINES, secret: str = ""):
    speech = Speech(
        "请注意！有人给我安排了任务", lines, mark="请及时跟进！ #3f9a2c1b", more="还有 {count} 条"
    )
    return message_for(kind, speech, secret=secret, now=NOW)


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_text_stays_text(kind):
    text = json.dumps(posted(kind).payload, ensure_ascii=False)
    assert "3f9a2c1b" in text
    assert "远景机电" in text
    assert "<font" not in text
    assert "[点我](" not in text
    assert "@all" not in text
    assert "https://crm.example.com/notices/7/" in text


def test_the_three_shapes():
    assert posted("wecom").payload["msgtype"] == "markdown"
    assert posted("dingtalk").payload["markdown"]["title"].startswith("请注意！")
    post = posted("feishu").payload
    assert post["msg_type"] == "post"
    assert post["content"]["post"]["zh_cn"]["content"][0][0]["href"] == LINES[0].url


def test_signatures_are_those_the_makers_describe():
    signed = posted("dingtalk", secret="SEC000")
    assert signed.query == "timestamp=1773196200000&sign=" + signed.query.partition("sign=")[2]
    body = posted("feishu", secret="abc").payload
    assert (body["timestamp"], len(body["sign"])) == ("1773196200", 44)
    assert "sign" not in posted("feishu").payload
    assert posted("wecom", secret="x").query == ""


def test_what_finds_no_room_is_counted():
    lines = [
        Line(f"第{n}位客户" + "很长的一段话" * 30, f"https://crm.example.com/notices/{n}/") for n in range(50)
    ]
    text = posted("wecom", lines).payload["markdown"]["content"]
    assert len(text.encode()) <= 4096
    shown = text.count("https://")
    assert f"还有 {50 - shown} 条" in text


@given(st.lists(st.builds(Line, st.text(max_size=900), st.just("https://crm.example.com/notices/1/")), min_size=1, max_size=80))  # fmt: skip
def test_no_text_outgrows_a_message_or_breaks_its_lines(lines):
    text = posted("wecom", lines).payload["markdown"]["content"]
    assert len(text.encode()) <= 4096
    assert text.count("(https://") == min(len(fitting(lines, 3400)), len(lines))
    assert not any(sign in plain_text(line.text) for line in lines for sign in "<>[]`*\n\r\u2028\u202e@")


@pytest.mark.parametrize(
    ("status", "body", "judged"),
    [
        (200, '{"errcode":0,"errmsg":"ok"}', Verdict.SENT),
        (200, '{"code":0,"msg":"success","data":{}}', Verdict.SENT),
        (200, '{"StatusCode":0}', Verdict.SENT),
        (200, '{"errcode":45009,"errmsg":"api freq out of limit"}', Verdict.AGAIN),
        (200, '{"errcode":310000,"errmsg":"sign not match"}', Verdict.AGAIN),
        (200, '{"code":11232,"msg":"frequency limited"}', Verdict.AGAIN),
        (200, '{"errcode":93000,"errmsg":"invalid webhook url"}', Verdict.GONE),
        (200, '{"errcode":300005,"errmsg":"token is not exist"}', Verdict.GONE),
        (200, '{"code":19001,"msg":"param invalid: incoming webhook access token invalid"}', Verdict.GONE),
        (410, "", Verdict.GONE),
        (200, "<html>", Verdict.AGAIN),
        (200, "[]", Verdict.AGAIN),
        (200, '{"errcode": false}', Verdict.AGAIN),
        (302, "", Verdict.AGAIN),
        (429, "", Verdict.AGAIN),
        (500, '{"errcode":0}', Verdict.AGAIN),
    ],
)
def test_what_answers_mean(status, body, judged):
    assert verdict(status, body)[0] == judged
