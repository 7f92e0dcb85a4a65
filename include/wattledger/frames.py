"""What audits found, and what they stood on, as pandas DataFrames: for analysts, in notebooks and scripts.

    from wattledger.frames import open_home

    home = open_home(".wattledger")               # lake and registry of an installation, and one of its sources
    october = home.period("2026-10")              # an audited period
    october.findings()                            # a frame, as are the others

Every column has an Arrow type, so that nothing is lost on the way: money and energy are ``decimal128`` (values are
``Decimal``, sums are exact), dates ``date32``, counts ``int64`` that may be missing, texts ``string``.
``DataFrame.attrs`` says what a frame is of: source, period, revision, and the fingerprints of the audit.

Belongs here: the way from Arrow to pandas. The tables are those that the command line prints (``tables``); pandas is
loaded where a frame is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from wattledger import tables
from wattledger.context import Audit, stored_audit, stored_source
from wattledger.contracts.listed import load_listings
from wattledger.errors import UsageError
from wattledger.periods import Period
from wattledger.settings import Settings

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from wattledger.rating.bill_sheets import RatedBill

Kind = Literal["findings", "verdicts", "breaks", "reconciliation"]


def open_home(home: Path | str | None = None, source: str = "") -> Home:
    """The audits of a source in a home folder.

    Args:
        home: the folder; without it, that of ``WATTLEDGER_HOME``.
        source: the source's name, where the home knows several.

    Raises:
        UsageError: the home knows no source, several of them, or not this one.
    """
    settings = Settings(home=Path(home)) if home else Settings()
    return Home(settings, stored_source(settings, source))


@dataclass(frozen=True)
class Home:
    """The audits of one source."""

    settings: Settings
    source: str

    def runs(self) -> pd.DataFrame:
        """All audits of the source, by period; of a period, the oldest first."""
        from wattledger.registry import open_registry

        engine = open_registry(self.settings.registry)
        return _frame(tables.runs(engine, self.source), {"source": self.source})

    def period(self, period: str | Period) -> Audited:
        """The newest audit of a period; raise UsageError where there is none."""
        asked = Period.parse(period) if isinstance(period, str) else period
        audit = stored_audit(self.settings, self.source, asked)
        _ = audit.run  # what was never audited is told here, and not by the first frame
        return Audited(audit)

    def over_time(self, what: Kind) -> pd.DataFrame:
        """What all audited periods have of a kind, one below the other, with the period in the first column."""
        import pyarrow as pa

        parts = []
        for period in dict.fromkeys(self.runs()["period"]):
            part = getattr(tables, what)(self.period(period).audit)
            parts.append(part.add_column(0, "period", pa.array([period] * part.num_rows, pa.string())))
        if not parts:
            raise UsageError(f"No period of {self.source} was audited in {self.settings.home}.")
        return _frame(pa.concat_tables(parts), {"source": self.source})


@dataclass(frozen=True)
class Audited:
    """The newest audit of one period: a frame for each question; a new one each time, for the caller to change."""

    audit: Audit

    @cached_property
    def attrs(self) -> dict[str, Any]:
        """What every frame of this audit says of itself."""
        run = self.audit.run
        return {
            "source": self.audit.source.name,
            "period": str(run.period),
            "revision": run.revision,
            "manifest_hash": run.manifest_hash,
            "rules_hash": run.rules_hash,
            "code_version": run.code_version,
            "currency": self.audit.source.currency,
        }

    def findings(self, rule: str = "", unit: str = "", *, backlog: bool = False) -> pd.DataFrame:
        """Findings as of the period, the largest absolute amount first; of a rule, of a unit with all below it.

        ``backlog``: with the open findings of earlier periods that this one does not show again. ``evidence`` is JSON.
        """
        return self._frame(tables.findings(self.audit, rule, unit, backlog=backlog))

    def verdicts(self) -> pd.DataFrame:
        """A row per rule."""
        return self._frame(tables.verdicts(self.audit))

    def breaks(self) -> pd.DataFrame:
        """What does not reconcile, the largest absolute difference first. ``evidence`` is JSON."""
        return self._frame(tables.breaks(self.audit))

    def reconciliation(self) -> pd.DataFrame:
        """Each link for the company (``org_id`` missing) and for each unit with all below it."""
        return self._frame(tables.reconciliation(self.audit))

    def dataset(self, name: str, *, history: bool = False) -> pd.DataFrame:
        """The landed rows of a dataset that this audit read; ``history``: with the months of its look-back.

        Its columns and their types are those of docs/datasets.md; ``_source`` and ``_row`` say where a row came from.
        """
        known = self.audit.source.contracts
        if name not in known:
            raise UsageError(f"There is no dataset {name!r}.", todo=f"Datasets are: {', '.join(known)}.")
        with self.audit.session() as session:
            rows = session.connection.sql(f"FROM {name}{'_history' if history else ''}")
            return self._frame(rows.to_arrow_table())

    def sql(self, query: str) -> pd.DataFrame:
        """What a SELECT over the audit's views gives, as `wattledger sql` runs it; raise UsageError where it cannot."""
        from wattledger.lake.query import ask_table

        with self.audit.session(rated=True) as session:
            return self._frame(ask_table(session, query))

    def sheet(self, bill_id: str) -> pd.DataFrame:
        """A bill's calculation sheet: its charge lines as they should be. Raise UsageError where it cannot be rated."""
        rated = self._rated(bill_id)
        listing = load_listings()["sheet"]
        lines = ({name: getattr(line, name) for name in listing.columns} for line in rated.sheet.lines)
        return self._frame(listing.table(lines))

    def compared(self, bill_id: str) -> pd.DataFrame:
        """What was billed beside what was due, by component, time of use and tier."""
        rows = [
            {
                "component": component,
                "tou": tou,
                "tier": tier,
                "billed": billed,
                "due": due,
                "difference": due - billed,
            }
            for (component, tou, tier), (billed, due) in self._rated(bill_id).amounts.items()
        ]
        return self._frame(load_listings()["compared"].table(rows))

    def _rated(self, bill_id: str) -> RatedBill:
        from wattledger.rating.bill_sheets import rated_bill

        with self.audit.session(priced=True) as session:
            return rated_bill(session, self.audit.catalogue, bill_id)

    def _frame(self, table: pa.Table) -> pd.DataFrame:
        return _frame(table, self.attrs)


def _frame(table: pa.Table, attrs: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd

    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    frame.attrs.update(attrs)
    return frame
