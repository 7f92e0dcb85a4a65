"""A broken folder of rules is told by the file that is wrong, what is wrong with it, and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from wattledger.audit.rules import fingerprint, load_rules
from wattledger.audit.rules.check import check_rules
from wattledger.context import empty_session
from wattledger.errors import ConfigurationError
from wattledger.law import load_register
from wattledger.settings import Settings

Break = Callable[[Path], object]
LEDGER = "2.8-ledger"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two rules with a query of their own, and one of a family."""
    given, made = Settings().expectations, tmp_path / "expectations"
    for name in (LEDGER, "2.7-tariffs"):
        (made / name).mkdir(parents=True)
        shutil.copy(given / name / "_suite.yaml", made / name)
    for path in [
        *given.glob("_*"),
        *(given / LEDGER).glob("LED-0[67].*"),
        *(given / "2.7-tariffs").glob("TAR-05.*"),
    ]:
        shutil.copy(path, made / path.relative_to(given))
    return made


def edit(name: str, old: str, new: str) -> Break:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def move(name: str, to: str) -> Break:
    return lambda folder: (folder / name).rename(folder / to)


def drop(name: str) -> Break:
    return lambda folder: (folder / name).unlink()


LED_06, TAR_05 = f"{LEDGER}/LED-06", "2.7-tariffs/TAR-05"
BROKEN: dict[str, tuple[Break, list[str]]] = {
    "a query without a record": (drop(f"{LED_06}.yaml"), ["LED-06", "has no record LED-06.yaml"]),
    "a record without a query": (drop(f"{LED_06}.sql"), ["LED-06.yaml", "Write LED-06.sql"]),
    "a case for no rule": (
        move(f"{LED_06}.case.yaml", f"{LEDGER}/LED-99.case.yaml"),
        ["LED-99.case.yaml", "has no record LED-99.yaml"],
    ),
    "a name that is no id": (
        move(f"{LED_06}.yaml", f"{LEDGER}/large-receipt.yaml"),
        ["large-receipt.yaml", "an id"],
    ),
    "an id of its own": (
        edit(f"{LED_06}.yaml", "level: 3", "rule_id: LED-16\nlevel: 3"),
        ["LED-06.yaml", "rule_id"],
    ),
    "an unknown field": (
        edit(f"{LED_06}.yaml", "level: 3", "level: 3\nseverity: 2"),
        ["LED-06.yaml", "severity"],
    ),
    "a field that is missing": (
        edit(f"{LED_06}.yaml", "level: 3\n", ""),
        ["LED-06.yaml", "level: missing"],
    ),
    "one language": (edit(f"{LED_06}.yaml", "  en: Large", "  # en: Large"), ["LED-06.yaml", "title.en"]),
    "no YAML": (edit(f"{LED_06}.yaml", "level: 3", "level: [3"), ["LED-06.yaml", "cannot be read"]),
    "an unknown dataset": (
        edit(f"{LED_06}.yaml", "  payment:", "  payments:"),
        ["LED-06.yaml", "payments", "payment,"],
    ),
    "an unknown column": (
        edit(f"{LED_06}.yaml", "[settle_method]", "[settlement]"),
        ["LED-06.yaml", "settlement", "settle_method"],
    ),
    "a batch that the query does not read": (
        edit(f"{LED_06}.sql", "FROM payment", "FROM payment_history"),
        ["LED-06.yaml", "payment", "does not read"],
    ),
    "a dataset that the query reads beside its inputs": (
        edit(f"{LED_06}.sql", "WHERE", "JOIN bill_history AS b USING (account_id) WHERE"),
        ["LED-06.yaml", "reads bill_history", "Write bill: [] in inputs", "optional"],
    ),
    "a dataset that the query reads after a comma": (
        edit(f"{LED_06}.sql", "FROM payment AS r", "FROM payment AS r, bill AS b"),
        ["LED-06.yaml", "reads bill", "Write bill: [] in inputs"],
    ),
    "a dataset that the family's query reads beside the inputs": (
        edit("_bill_difference.sql", "JOIN bill AS b", "JOIN staff AS s ON true JOIN bill AS b"),
        ["TAR-05.yaml", "reads staff", "Write staff: [] in inputs"],
    ),
    "a dataset that the money reads beside the inputs": (
        edit(f"{LED_06}.yaml", "basis:", "amount: (SELECT max(bill_amount) FROM bill)\nbasis:"),
        ["LED-06.yaml", "reads bill", "Write bill: [] in inputs"],
    ),
    "a dataset by its schema": (
        edit(f"{LED_06}.sql", "WHERE", "JOIN main.bill AS b USING (account_id) WHERE"),
        ["LED-06.yaml", "reads main.bill", "Write the view's name alone"],
    ),
    "a dataset of all periods": (
        edit(f"{LED_06}.sql", "WHERE", "SEMI JOIN bill_all USING (account_id) WHERE"),
        ["LED-06.yaml", "reads bill_all", "Write bill: [] in inputs"],
    ),
    "a file beside the datasets": (
        edit(f"{LED_06}.sql", "WHERE", "SEMI JOIN read_csv('x.csv') USING (account_id) WHERE"),
        ["LED-06.yaml", "reads by read_csv", "landed as a dataset"],
    ),
    "a parameter that no list can name": (
        edit(f"{LED_06}.sql", "'LED-06.receipt_yuan'", "'LED-06.' || r.payment_kind"),
        ["LED-06.yaml", "worked out", "param('ID.name')"],
    ),
    "a parameter out of its table": (
        edit(f"{LED_06}.sql", "param('LED-06.receipt_yuan')", "(SELECT max(value) FROM parameter)"),
        ["LED-06.yaml", "worked out", "param('ID.name')"],
    ),
    "no SQL": (
        edit(f"{LED_06}.sql", "WHERE", "WHERE WHERE"),
        ["LED-06.yaml", "cannot be parsed", "syntax error", "in line 2 of the query"],
    ),
    "no SELECT": (
        lambda f: (f / f"{LED_06}.sql").write_text("DELETE FROM payment"),
        ["LED-06.yaml", "is no SELECT"],
    ),
    "two queries": (edit(f"{LED_06}.sql", "SELECT", "SELECT 1; SELECT"), ["LED-06.yaml", "2 statements"]),
    "money that is no SQL": (
        edit(f"{LED_06}.yaml", "basis:", "amount: r.payment_amount +\nbasis:"),
        ["LED-06.yaml", "has the field amount that cannot be parsed"],
    ),
    "an optional dataset that nothing reads": (
        edit(f"{LED_06}.yaml", "recurrence:", "optional: [staff]\nrecurrence:"),
        ["LED-06.yaml", "staff", "Take it out"],
    ),
    "an optional dataset that there is none of": (
        edit(f"{LED_06}.yaml", "recurrence:", "optional: [stuff]\nrecurrence:"),
        ["LED-06.yaml", "stuff"],
    ),
    "an empty query": (lambda f: (f / f"{LED_06}.sql").write_text("-- soon\n"), ["LED-06.yaml", "empty"]),
    "an unknown family": (
        edit(f"{TAR_05}.yaml", "bill_difference", "bills"),
        ["TAR-05.yaml", "bills", "bill_difference"],
    ),
    "a family without causes": (edit(f"{TAR_05}.yaml", "causes: [tou]\n", ""), ["TAR-05.yaml", "causes"]),
    "a family and a query": (
        lambda f: shutil.copy(f / f"{LED_06}.sql", f / f"{TAR_05}.sql"),
        ["TAR-05.yaml", "TAR-05.sql", "Take one"],
    ),
    "a folder without a suite": (drop(f"{LEDGER}/_suite.yaml"), [LEDGER, "_suite.yaml"]),
    "a folder of another name": (move(LEDGER, "2.8-money"), ["2.8-money/_suite.yaml", LEDGER]),
    "a file of no rule": (lambda f: (f / "notes.txt").write_text("x"), ["notes.txt"]),
    "an id in two folders": (
        lambda f: [shutil.copy(p, f / "2.7-tariffs") for p in (f / LEDGER).glob("LED-06.*")],
        ["LED-06", LEDGER, "2.7-tariffs"],
    ),
}


