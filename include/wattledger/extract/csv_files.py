"""Reading CSV: its encoding checked as a whole, its broken lines kept apart.

Belongs here: what is peculiar to text files. DuckDB reads UTF-8; other encodings are rewritten on the way.
"""

from __future__ import annotations

import codecs
import csv
import io
import mmap
import re
import shutil
from pathlib import Path

import duckdb

from wattledger.errors import ConfigurationError, DataError
from wattledger.extract.raw import RawRows, column_names
from wattledger.extract.source import DatasetSource
from wattledger.sql import file_literal, literal

_CHUNK = 4 * 1024 * 1024
_ENDS = {b"\r": "CR", b"\n": "LF", b"\r\n": "CR LF"}
_LONGEST_LINE = 16 * 1024 * 1024


def read_csv(
    connection: duckdb.DuckDBPyConnection,
    entry: DatasetSource,
    path: Path,
    label: str,
    scratch: Path,
    dataset: str,
) -> RawRows:
    """The raw rows of a CSV file, all text; ``scratch`` is a name that no other piece of the landing has.

    Raises:
        DataError: another encoding, no header, or (when ``broken`` is asked) a quotation mark never closed.
    """
    readable = _as_utf8(path, entry.encoding, scratch.with_suffix(".utf8"), dataset)
    with readable.open(encoding="utf-8-sig", newline="") as lines:
        names = [name.strip() for name in next(csv.reader(lines, delimiter=entry.delimiter), [])]
    columns = column_names(names, label, f"{path}, line 1", dataset)
    types = "{" + ", ".join(f"{literal(name)}: 'VARCHAR'" for name in columns) + "}"
    rejects = f"{scratch.name}_broken"
    relation = (
        f"SELECT *, {literal(label)} AS _source, row_number() OVER () AS _row "
        f"FROM read_csv({file_literal(readable)}, auto_detect = false, header = true, strict_mode = true, "
        f"delim = {literal(entry.delimiter)}, quote = '\"', escape = '\"', columns = {types}, "
        f"hive_partitioning = false, compression = 'none', "
        f"store_rejects = true, rejects_table = '{rejects}', rejects_scan = '{rejects}_scan', rejects_limit = 0, "
        f"max_line_size = {_LONGEST_LINE})"
    )
    return RawRows(
        label,
        relation,
        tuple(columns),
        path.stat().st_size,
        broken=lambda: _broken(connection, rejects, path, dataset),
        skipped=lambda: _skipped(connection, rejects, readable, entry.delimiter, len(columns)),
        damage=lambda: _mixed_line_ends(readable),
    )


def _broken(
    connection: duckdb.DuckDBPyConnection, rejects: str, path: Path, dataset: str
) -> list[tuple[int, str, str]]:
    """The lines that DuckDB set aside; a line can break several rules, and be read by several scans."""
    found = connection.execute(
        f"SELECT line, min(error_type)::VARCHAR, min(error_message), min(csv_line) "
        f"FROM {rejects} GROUP BY line ORDER BY line"
    ).fetchall()
    for line, _, message, _ in found:
        if "unterminated" in message.lower():
            raise DataError(
                f"{dataset}: in {path.name} a quotation mark opened at line {line} is never closed.",
                where=f"{path}, line {line}",
                todo="The file is cut off, or a quotation mark in a value is not doubled; have it delivered again.",
            )
    return [(line, f"line {line}: {kind.lower()}", text) for line, kind, _, text in found]


def _skipped(
    connection: duckdb.DuckDBPyConnection, rejects: str, path: Path, delimiter: str, columns: int
) -> list[int]:
    """The records that DuckDB set aside, or passed over as blank; the first after the header is 1."""
    broken = connection.execute(f"SELECT DISTINCT line - 1 FROM {rejects}").fetchall()
    numbers = {int(row[0]) for row in broken}
    if columns > 1 and _may_have_blanks(path):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            records = csv.reader(lines, delimiter=delimiter)
            numbers |= {number for number, record in enumerate(records) if not record}
    return sorted(numbers)


def _may_have_blanks(path: Path) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return re.search(rb"\n\r?\n", content) is not None


def _mixed_line_ends(path: Path) -> str:
    """The first line that ends in another way than the first one, in words; empty where all end alike."""
    first, number, quoted = b"", 1, False
    with path.open("rb") as lines:
        for line in lines:  # up to \n
            for part in line.splitlines(keepends=True):
                quoted ^= part.count(b'"') % 2 == 1
                end = part[len(part.rstrip(b"\r\n")) :]
                first = first or end
                if end and end != first and not quoted:
                    ends = (_ENDS.get(found, repr(found)) for found in (end, first))
                    return "line {} ends with {}, and the first one with {}.".format(number, *ends)
                number += 1
    return ""


def _as_utf8(path: Path, encoding: str, target: Path, dataset: str) -> Path:
    """Check the encoding of the whole file; where it is not UTF-8, write the UTF-8 copy ``target`` and return that."""
    try:
        plain = codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")
    except LookupError as error:
        raise ConfigurationError(
            f"{dataset}: there is no encoding {encoding!r}.", todo="Write utf-8 or gb18030."
        ) from error
    decoder = codecs.getincrementaldecoder("utf-8" if plain else encoding)("strict")
    pending, done = 0, 0
    with path.open("rb") as raw, io.BytesIO() if plain else target.open("xb") as copy:
        while True:
            chunk = raw.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise _wrong_encoding(path, encoding, done - pending + error.start, dataset) from error
            pending = len(decoder.getstate()[0])
            done += len(chunk)
            if not plain:
                copy.write(text.encode("utf-8"))
            if not chunk:
                return path if plain else target


def _wrong_encoding(path: Path, encoding: str, offset: int, dataset: str) -> DataError:
    with path.open("rb") as raw:
        line = raw.read(offset).count(b"\n") + 1
    fitting = next(
        (name for name in ("utf-8", "gb18030", "utf-16") if name != encoding and _decodes(path, name)), ""
    )
    return DataError(
        f"{dataset}: {path.name} is not {encoding}" + (f"; it reads as {fitting}." if fitting else "."),
        where=f"{path}, line {line}, byte {offset}",
        todo=f"Write `encoding: {fitting or '...'}` in the source file, or have the file delivered again.",
    )


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding) as lines:
            shutil.copyfileobj(lines, io.StringIO())
    except UnicodeError:
        return False
    return True
