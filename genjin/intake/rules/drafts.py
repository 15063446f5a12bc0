"""What can be recognised in a mail without guessing: a company's name, a number, an address. Pure."""

import re

from genjin.kit.errors import ValueRefused
from genjin.kit.phone import parse_phone

_COMPANY = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9()（）·&]{2,40}?(?:股份有限公司|有限责任公司|有限公司|集团公司|合作社|研究院|事务所)(?:[\u4e00-\u9fff]{2,6}分公司)?"
)
_NUMBER = re.compile(r"(?<![\d.])\+?\d[\d \-()（）]{5,20}\d(?![\d.])")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}")
_LEADING = re.compile(r"^(?:我们是|我司是|我是|来自|公司名称|公司|单位|名称|您好|你好|[是为:：])+")


def recognise(text: str, *, sender_name: str = "", sender_address: str = "") -> dict[str, str]:
    """Return company, person, phone and mail found in a text, only what is there; a mobile goes before a landline."""
    found = {
        "name": _company(text),
        "contact_name": sender_name if "@" not in sender_name else "",
        "phone": _phone(text),
    }
    found["email"] = sender_address or next((match[0] for match in _MAIL.finditer(text[:20_000])), "")
    return {key: value for key, value in found.items() if value}


def _company(text: str) -> str:
    match = _COMPANY.search(text[:20_000])
    return _LEADING.sub("", match[0]) if match else ""


def _phone(text: str) -> str:
    other = ""
    for match in _NUMBER.finditer(text[:20_000]):
        try:
            phone = parse_phone(match[0])
        except ValueRefused:
            continue
        if phone.kind == "mobile":
            return phone.number
        other = other or (phone.number if phone.kind == "landline" else "")
    return other