@pytest.mark.parametrize(("change", "told"), BROKEN.values(), ids=BROKEN.keys())
def test_the_file_is_named_and_what_to_do(folder: Path, change: Break, told: list[str]) -> None:
    assert len(load_rules(folder)) == 3
    change(folder)
    with pytest.raises(ConfigurationError) as caught:
        load_rules(folder)
    text = str(caught.value)
    assert "to do: " in text
    for part in told:
        assert part in text


UNFIT: dict[str, tuple[Break, list[str]]] = {
    "an unknown column in the query": (
        edit(f"{LED_06}.sql", "payment_amount", "paid_amount"),
        ["LED-06", "paid_amount"],
    ),
    "an unknown parameter": (
        edit(f"{LED_06}.sql", "LED-06.receipt_yuan", "LED-06.yuan"),
        ["LED-06.yuan", "parameters"],
    ),
    "an unknown view": (
        edit(f"{LED_06}.sql", "WHERE", "JOIN cheque AS c USING (payment_id) WHERE"),
        ["LED-06", "cheque"],
    ),
    "evidence that no row has": (
        edit(f"{LED_06}.yaml", "evidence: [", "evidence: [till, "),
        ["LED-06", "till"],
    ),
    "a sum that cannot be worked out": (
        edit(f"{LED_06}.yaml", "basis:", "amount: r.payment\nbasis:"),
        ["LED-06", "payment"],
    ),
}


@pytest.mark.parametrize(("change", "told"), UNFIT.values(), ids=UNFIT.keys())
def test_what_cannot_run_is_told_before_a_run(
    folder: Path, settings: Settings, change: Break, told: list[str]
) -> None:
    with empty_session(settings) as session:
        check_rules(load_rules(folder), session, settings.parameters)
        change(folder)
        with pytest.raises(ConfigurationError) as caught:
            check_rules(load_rules(folder), session, settings.parameters)
    for part in told:
        assert part in str(caught.value)


def test_every_rule_fits_the_views(settings: Settings) -> None:
    with empty_session(settings) as session:
        check_rules(load_rules(settings.expectations), session, settings.parameters)


@pytest.mark.parametrize(
    "change",
    [
        edit(f"{LED_06}.sql", "'cash'", "'cheque'"),
        edit(f"{LED_06}.yaml", "level: 3", "level: 2"),
        edit(f"{LEDGER}/_suite.yaml", "owner:", "# whoever it is\nowner:"),
        edit("_bill_difference.sql", "r.*", "r.*, b.bill_kind"),
        edit("_bill_difference.yaml", "level: 4", "level: 3"),
        edit(f"{TAR_05}.yaml", "[tou]", "[tou, loss]"),
    ],
    ids=["query", "record", "comment", "family's query", "family's record", "causes"],
)
def test_the_fingerprint_is_of_what_decides(folder: Path, change: Break) -> None:
    law = load_register(Settings().law)
    before = fingerprint(load_rules(folder), [], law)
    assert fingerprint(load_rules(folder), [], law) == before
    text = (folder / LEDGER / "_suite.yaml").read_text(encoding="utf-8")
    change(folder)
    only_a_comment = (folder / LEDGER / "_suite.yaml").read_text(encoding="utf-8") != text
    assert (fingerprint(load_rules(folder), [], law) == before) is only_a_comment
