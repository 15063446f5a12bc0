"""The message catalogues: `python -m genjin.cli.messages update | compile | check`, without GNU gettext.

`zh_Hans` is written by people, `zh_Hant` follows from it by OpenCC and is never edited, English is the source.
"""

import argparse
import ast
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import polib
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[1]
LOCALE = PACKAGE / "locale"
WRITTEN = LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po"
DERIVED = LOCALE / "zh_Hant" / "LC_MESSAGES" / "django.po"

# Sentences of Django and allauth whose own catalogues lack them, or word them unlike the rest of Genjin.
BORROWED = (
    "- Select an option -",
    "This field is required.",
    "The username and/or password you specified are not correct.",
    "Too many failed login attempts. Try again later.",
    "This account is currently inactive.",
    "Incorrect password.",
    "Incorrect code.",
    "Code",
    "Authenticator code",
    "New Password (again)",
    "Confirm Access",
    "Please reauthenticate to safeguard your account.",
    "Sign Out",
    "Are you sure you want to sign out?",
    "You have signed out.",
    "Two-Factor Authentication",
    "Your account is protected by two-factor authentication. Please enter an authenticator code:",
    "This key does not indicate whether it is a passkey.",
)

# Which argument of which function is what.
_ARGUMENTS = {
    "gettext": ("id",),
    "gettext_noop": ("id",),
    "ngettext": ("id", "plural"),
    "pgettext": ("context", "id"),
    "npgettext": ("context", "id", "plural"),
}
_TEXT = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_TEMPLATE_CALL = re.compile(rf"\b(_|n?p?gettext)\(\s*({_TEXT}(?:\s*,\s*{_TEXT})*)", re.DOTALL)
# What a translation has to keep: %(name)s, %s, {name}, tags of HTML.
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{\w*\}|</?[a-z]+\d?")


class Key(NamedTuple):
    """What the catalogue is asked by; gettext ignores the plural when it looks a message up."""

    text: str
    context: str


class Use(NamedTuple):
    """One place that asks for a message."""

    key: Key
    plural: str
    file: str


def _used(kind: str, texts: Iterable[str], file: str) -> Use:
    known = dict(zip(_ARGUMENTS[kind], texts, strict=False))
    return Use(Key(known["id"], known.get("context", "")), known.get("plural", ""), file)


# --- Reading the source ---


