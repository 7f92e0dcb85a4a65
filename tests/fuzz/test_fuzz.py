"""The fuzzer: mutated inputs of every kind never end in a traceback, lose a row, or change a value.

Belongs here: what must hold, whatever is read. ``FUZZ_CASES=10000`` makes as many cases as that, ``FUZZ_SEED`` others.
A failing case names its seed: ``FUZZ_SEED=SEED FUZZ_CASES=1 pytest tests/fuzz`` makes it alone.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from tests.fuzz import mutations
from tests.fuzz.values import NUMBERS, PERIODS, TEXTS
from wattledger.audit.rules import load_rules
from wattledger.context import Audit
from wattledger.contracts.model import Contract
from wattledger.errors import UsageError, WattledgerError
from wattledger.extract.landing import land
from wattledger.extract.source import load_source
from wattledger.law import load_register
from wattledger.parameters import load_parameters
from wattledger.periods import Period
from wattledger.rating.cases.files import case_catalogue, read_case, sheet_of
from wattledger.rating.catalogue.files import load_catalogue
from wattledger.settings import Settings
from wattledger.yaml_files import as_form, read_yaml
from wattledger.yaml_text import load_yaml

CASES, SEED = int(os.environ.get("FUZZ_CASES", "300")), int(os.environ.get("FUZZ_SEED", "1"))
AUTUMN = Period.parse("2026-09..2026-10")
COLUMNS = {"bill_id": "id", "billing_month": "m", "account_id": "a", "usage_kwh": "k", "bill_amount": "y"}
ROOT = Path(__file__).parents[2]


def seeds(share: float) -> range:
    """The seeds of a kind of case that has that share of all."""
    return range(SEED, SEED + max(1, round(CASES * share)))


def told(what: str, seed: int, error: Exception) -> str:
    return f"{what}, seed {seed}: {type(error).__name__}: {error}"


# --- extracts -------------------------------------------------------------------------------------------------------


def deliver(random: Random, folder: Path) -> tuple[dict[str, Any], list[mutations.Row] | None]:
    """Write an extract; return the dataset's entry, and the rows that were written (None: of a damaged file)."""
    rows = [mutations.row(random, number) for number in range(random.randrange(12))]
    kind = random.choice(["csv", "csv", "csv", "xlsx", "parquet", "sql"])
    if kind == "sql":
        mutations.write_database(folder / "x.db", rows)
        return {"database": "d", "table": "t"}, rows
    path, encoding = folder / f"b.{kind}", "utf-8"
    if kind == "csv":
        encoding = random.choice(["utf-8", "utf-8", "gb18030"])
        mutations.write_csv(path, rows, encoding)
    elif kind == "xlsx":
        mutations.write_xlsx(path, rows)
    else:
        mutations.write_parquet(path, rows)
    if random.random() < 0.3:
        path.write_bytes(mutations.damaged(random, path.read_bytes()))
        return {"files": path.name, "encoding": encoding}, None
    return {"files": path.name, "encoding": encoding}, rows


def same(delivered: str | None, landed: Any) -> bool:
    """Whether what landed is what was delivered."""
    text = (delivered or "").strip(" ")
    if landed is None:
        return not text.strip()
    if isinstance(landed, Decimal):
        try:
            return abs(Decimal(text) - landed) <= abs(landed) * Decimal("1e-15")
        except InvalidOperation:
            return False
    if isinstance(landed, date):
        return text.replace("/", "-").startswith(landed.isoformat()) or "T" in text
    return bool(text == landed)


def check_landing(seed: int, folder: Path, settings: Settings) -> str:
    random = Random(seed)
    entry, rows = deliver(random, folder)
    content = {
        "name": "acme",
        "title": {"zh": "甲公司", "en": "Acme"},
        "jurisdiction": "CN",
        "databases": {"d": {"url": f"sqlite:///{folder}/x.db"}},
        "datasets": {"bill": {"lookback_months": 0, "columns": COLUMNS, **entry}},
    }
    source = folder / "source.yaml"
    source.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    work = Audit(settings, load_source(source), AUTUMN)
    try:
        record = land(settings, work.lake, work.source, "bill", AUTUMN)
    except WattledgerError:
        if rows:  # bad values are rejects, and no reason to refuse the rest
            raise
        return "refused"
    assert record.extracted == record.landed + record.rejected
    landed = [row for file in work.lake.files("bill") for row in pq.read_table(file).to_pylist()]
    rejected = list(work.rejected_rows("bill"))
    assert (len(landed), len(rejected)) == (record.landed, record.rejected)
    if rows is not None:
        filled = [row for row in rows if entry.get("files") != "b.xlsx" or any(row)]
        assert record.extracted + record.outside == len(filled)
        for found in landed:
            delivered = rows[found["_row"] - 1]
            for name, text in zip(COLUMNS, delivered, strict=True):
                assert same(text, found[name]), f"{name}: {text!r} landed as {found[name]!r}"
    return "landed"


