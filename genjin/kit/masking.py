"""What a person without the right to see contact data is shown instead of it."""

import re
from unicodedata import normalize

from genjin.kit.region import parse_region
from genjin.kit.text import clean, to_simplified

_STARS = "****"
_MASKED_PHONE = re.compile(rf"(?:1[3-9]\d|0\d{{2,3}}-|[48]00-|\+)?{re.escape(_STARS)}(?:\d{{4}})?")
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d\d)\d{7,8}")
_REACHABLE = re.compile(r"\d(?:[ -]?\d){6}|@")
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_NUMBER = re.compile(r"\+?\d(?:[ -]?\d){6,}")
_DAY_OR_SUM = re.compile(
    r"((?<!\d)(?:19|20)\d\d-\d{1,2}-\d{1,2}(?!\d)|[¥￥]\s?\d{1,10}(?![\d-])|(?<![\d-])\d{7,10}(?:\.\d+)?\s?[元万亿])"
)
_COMPOUND_SURNAME = re.compile(
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|司空|夏侯|轩辕|端木|百里|南宫|万俟|闻人|赫连|澹台|公冶|宗政|濮阳"
    "|淳于|单于|太叔|申屠|仲孙|钟离|鲜于|闾丘|亓官|呼延|西门|独孤|第五"
)


def mask_phone(text: str) -> str:
    """Hide the middle of a phone number: `138****5678`, `010-****5678`; hide all of what is none."""
    plain = clean(text)
    if not plain or _MASKED_PHONE.fullmatch(plain):
        return plain
    digits = "".join(character for character in plain if character in "0123456789")
    if "*" in plain or len(digits) < 8:
        return _STARS
    if plain.startswith("+") and not plain.startswith("+86"):
        return f"+{_STARS}{digits[-4:]}"
    digits = digits.removeprefix("86") if plain.startswith("+86") else digits
    if len(digits) >= 11 and re.match(r"1[3-9]", digits):
        return f"{digits[:3]}{_STARS}{digits[7:11]}"
    if found := _LANDLINE.match(digits):
        # An extension stays hidden with the rest.
        number = plain.split("-")[1] if plain.count("-") == 2 else found[0]
        return f"{found[1]}-{_STARS}{number[-4:]}"
    if digits.startswith(("400", "800")):
        return f"{digits[:3]}-{_STARS}{digits[6:10]}"
    return _STARS


def mask_words(text: str) -> str:
    """Hide the phone numbers and mailboxes somebody wrote into a text; days and sums of money stay.

    A number is seven digits or more, blanks and dashes between them allowed, in either width.
    """
    if not text or not (_REACHABLE.search(text)):
        return text
    hidden = _MAILBOX.sub(lambda found: mask_email(found[0]), text)
    return "".join(
        part if at % 2 else _NUMBER.sub(lambda found: mask_phone(normalize("NFKC", found[0])), part)
        for at, part in enumerate(_DAY_OR_SUM.split(hidden))
    )


def mask_name(text: str) -> str:
    """Leave a person's surname: `张*`, `欧阳*`, `J*`."""
    plain = clean(text)
    if not plain:
        return ""
    if len(plain) > 2 and _COMPOUND_SURNAME.match(to_simplified(plain[:2])):
        return plain[:2] + "*"
    return plain[0].lstrip("*") + "*"


def mask_email(text: str) -> str:
    """Leave the ends of the mailbox and the domain: `w***g@x.com`, for short ones `***@x.com`."""
    plain = clean(text)
    if not plain:
        return ""
    mailbox, at, domain = plain.rpartition("@")
    if not at:
        return "***"
    if len(mailbox) <= 2 or not mailbox.strip("*"):
        return f"***@{domain}"
    return f"{mailbox[0]}***{mailbox[-1]}@{domain}"


def mask_address(text: str) -> str:
    """Leave an address down to the district: `广东省深圳市南山区***`."""
    plain = clean(text)
    region = parse_region(plain)
    known = "".join(dict.fromkeys((region.province, region.city, region.district)))
    return plain if plain == known else known + "***"