def read_python(source: str, file: str) -> Iterator[Use]:
    """Yield the messages of a Python module; raise SyntaxError for an f-string, which nobody can translate."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name: alias.name.removesuffix("_lazy")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        kind = names.get(node.func.id, "") if isinstance(node.func, ast.Name) else ""
        if kind in _ARGUMENTS and _is_literal(node, file):
            yield _used(
                kind, [str(ast.literal_eval(text)) for text in node.args[: len(_ARGUMENTS[kind])]], file
            )


def _is_literal(call: ast.Call, file: str) -> bool:
    first = call.args[0]
    built = isinstance(first, ast.JoinedStr | ast.BinOp)
    if built:
        raise SyntaxError(f"{file}:{call.lineno}: a message must be one plain string")
    return isinstance(first, ast.Constant)


def read_template(source: str, file: str) -> Iterator[Use]:
    """Yield the messages of a template: translate, blocktranslate, and _("...") inside other tags."""
    for call in _TEMPLATE_CALL.finditer(templatize(source, origin=file)):
        kind = "gettext" if call[1] == "_" else call[1]
        yield _used(kind, [ast.literal_eval(text) for text in re.findall(_TEXT, call[2], re.DOTALL)], file)


def read_package() -> list[Use]:
    """Return every use of a message in genjin/, and the borrowed ones."""
    uses = [Use(Key(text, ""), "", "genjin/cli/messages.py") for text in BORROWED]
    for path in sorted(PACKAGE.rglob("*")):
        reader = {".py": read_python, ".html": read_template}.get(path.suffix)
        if reader:
            uses += reader(path.read_text(encoding="utf-8"), path.relative_to(PACKAGE.parent).as_posix())
    return uses


# --- Catalogues ---


def _catalogue(language: str) -> Any:
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = {
        "Project-Id-Version": "Genjin",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return catalogue


def _key(entry: Any) -> Key:
    return Key(entry.msgid, entry.msgctxt or "")


def _said(entry: Any) -> str:
    said: str = entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr
    return said


def _entry(key: Key, plural: str, files: Iterable[str], said: str) -> Any:
    texts = {"msgid_plural": plural, "msgstr_plural": {0: said}} if plural else {"msgstr": said}
    entry = polib.POEntry(msgid=key.text, msgctxt=key.context or None, **texts)
    entry.occurrences = [(file, "") for file in files]
    if re.search(r"%\(|%[sd%]", key.text + plural):
        entry.flags.append("python-format")
    return entry


def _read(path: Path) -> Any:
    return polib.pofile(str(path), wrapwidth=0) if path.exists() else _catalogue(path.parts[-3])


def written(uses: Iterable[Use], old: Any) -> Any:
    """Return the catalogue of `uses` with the translations of `old`; what nobody uses is dropped."""
    plurals: dict[Key, str] = {}
    files: dict[Key, dict[str, None]] = {}
    for use in uses:
        plurals[use.key] = use.plural or plurals.get(use.key, "")
        files.setdefault(use.key, {})[use.file] = None
    said = {_key(entry): _said(entry) for entry in old if not entry.obsolete}
    catalogue = _catalogue("zh_Hans")
    for key in sorted(files):
        catalogue.append(_entry(key, plurals[key], files[key], said.get(key, "")))
    return catalogue


def derived(source: Any) -> Any:
    """Return the traditional catalogue: the same words in other characters."""
    from opencc import OpenCC

    # s2tw and not s2t, whose 爲, 裏 and 羣 nobody types; not s2twp, which would change the words of the trade.
    convert = OpenCC("s2tw").convert
    catalogue = _catalogue("zh_Hant")
    for entry in source:
        files = [file for file, _line in entry.occurrences]
        # 工作臺 is right and unusual: everybody types 工作台.
        said = convert(_said(entry)).replace("臺", "台")
        catalogue.append(_entry(_key(entry), entry.msgid_plural, files, said))
    return catalogue


# --- What is wrong ---


def _kept(text: str) -> Counter[str]:
    return Counter(_PLACEHOLDER.findall(text))


def faults(uses: Iterable[Use], catalogue: Any) -> Iterator[str]:
    """Yield a line for each message that is missing, fuzzy, obsolete or lost a placeholder."""
    wanted = {use.key for use in uses}
    known = {_key(entry) for entry in catalogue if not entry.obsolete}
    for key in sorted(wanted - known):
        yield f"missing: {key.text!r}"
    for key in sorted(known - wanted):
        yield f"obsolete: {key.text!r}"
    for entry in catalogue:
        if entry.obsolete or entry.fuzzy:
            yield f"{'obsolete' if entry.obsolete else 'fuzzy'}: {entry.msgid!r}"
        elif not _said(entry):
            yield f"not translated: {entry.msgid!r}"
        elif _kept(_said(entry)) != _kept(entry.msgid_plural or entry.msgid):
            yield f"other placeholders: {entry.msgid!r} -> {_said(entry)!r}"


def check() -> list[str]:
    """Return what is wrong with the catalogues as they lie there."""
    catalogue = _read(WRITTEN)
    found = list(faults(read_package(), catalogue))
    if str(derived(catalogue)) != str(_read(DERIVED)):
        found.append("zh_Hant is not what zh_Hans gives: run `make messages`")
    return found


# --- Commands ---


def update() -> list[str]:
    """Bring both catalogues to the present source; return what is left to translate."""
    uses = read_package()
    catalogue = written(uses, _read(WRITTEN))
    for path, content in ((WRITTEN, catalogue), (DERIVED, derived(catalogue))):
        path.parent.mkdir(parents=True, exist_ok=True)
        content.save(str(path))
    return list(faults(uses, catalogue))


def compile_all() -> list[str]:
    """Write the binary catalogue beside each written one."""
    for path in LOCALE.glob("*/LC_MESSAGES/*.po"):
        _read(path).save_as_mofile(str(path.with_suffix(".mo")))
    return []


COMMANDS = {"update": update, "compile": compile_all, "check": check}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; only `check` fails for what is left to do."""
    parser = argparse.ArgumentParser(prog="genjin.cli.messages", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    command = parser.parse_args(arguments).command
    found = COMMANDS[command]()
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found and command == "check" else 0


if __name__ == "__main__":
    sys.exit(main())
