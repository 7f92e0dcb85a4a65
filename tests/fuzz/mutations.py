"""Seeded mutations: values that nobody expects, texts and files with something wrong in them.

Belongs here: making them. What must hold of a program that reads them is in the tests. Equal seeds make equal inputs.
"""

from __future__ import annotations

import copy
import sqlite3
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from openpyxl.utils.exceptions import IllegalCharacterError

from tests.fuzz.values import DAYS, NODES, NUMBERS, TEXTS

HEADER = ["id", "m", "a", "k", "y"]
"""A bill: its id, day, account, kWh and amount."""
Row = list[str | None]


def row(random: Random, number: int) -> Row:
    """A bill, mostly right, with a value in it now and then that is not."""
    good: Row = [
        f"B{number}",
        random.choice(["2026-09-15", "2026-10-15"]),
        f"A{number % 7}",
        f"{number}.25",
        f"{number}.10",
    ]
    for place, values in ((0, TEXTS), (1, DAYS), (2, TEXTS), (3, NUMBERS), (4, NUMBERS)):
        if random.random() < 0.25:
            good[place] = random.choice(values)
        if random.random() < 0.02:
            good[place] = None
    return good


def write_csv(path: Path, rows: list[Row], encoding: str) -> None:
    """Every value in quotation marks where it needs them; a CSV has no NULL."""

    def field(value: str | None) -> str:
        text = value or ""
        return (
            '"' + text.replace('"', '""') + '"'
            if any(c in text for c in '",\n\r') or text != text.strip()
            else text
        )

    lines = [",".join(map(field, line)) for line in ([*HEADER], *rows)]
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))


def write_xlsx(path: Path, rows: list[Row]) -> None:
    """Text cells; what a workbook cannot hold stays blank, in ``rows`` too."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADER)
    for number, line in enumerate(rows, start=2):
        for column, value in enumerate(line, start=1):
            try:
                cell = sheet.cell(number, column, value)
                cell.data_type = "s" if value else "n"
            except IllegalCharacterError:
                line[column - 1] = None
    book.save(path)


def write_parquet(path: Path, rows: list[Row]) -> None:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(HEADER)
    pq.write_table(
        pa.table({n: pa.array(c, pa.string()) for n, c in zip(HEADER, columns, strict=True)}), path
    )


def write_database(path: Path, rows: list[Row]) -> None:
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        database.execute(f"CREATE TABLE t ({', '.join(f'{name} TEXT' for name in HEADER)})")
        database.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?)", rows)
    database.close()


def damaged(random: Random, content: bytes) -> bytes:
    """A few bytes lost, doubled, swapped for others, or the end cut off."""
    found = bytearray(content)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(found) + 1)
        match random.randrange(5):
            case 0:
                found[at : at + 1] = random.choice(
                    [
                        b"\0",
                        b"\r",
                        b"\n",
                        b'"',
                        b"\xff",
                        b",",
                        b":",
                        b"{",
                        b"\t",
                        b"&a ",
                        b"*a ",
                        b"\xef\xbb\xbf",
                    ]
                )
            case 1:
                del found[at : at + random.randint(1, 40)]
            case 2:
                found[at:at] = found[at : at + random.randint(1, 60)]
            case 3:
                del found[random.randrange(len(found) // 2, len(found) + 1) :]
            case _:
                found[at:at] = bytes(random.randrange(256) for _ in range(3))
    return bytes(found)


def bent(random: Random, content: Any) -> Any:
    """A content of YAML with one of its nodes changed, lost, doubled or called otherwise."""
    made = copy.deepcopy(content)
    places = list(_places(made))
    if not places:
        return random.choice(NODES)
    holder, key = random.choice(places)
    match random.randrange(4):
        case 0:
            holder[key] = copy.deepcopy(random.choice(NODES))
        case 1:
            del holder[key]
        case 2 if isinstance(holder, dict):
            holder[random.choice(["x", "", 1, None, f"{key}s"])] = holder.pop(key)
        case _:
            holder[key] = [holder[key], holder[key]]
    return made


def _places(content: Any) -> Any:
    if isinstance(content, dict | list):
        for key in list(content) if isinstance(content, dict) else range(len(content)):
            yield content, key
            yield from _places(content[key])


def as_yaml(random: Random, content: Any, text: bytes) -> bytes:
    """A file of YAML: its text damaged, its content bent, or saved in another encoding."""
    choice = random.random()
    if choice < 0.4:
        return damaged(random, text)
    made = yaml.safe_dump(bent(random, content), allow_unicode=True)
    return made.encode("utf-8" if choice < 0.95 else random.choice(["gb18030", "utf-16", "utf-8-sig"]))
