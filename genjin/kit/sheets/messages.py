"""The sentences for what the reading child reports by code: refusals and notes."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from genjin.kit.errors import ValueRefused


def refusal(code: str, details: Mapping[str, str | int]) -> ValueRefused:
    """Return the refusal of a file, with a sentence that says what to do."""
    sentences = {
        "sheet_empty": _("The file holds no data. Choose a file or a sheet with at least one row."),
        "sheet_no_table": _(
            "The file is neither an Excel workbook nor a table, it holds one line of text: “%(words)s”. "
            "Upload an xlsx, xls or CSV file."
        ),
        "sheet_unknown_kind": _("The file is not a table. Upload an xlsx, xls, xlsb, ods or CSV file."),
        "sheet_html": _(
            "The file is a web page with the name of a table. Open it in Excel and save it as xlsx."
        ),
        "sheet_damaged": _(
            "The file is damaged and cannot be read. Open it in Excel and save it anew as xlsx."
        ),
        "sheet_password": _(
            "The file is password protected. Remove the password in Excel and save it again."
        ),
        "sheet_entities": _(
            "The file holds XML declarations that no table needs, so it was not opened. "
            "Open it in Excel and save it anew as xlsx."
        ),
        "sheet_too_heavy": _(
            "The file takes too much memory or time to read. Delete unused sheets, rows and columns, "
            "or split it into smaller files."
        ),
        "sheet_too_wide": _(
            "The table has %(columns)s columns; at most %(most)s can be read. Delete unused columns."
        ),
        "sheet_unknown": _("There is no sheet “%(name)s”. Choose one of these: %(names)s."),
        "sheet_header_row": _("The chosen header row is empty. Choose the row that holds the column names."),
        "sheet_open_quote": _(
            "From row %(row)s on a quotation mark is never closed. Close or delete it and try again."
        ),
    }
    return ValueRefused(sentences[code] % details, code)


def note(code: str, details: Mapping[str, str | int]) -> str:
    """Return the sentence of something that was left out or changed while reading."""
    sentences = {
        "rows_above": _("Rows %(first)s to %(last)s above the table were not imported: %(words)s"),
        "rows_below": _("Rows %(first)s to %(last)s below the table were not imported: %(words)s"),
        "second_header_line": _("Row %(first)s was read as a second line of the header: %(words)s"),
        "header_guessed": _(
            "Row %(row)s was taken for the header by its place. If it is data, choose “no header”."
        ),
        "empty_columns": _("Columns without a value were left out: %(names)s"),
        "day_numbers": _(
            "%(count)s numbers in column “%(column)s” were read as days, like the dates around them."
        ),
        "lost_characters": _(
            "%(count)s characters could not be decoded. Save the file as UTF-8 if they matter."
        ),
        "other_sheets": _("Only one sheet is read at a time. Not read: %(names)s"),
    }
    return sentences[code] % details
