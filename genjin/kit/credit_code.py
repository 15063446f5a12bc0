"""The unified social credit code of GB 32100, with both of its check digits."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from genjin.kit.errors import ValueRefused
from genjin.kit.text import clean

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_VALUES = {
    character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}
_DRESSING = re.compile(r"[\s\-_.'`‐‑‒–—]+")
_NOT_IN_CODES = re.compile(r"[^0-9A-HJ-NPQRTUWXY]")

# Registration numbers before 2015: region, then digits; cooperatives have letters (NA...X).
_OLD_NUMBER = re.compile(r"\d{6}[0-9A-Z]{7}(?:[0-9A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A code of 18 characters; `warning` is "uscc_inner_check" where only the inner check digit is wrong."""

    value: str
    warning: str = ""


class OldRegistrationNumber(ValueRefused):
    """A number from before 2015 stands where a credit code is wanted; `number` belongs in old_reg_no."""

    def __init__(self, number: str) -> None:
        super().__init__(
            _(
                "This is an old registration number of %(length)d characters. Keep it as the old registration number "
                "and write the credit code of 18 characters here."
            )
            % {"length": len(number)},
            "uscc_old_registration_number",
        )
        self.number = number


def parse_credit_code(text: str) -> CreditCode:
    """Read a unified social credit code (GB 32100 mod 31, inner organisation code GB 11714 mod 11).

    Raises ValueRefused: uscc_empty, uscc_old_registration_number (with the number), uscc_length,
    uscc_letter_not_allowed, uscc_invalid_check.
    """
    code = _DRESSING.sub("", unicodedata.normalize("NFKC", clean(text))).upper()
    if not code:
        raise ValueRefused(_("The credit code is empty. Write its 18 characters."), "uscc_empty")
    if _OLD_NUMBER.fullmatch(code):
        raise OldRegistrationNumber(code)
    if len(code) != 18:
        raise ValueRefused(
            _("A credit code has 18 characters, this one has %(length)d. Check it on the licence.")
            % {"length": len(code)},
            "uscc_length",
        )
    if found := _NOT_IN_CODES.search(code):
        raise ValueRefused(
            _(
                "A credit code never holds “%(letter)s”. Only digits and capital letters without I, O, S, V, Z "
                "occur; look whether a digit was meant (0 for O, 1 for I, 2 for Z, 5 for S)."
            )
            % {"letter": found[0]},
            "uscc_letter_not_allowed",
        )
    if code[17] != _check_character(code):
        raise ValueRefused(
            _(
                "The last character of this credit code does not fit the others. Check the code on the licence."
            ),
            "uscc_invalid_check",
        )
    return CreditCode(code, "" if code[16] == _organisation_check(code[8:16]) else "uscc_inner_check")


def _check_character(code: str) -> str:
    total = sum(_VALUES[character] * weight for character, weight in zip(code, _WEIGHTS, strict=False))
    return _ALPHABET[-total % 31]


def _organisation_check(organisation: str) -> str:
    values = (_ORGANISATION_VALUES[character] for character in organisation)
    total = sum(value * weight for value, weight in zip(values, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]
