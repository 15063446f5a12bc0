"""Text tables: encoding, delimiter and records. Lines are never split by bytes: 0x85 is inside 司."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from genjin.kit.sheets.unreadable import Unreadable

DELIMITERS = (",", "\t", ";", "|")
LONGEST_CELL = 1 << 20
LAST_GUESSES = ("big5", "shift_jis", "euc_kr", "cp1252", "latin_1", "cp1251")


@dataclass(frozen=True)
class Text:
    """A decoded file: `lost` counts the characters that could not be read in that encoding."""

    content: str
    encoding: str
    lost: int = 0


def decode(data: bytes) -> Text:
    """Decode a text file: BOM, UTF-8, GB18030, and only then a guess.

    Raises Unreadable sheet_unknown_kind when the bytes are no text.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            content = data.decode(encoding, errors="replace")
            return Text(content, encoding, content.count("\ufffd"))
    if b"\0" in data:
        raise Unreadable("sheet_unknown_kind")
    return _decode_utf8(data) or _decode_gb18030(data) or _decode_guess(data)


def _decode_utf8(data: bytes) -> Text | None:
    try:
        return Text(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        content = data.decode("utf-8", errors="replace")
    lost = content.count("\ufffd")
    foreign = sum(1 for character in content if character > "\x7f")
    # A few torn characters in a long file do not make it another encoding.
    return Text(content, "utf-8", lost) if lost * 50 < foreign else None


def _decode_gb18030(data: bytes) -> Text | None:
    try:
        content = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    foreign = "".join(islice((character for character in content if character > "\x7f"), 20_000))
    # Latin-1 often decodes too, but into characters outside the everyday GB 2312 set.
    everyday = foreign.encode("gb2312", errors="ignore").decode("gb2312")
    return Text(content, "gb18030") if len(everyday) * 10 >= len(foreign) * 6 else None


def _decode_guess(data: bytes) -> Text:
    from charset_normalizer import from_bytes

    guess = from_bytes(data[: 1 << 18], cp_isolation=list(LAST_GUESSES)).best()
    encoding = guess.encoding if guess else "latin_1"
    try:
        return Text(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        return Text(data.decode("latin_1"), "latin_1")


def find_delimiter(content: str) -> str:
    """Return the delimiter that cuts the first records into the most equal cells; a comma by default."""
    head = content[: 1 << 17]

    def evenness(delimiter: str) -> float:
        widths = Counter(len(record) for record in islice(records(head, delimiter), 300) if record)
        rows = widths.total()
        return max(
            ((width - 1) * count * (count / rows) ** 2 for width, count in widths.items()), default=0.0
        )

    return max(DELIMITERS, key=evenness)


def records(content: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the records of a text table, blank lines as empty lists.

    A line may end in LF, CRLF or CR alone. Raises Unreadable sheet_open_quote (row) when a quote swallows
    more than a megabyte.
    """
    csv.field_size_limit(LONGEST_CELL)
    lines = io.StringIO(content, newline="")
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != "\t")
    row = 0
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable("sheet_open_quote", row=row + 1) from error
        row += 1
        yield record
