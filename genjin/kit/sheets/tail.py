"""Notes, sums and signatures below a table: what they look like, so that they are not taken for rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from genjin.kit.sheets.header import typical_fill

LONGEST_TAIL = 40
SUM_WORDS = frozenset({"合计", "总计", "小计", "共计", "total", "grand total", "sum"})
NOTE_WORDS = re.compile(
    r"\s*(注|备注|说明|附注|制表人?|审核人?|填表人?|notes?|source|quelle)\s*(\d\s*)?[:：]", re.IGNORECASE
)


@dataclass(frozen=True)
class TailRow:
    """A row near the end of a table: its number in the file and its cells, blank ones None."""

    number: int
    cells: tuple[str | None, ...]

    @property
    def fill(self) -> int:
        return sum(1 for cell in self.cells if cell)

    @property
    def words(self) -> str:
        return " ".join(cell.strip() for cell in self.cells if cell)


def count_notes(rows: Sequence[TailRow], *, key_column: int) -> int:
    """Count the rows at the end of a table that are no data.

    `rows` are the last filled rows in file order (about 100); `key_column` is the column that is filled
    in nearly every row. Rows count as notes when they are narrow and lie under a gap, when they are narrow
    and leave the key column out under a dense table, or when they say that they are a sum or a note.
    """
    typical = typical_fill([row.fill for row in rows])
    start = len(rows)
    while start > 0 and _is_narrow(rows[start - 1], typical):
        start -= 1
    narrow = rows[start:]
    if not narrow or start == 0 or len(narrow) > LONGEST_TAIL:
        return _count_said(rows)
    gap = next((i for i in range(start, len(rows)) if rows[i].number > rows[i - 1].number + 1), None)
    if gap is not None:
        return len(rows) - gap + _count_said(rows[:gap])
    above = rows[max(0, start - LONGEST_TAIL) : start]
    is_dense = sum(1 for row in above if row.fill * 2 > typical) * 10 >= len(above) * 9
    if is_dense and typical >= 3 and any(not row.cells[key_column] for row in narrow):
        return len(narrow)
    return _count_said(rows)


def _is_narrow(row: TailRow, typical: int) -> bool:
    return row.fill < typical and row.fill <= max(1, typical // 3)


def _count_said(rows: Sequence[TailRow]) -> int:
    count = 0
    while count < min(len(rows) - 1, LONGEST_TAIL) and _says_note(rows[-1 - count]):
        count += 1
    return count


def _says_note(row: TailRow) -> bool:
    first = next((cell for cell in row.cells if cell), "")
    is_sum = first.strip().casefold().rstrip(":：") in SUM_WORDS
    return is_sum or (row.fill <= 2 and NOTE_WORDS.match(first) is not None)
