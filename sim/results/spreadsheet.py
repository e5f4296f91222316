"""Text for CSV files that spreadsheets open: one that they would run as a formula is made text again.

A cell that begins with one of a few signs is a formula to Excel, LibreOffice and Google Sheets, and a formula can fetch
and run. The names of scenarios come from files that may be anybody's. So such a text gets an apostrophe before it, as OWASP
advises ("CSV Injection"): spreadsheets then show it as text. Numbers are left alone, and Parquet files keep texts as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

SIGNS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""Signs with which a formula begins; the last four are the wide forms of the first four, which some read alike."""


def harmless(text: str) -> str:
    """Return a text as a spreadsheet shows it without running it."""
    return f"'{text}" if text[:1] and text[0] in SIGNS else text


def harmless_table(table: pa.Table) -> pa.Table:
    """Return a table of which no text is a formula, with plain text where names were numbered."""
    import pyarrow as pa

    for i, field in enumerate(table.schema):
        if any(
            is_text(field.type)
            for is_text in (pa.types.is_dictionary, pa.types.is_string, pa.types.is_large_string)
        ):
            column = pa.chunked_array([_harmless(chunk) for chunk in table.column(i).chunks], pa.string())
            table = table.set_column(i, field.name, column)
    return table


def _harmless(texts: pa.Array) -> pa.Array:
    """The texts of a column; of names that are numbered each is looked at once."""
    import pyarrow as pa

    if pa.types.is_dictionary(texts.type):
        names = [None if name is None else harmless(name) for name in texts.dictionary.to_pylist()]
        return pa.DictionaryArray.from_arrays(texts.indices, pa.array(names, pa.string())).cast(pa.string())
    return pa.array([None if text is None else harmless(text) for text in texts.to_pylist()], pa.string())