def test_rows_and_values_of_extracts_are_kept(tmp_path: Path, settings: Settings) -> None:
    wrong, seen = [], Counter[str]()
    for seed in seeds(0.15):
        shutil.rmtree(settings.lake, ignore_errors=True)
        try:
            seen[check_landing(seed, tmp_path, settings)] += 1
        except Exception as error:
            wrong.append(told("extract", seed, error))
    assert not wrong, "\n".join(wrong)
    assert CASES < 50 or seen["landed"] > seen["refused"] > 0, "the mutations say something"


# --- YAML -----------------------------------------------------------------------------------------------------------


def read_parameters(path: Path) -> None:
    load_parameters(path.parent, path.stem)


def read_law(path: Path) -> None:
    folder = Path(tempfile.mkdtemp(dir=path.parent))  # a register is read once per folder
    (folder / "CN").mkdir()
    shutil.copy(ROOT / "law/kinds.yaml", folder)
    shutil.copy(path, folder / "CN" / "document.yaml")
    load_register(folder)


def read_tariffs(path: Path) -> None:
    load_catalogue(path.parent, path.stem, parameters=())


def read_rate_case(path: Path) -> None:
    case, _ = read_case(path)
    case_catalogue(case, Settings())
    sheet_of(case, Settings(), str(path))


def read_contract(path: Path) -> None:
    as_form(Contract, read_yaml(path), path, "contract")


def read_rule(path: Path) -> None:
    folder = path.parent / "rules" / "2.8-ledger"
    if not folder.exists():
        folder.mkdir(parents=True)
        for name in ("_suite.yaml", "LED-06.sql"):
            shutil.copy(ROOT / "expectations/2.8-ledger" / name, folder)
    shutil.copy(path, folder / "LED-06.yaml")
    load_rules(folder.parent)


KINDS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "source": ("include/wattledger/demo/source.yaml", load_source),
    "own source": ("sources/electric_brew.yaml", load_source),
    "rule": ("expectations/2.8-ledger/LED-06.yaml", read_rule),
    "parameters": ("parameters/CN.yaml", read_parameters),
    "tariffs": ("tests/rating/catalogue_base.yaml", read_tariffs),
    "law": ("law/CN", read_law),
    "case": ("tests/rating/cases", read_rate_case),
    "contract": ("include/wattledger/contracts/datasets/bill.yaml", read_contract),
}


@pytest.mark.parametrize("kind", KINDS)
def test_yaml_is_read_or_refused(tmp_path: Path, kind: str) -> None:
    place, read = KINDS[kind]
    given = ROOT / place
    texts = [path.read_bytes() for path in (sorted(given.glob("*.yaml")) if given.is_dir() else [given])]
    name, wrong, refused = ("ZZ.yaml" if kind == "tariffs" else "CN.yaml"), [], 0
    for seed in seeds(0.07):
        random = Random(seed)
        path, text = tmp_path / name, random.choice(texts)
        content = load_yaml(text.decode())
        if isinstance(content, list):  # parameters: a few stand for all
            content = random.sample(content, min(8, len(content)))
            text = yaml.safe_dump(content, allow_unicode=True).encode()
        path.write_bytes(mutations.as_yaml(random, content, text))
        try:
            read(path)
        except WattledgerError:
            refused += 1
        except Exception as error:
            wrong.append(told(kind, seed, error))
    assert not wrong, "\n".join(wrong)
    assert CASES < 300 or refused, "the mutations say something"


# --- periods and settings -------------------------------------------------------------------------------------------


def test_a_period_is_read_or_wrong_usage() -> None:
    for seed in seeds(0.15):
        random = Random(seed)
        text = random.choice(PERIODS)
        if random.random() < 0.6:
            text = mutations.damaged(random, b"2026-10-01..2026-10-31"[: random.choice([7, 10, 22])]).decode(
                "latin-1"
            )
        try:
            period = Period.parse(text)
        except UsageError:
            continue
        assert Period.parse(str(period)) == period
        assert period.start <= period.end


def test_a_setting_is_taken_or_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in seeds(0.09):
        random = Random(seed)
        name = random.choice(
            ["threads", "memory_limit", "late_after_hours", "smtp_url", "registry_url", "home", "schedule"]
        )
        value = random.choice([*TEXTS, *NUMBERS]).replace("\0", "")
        with monkeypatch.context() as patch:
            patch.setenv(f"WATTLEDGER_{name.upper()}", value)
            try:
                settings = Settings()
            except UsageError:
                continue
            assert 0 <= settings.threads <= 1024
