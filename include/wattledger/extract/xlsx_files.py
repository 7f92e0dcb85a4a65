"""Reading a workbook: its cells as text, and the cells that hold no value marked as such.

Belongs here: what is peculiar to spreadsheets. calamine reads them, and shows #N/A, and a formula that no program has
worked out, like a blank; what they stand for is unknown, so they are looked up in the sheet's XML.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from wattledger.errors import DataError
from wattledger.extract.raw import NO_VALUE, RawRows, column_names, text_rows
from wattledger.extract.source import DatasetSource

_CHUNK = 4 * 1024 * 1024
_SUSPECT = re.compile(rb't="e"|<(\w+:)?f\b')
_CELL = re.compile(r"([A-Z]+)([0-9]+)")
Cells = dict[int, dict[int, str]]
"""Text by row and column, both from 0."""


def read_xlsx(entry: DatasetSource, path: Path, label: str, scratch: Path, dataset: str) -> RawRows:
    """The raw rows of a sheet, all text; ``scratch`` is a name that no other piece of the landing has.

    Raises:
        DataError: it is no readable workbook, has not that sheet, or no header.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_name(entry.sheet) if entry.sheet else book.get_sheet_by_index(0)
        unknown = _cells_without_value(path, book.sheet_names.index(sheet.name))
    except (CalamineError, OSError, zipfile.BadZipFile, ElementTree.ParseError, LookupError) as error:
        raise DataError(
            f"{dataset}: {label} is no readable workbook, or has no sheet {entry.sheet or 1!r}: {error}",
            where=str(path),
            todo="Correct `sheet` in the source file, or have the workbook delivered again.",
        ) from error
    rows = _rows(sheet, unknown)
    names = [(text or "").strip() for text in next(rows, [])]
    columns = column_names(names, label, f"{path}, line 1", dataset)
    # a row without any value is formatting, not data, but it keeps its number: people look rows up by it
    filled = (
        (number, row) for number, row in enumerate(rows, start=1) if any(text is not None for text in row)
    )
    return text_rows(label, scratch.with_suffix(".parquet"), columns, filled, path.stat().st_size)


def _rows(sheet: Any, unknown: Cells) -> Iterator[list[str | None]]:
    left = (
        sheet.start[1] if sheet.start else 0
    )  # rows come from the first on, columns from the first that is filled
    for number, row in enumerate(sheet.iter_rows()):
        texts = [_text(cell) for cell in row]
        for address, shown in unknown.get(number, {}).items():
            column = address - left
            if 0 <= column < len(texts) and texts[column] is None:
                texts[column] = f"{NO_VALUE}{shown}"
        yield texts


def _text(cell: Any) -> str | None:
    """A spreadsheet cell as text: whole numbers without a decimal point, blanks as None."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _cells_without_value(path: Path, index: int) -> Cells:
    """The cells of a sheet that hold an error, or a formula without a result, with what they show."""
    if not zipfile.is_zipfile(path):
        return {}
    found: Cells = {}
    with zipfile.ZipFile(path) as book:
        name = _part(book, index)
        if not name or not _is_suspect(book, name):
            return {}
        with book.open(name) as part:
            for row, column, cell in _cells(part):
                texts = {_tag(child): child.text or "" for child in cell}
                if cell.get("t") == "e":
                    found.setdefault(row, {})[column] = texts.get("v", "")
                elif "f" in texts and not texts.get("v"):
                    found.setdefault(row, {})[column] = f"={texts['f']}"
    return found


def _cells(part: Any) -> Iterator[tuple[int, int, ElementTree.Element]]:
    """Row, column and element of each cell; a cell without an address follows the one before it."""
    row = column = -1
    for event, element in ElementTree.iterparse(part, events=("start", "end")):  # noqa: S314 - calamine read it before
        tag = _tag(element)
        if tag == "row" and event == "start":
            row, column = int(element.get("r", row + 2)) - 1, -1
        elif tag == "row":
            element.clear()
        elif tag == "c" and event == "end":
            address = _CELL.fullmatch(element.get("r", ""))
            column = _number(address[1]) if address else column + 1
            yield row, column, element


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _is_suspect(book: zipfile.ZipFile, name: str) -> bool:
    with book.open(name) as part:
        before = b""
        while chunk := part.read(_CHUNK):
            if _SUSPECT.search(before + chunk):
                return True
            before = chunk[-16:]
    return False


def _part(book: zipfile.ZipFile, index: int) -> str:
    """The name of a sheet's XML; empty where the book is of another kind than XLSX."""
    if "xl/workbook.xml" not in book.namelist():
        return ""
    sheets = [e for e in _parsed(book, "xl/workbook.xml").iter() if _tag(e) == "sheet"]
    wanted = next(value for name, value in sheets[index].attrib.items() if name.endswith("}id"))
    targets = {e.get("Id"): e.get("Target", "") for e in _parsed(book, "xl/_rels/workbook.xml.rels").iter()}
    target = targets[wanted]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _parsed(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(book.read(name))  # noqa: S314 - calamine read it before


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
