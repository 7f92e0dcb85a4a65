"""What the steps do beyond the parts that they call: history, and pinning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.conftest import OCTOBER
from wattledger import pipeline
from wattledger.context import Audit
from wattledger.extract.source import Source
from wattledger.periods import Period
from wattledger.settings import Settings

COLUMNS = {
    "reading_id": "id",
    "account_id": "id",
    "meter_id": "id",
    "billing_month": "day",
    "reading_type": "'total'",
    "reading": "reading",
}


def deliver(folder: Path, name: str, *rows: str) -> None:
    (folder / name).write_text("\n".join(["id,day,reading", *rows]) + "\n", encoding="utf-8")


def labels(audit: Audit) -> list[str]:
    return sorted(record.period for record in audit.lake.landings("meter_reading"))


def test_history_comes_with_the_first_landing_and_once(
    tmp_path: Path, settings: Settings, make_source: Callable[..., Source]
) -> None:
    for month in ("202609", "202610"):  # August was never kept
        deliver(tmp_path, f"r_{month}.csv", f"{month},{month[:4]}-{month[4:]}-01,1")
    audit = Audit(
        settings, make_source(meter_reading={"files": "r_{yyyymm}.csv", "columns": COLUMNS}), OCTOBER
    )
    pipeline.land(audit, "meter_reading")
    assert labels(audit) == ["2026-09", "2026-10"]
    pin = audit.lake.pin("meter_reading")
    deliver(tmp_path, "r_202610.csv", "202610,2026-10-01,2")
    pipeline.land(audit, "meter_reading")
    assert labels(audit) == ["2026-09", "2026-10"]
    assert audit.lake.pin("meter_reading") == (pin or 0) + 1, "October alone was landed again"


def test_one_extract_of_all_months_is_read_once_for_history(
    tmp_path: Path, settings: Settings, make_source: Callable[..., Source]
) -> None:
    deliver(tmp_path, "all.csv", *(f"{n},2026-{n:02}-15,1" for n in range(1, 13)))
    audit = Audit(settings, make_source(meter_reading={"files": "all.csv", "columns": COLUMNS}), OCTOBER)
    record = pipeline.land(audit, "meter_reading")
    assert labels(audit) == ["2026-04..2026-09", "2026-10"]
    assert (record.landed, record.outside) == (1, 11)


def test_later_landings_do_not_change_an_open_run(
    tmp_path: Path, settings: Settings, make_source: Callable[..., Source]
) -> None:
    source = make_source(meter_reading={"files": "all.csv", "columns": COLUMNS})
    audit = Audit(settings, source, Period.parse("2026-10-15"))

    def land(reading: int) -> None:
        deliver(tmp_path, "all.csv", f"1,2026-10-15,{reading}")
        pipeline.land(audit, "meter_reading")

    def seen() -> int:
        with audit.session() as session:
            return int(session.connection.execute("SELECT reading FROM meter_reading").fetchall()[0][0])

    land(1)
    first = pipeline.open_run(audit)
    land(2)
    assert seen() == 1
    second = pipeline.open_run(audit)
    assert (first.revision, second.revision, seen()) == (1, 2, 2)
    land(2)
    assert pipeline.open_run(audit).revision == 2, "the same rows are the same inputs"
