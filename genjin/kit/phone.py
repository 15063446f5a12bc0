"""Phone numbers as Chinese offices write them; foreign ones by the library `phonenumbers`."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from genjin.kit.errors import ValueRefused
from genjin.kit.text import clean

Kind = Literal["mobile", "landline", "service", "hotline", "intl"]

_VIRTUAL = ("162", "165", "167", "170", "171")
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_AREA = r"0(?:3[134579]|4[1-35-8]|5\d|6[369]|7[0-79]|8[1-35-9]|9[013-579])\d"
_LANDLINE = re.compile(rf"(010|02\d)([2-8]\d{{7}})|({_AREA})([2-8]\d{{6,7}})", re.ASCII)
_TIDY_LANDLINE = re.compile(r"(?:010|02\d|0[3-9]\d\d)-?[2-8]\d{6,7}", re.ASCII)
_TIDY_MOBILE = re.compile(r"(?:(?:\+|00)?86[ -]?)?(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})", re.ASCII)
_SERVICE = re.compile(r"([48]00)(\d{3})(\d{4})", re.ASCII)
_HOTLINE = re.compile(r"(?:95|12)\d{3,4}", re.ASCII)
_LOCAL = re.compile(r"[2-8]\d{6,7}", re.ASCII)

_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?e\+?(\d+)", re.IGNORECASE)
_MASKED = re.compile(r"\d[\s-]*(?:[*•●]+|[xX]{2,})")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−─", "-"))
_NOTE = re.compile(r"[(\[【〔][^()\[\]【】〔〕\d]*[)\]】〕]")
_LABEL = re.compile(
    r"^(?:[^\W\d_a-zA-Z]|tel|telephone|phone|mobile|mob|cell|fax|[\s.:'`])+(?=[\d+(])", re.IGNORECASE
)
_REMARK = re.compile(r"(?<=\d)[\s,.:]*(?!转|分机)[^\W\d_a-zA-Z]+[\s.]*$")
_EXTENSION = re.compile(r"[\s,-]*(?:转|分机|ext|x|#)[\s.:-]*(?:分机)?[\s:]*(\d{1,6})$", re.IGNORECASE)
_THIRD_PART = re.compile(r"(.*0\d{2,3}[-\s]+\d{7,8})-(\d{1,6})$")
_HOME = re.compile(r"(?:\+|00)[\s-]*86[\s-]*|86[\s-]*(?=1[3-9])")
_ALLOWED = re.compile(r"\+?[\d\s().-]+", re.ASCII)
_CELL_BREAK = re.compile(r"[、,，;；/／|｜\n\r]+|\s+或\s*|\s*或\s+")
_NUMBER_AHEAD = re.compile(
    r"(?<=\d{4})(?<!0086)\s+(?=(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)|0\d{2,3}-\d{7,8}(?!\d)|[48]00-?\d{3}-?\d{4}(?!\d))"
)


@dataclass(frozen=True, slots=True)
class Phone:
    """One number: `number` is what is stored, `extension` is kept apart, `display` is for people."""

    kind: Kind
    number: str
    extension: str
    display: str
    is_virtual: bool

    @property
    def key(self) -> str:
        """Return what duplicates are found by: digits, with a leading + for foreign numbers."""
        return self.number.replace("-", "")


def parse_phone(text: str, *, city_code: str = "") -> Phone:
    """Read one phone number.

    `city_code` ("0755") completes a local number written without its area code. Raises ValueRefused:
    phone_empty, phone_scientific, phone_masked, phone_several, phone_area_code_missing, phone_invalid.
    """
    # Nearly all cells are tidy; only the others pay for being undressed.
    if found := _TIDY_MOBILE.fullmatch(text):
        return _mobile("".join(found.groups()), "")
    if _TIDY_LANDLINE.fullmatch(text):
        return _classify(text.replace("-", ""), "", text)
    plain = _plain(text)
    plain, extension = _take_extension(plain)
    if not _ALLOWED.fullmatch(plain):
        raise _invalid(text)
    national, is_home = _HOME.subn("", plain, count=1) if _HOME.match(plain) else (plain, 0)
    if plain.startswith(("+", "00")) and not is_home:
        return _foreign(plain, extension, text)
    digits = re.sub(r"\D", "", national)
    return _classify(_completed(digits, is_home=is_home > 0, city_code=city_code), extension, text)


def split_phones(cell: str) -> list[str]:
    """Split a cell into its numbers, unread: `13812345678/010-62345678` gives two texts."""
    parts = (part for chunk in _CELL_BREAK.split(clean(cell)) for part in _NUMBER_AHEAD.split(chunk))
    return [stripped for part in parts if (stripped := part.strip())]


def _plain(text: str) -> str:
    """Remove dressing: width, invisible characters, labels, notes, `.0` of a number cell."""
    plain = clean(unicodedata.normalize("NFKC", text)).translate(_DASHES).lstrip("'`’‘ ")
    if not plain:
        raise ValueRefused(
            _("The phone number is empty. Write a number, for example 13812345678."), "phone_empty"
        )
    if found := _SCIENTIFIC.fullmatch(plain):
        plain = _whole(found)
    if _MASKED.search(plain):
        raise ValueRefused(
            _("Some digits of this number are hidden by asterisks. Write the complete number."),
            "phone_masked",
        )
    plain = re.sub(r"(?<=\d)\.0+$", "", plain)
    plain = _REMARK.sub("", _LABEL.sub("", _NOTE.sub(" ", plain).strip())).strip()
    return re.sub(r"\(\s*(\+?\d+)\s*\)\s*-?", r"\1-", plain)


def _whole(found: re.Match[str]) -> str:
    """Return the digits of 1.3812345678E+10; 1.38E+10 has lost them."""
    first, decimals, exponent = found[1], found[2] or "", int(found[3])
    if len(decimals) != exponent:
        raise ValueRefused(
            _(
                "The spreadsheet turned this number into scientific notation and its last digits are lost. "
                "Format the column as text and enter the number again."
            ),
            "phone_scientific",
        )
    return first + decimals


def _take_extension(plain: str) -> tuple[str, str]:
    if found := _EXTENSION.search(plain):
        return plain[: found.start()], found[1]
    if found := _THIRD_PART.fullmatch(plain):
        return found[1], found[2]
    return plain, ""


def _completed(digits: str, *, is_home: bool, city_code: str) -> str:
    """Bring national digits to the form dialled inside China."""
    if digits.startswith("01") and _MOBILE.fullmatch(digits, 1):
        return digits[1:]
    if is_home and not _MOBILE.fullmatch(digits) and _LANDLINE.fullmatch("0" + digits):
        return "0" + digits
    area = re.sub(r"\D", "", city_code).lstrip("0")
    if area and _LOCAL.fullmatch(digits):
        return f"0{area}{digits}"
    return digits


def _classify(digits: str, extension: str, text: str) -> Phone:
    if _MOBILE.fullmatch(digits):
        return _mobile(digits, extension)
    if found := _LANDLINE.fullmatch(digits):
        number = f"{found[1] or found[3]}-{found[2] or found[4]}"
        return Phone("landline", number, extension, _with_extension(number, extension), is_virtual=False)
    if found := _SERVICE.fullmatch(digits):
        number = "-".join(found.groups())
        return Phone("service", number, extension, _with_extension(number, extension), is_virtual=False)
    if _HOTLINE.fullmatch(digits):
        return Phone("hotline", digits, extension, _with_extension(digits, extension), is_virtual=False)
    if _LOCAL.fullmatch(digits):
        raise ValueRefused(
            _("The area code is missing. Write it before the number, for example 010-62345678."),
            "phone_area_code_missing",
        )
    raise _invalid(text)


def _mobile(digits: str, extension: str) -> Phone:
    display = _with_extension(f"{digits[:3]} {digits[3:7]} {digits[7:]}", extension)
    return Phone("mobile", digits, extension, display, is_virtual=digits.startswith(_VIRTUAL))


def _with_extension(number: str, extension: str) -> str:
    return f"{number}-{extension}" if extension else number


def _foreign(plain: str, extension: str, text: str) -> Phone:
    import phonenumbers as library

    international = plain if plain.startswith("+") else "+" + plain.removeprefix("00")
    try:
        number = library.parse(international)
    except library.NumberParseException as error:
        raise _invalid(text) from error
    if not library.is_valid_number(number) or number.country_code == 86:
        raise _invalid(text)
    stored = library.format_number(number, library.PhoneNumberFormat.E164)
    display = library.format_number(number, library.PhoneNumberFormat.INTERNATIONAL)
    return Phone("intl", stored, extension, _with_extension(display, extension), is_virtual=False)


def _invalid(text: str) -> ValueRefused:
    if len(split_phones(text)) > 1:
        return ValueRefused(
            _("There is more than one number here. Write one number per field."), "phone_several"
        )
    digits = sum(character.isdigit() for character in text)
    if text.lstrip().startswith("1") and 9 <= digits <= 13 and digits != 11:
        message = _("A mobile number has 11 digits, this one has %(digits)d. Check the number.") % {
            "digits": digits
        }
    else:
        message = _(
            "This is not a phone number. Write a mobile number (13812345678), a landline with area code "
            "(010-62345678), a 400 number, or + and the country code for a foreign number."
        )
    return ValueRefused(message, "phone_invalid")
