"""Mails read as text: coded headers, HTML, odd encodings, broken ones."""

from email.message import EmailMessage

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.kit.letters import html_as_text, read_letter
from genjin.kit.sealing import seal, unseal


def test_a_usual_mail_with_a_file():
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = (
        "王小明 <wang@example.com>",
        "咨询排产系统",
        "<a@b>",
    )
    message.set_content("您好,我们是杭州远景机电有限公司。\n电话 138 1234 5678")
    message.add_alternative("<p>您好</p>", subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="需求.pdf")
    letter = read_letter(message.as_bytes())
    assert (letter.sender_name, letter.sender_address, letter.subject) == (
        "王小明",
        "wang@example.com",
        "咨询排产系统",
    )
    assert "杭州远景机电有限公司" in letter.text
    assert letter.files == (("需求.pdf", b"%PDF-1.7"),)


def test_html_becomes_text_and_nothing_else():
    source = "<style>p{}</style><p>第一行<br>第二&amp;行</p><script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:x'>看</a>"
    text = html_as_text(source)
    assert text.splitlines() == ["第一行", "第二&行", "看"]
    assert "alert" not in text


def test_gb18030_without_a_word_about_it():
    raw = b"Subject: x\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n" + "价格贵吗㐀".encode("gb18030")
    assert read_letter(raw).text == "价格贵吗㐀"
    assert read_letter(b"Content-Type: text/plain; charset=nonsense\r\n\r\nhi").text == "hi"


def test_a_subject_cannot_break_a_header():
    assert "\n" not in read_letter(b"Subject: =?utf-8?q?a=0AB?=\r\n\r\nx").subject


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.binary(max_size=600)
    | st.text(max_size=300).map(
        lambda text: (
            f"Subject: =?utf-8?b?{text}?=\r\nContent-Type: multipart/mixed; boundary={text}\r\n\r\n--{text}".encode(
                "utf-8", "replace"
            )
        )
    )
)
def test_no_bytes_raise(raw):
    letter = read_letter(raw)
    assert "\0" not in letter.text + letter.subject
    assert len(letter.subject) <= 200


def test_a_secret_opens_with_its_key_and_purpose_alone():
    sealed = seal("密码", key="k" * 40, purpose="mailbox")
    assert "密码" not in sealed
    assert unseal(sealed, key="k" * 40, purpose="mailbox") == "密码"
    assert unseal(sealed, key="x" * 40, purpose="mailbox") is None
    assert unseal(sealed, key="k" * 40, purpose="other") is None
    assert unseal("nonsense", key="k" * 40, purpose="mailbox") is None
