"""Units whose codes are paths, devices or the company's own name get a bulletin and a mail of their own."""

from __future__ import annotations

import csv
import email
import json
from pathlib import Path

import pytest
import yaml

from tests.e2e.test_newcomer import wattledger

COLUMNS = {
    "organisation_unit": {
        "org_id": "o",
        "parent_org_id": "p",
        "org_name": "n",
        "org_type": "t",
        "bulletin_email": "e",
    },
    "customer_account": {"account_id": "a", "org_id": "o", "account_status": "'normal'"},
    "bill": {
        "bill_id": "a",
        "billing_month": "'2026-10-01'",
        "account_id": "a",
        "usage_kwh": "u",
        "bill_amount": "u",
    },
}


@pytest.fixture
def units(tmp_path: Path) -> list[str]:
    paths = [str(tmp_path / "elsewhere"), "a/b", "../up", "..", "con", "x" * 300]
    return ["3340101", "甲所", *paths, "company", "COMPANY", "unit:company", "east", "EAST", "bulletins"]


def write(path: Path, header: str, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([header.split(), *rows])


def test_each_unit_has_its_own_bulletin_and_mail(tmp_path: Path, units: list[str]) -> None:
    company, home = tmp_path / "company", tmp_path / "home"
    company.mkdir()
    write(
        company / "organisation_unit.csv",
        "o p n t e",
        [["001", "", "总公司", "province", "head@example.com"]]
        + [[code, "001", f"第{n}所", "county", f"unit{n}@example.com"] for n, code in enumerate(units)],
    )
    write(company / "customer_account.csv", "a o", [[f"A{n}", code] for n, code in enumerate(units)])
    write(company / "bill.csv", "a u", [[f"A{n}", "-1"] for n in range(len(units))])
    source = {
        "name": "acme",
        "title": {"zh": "甲公司", "en": "Acme"},
        "jurisdiction": "CN",
        "recipients": {"company": ["audit@example.com"]},
        "datasets": {name: {"files": f"{name}.csv", "columns": columns} for name, columns in COLUMNS.items()},
    }
    (company / "source.yaml").write_text(yaml.safe_dump(source, allow_unicode=True), encoding="utf-8")
    done = wattledger("audit", "--source", company / "source.yaml", "--period", "2026-10", home=home)
    assert done.returncode == 0, done.stderr

    folder = home / "bulletins/acme/2026-10"
    index = {
        entry["audience"]: entry
        for entry in json.loads((folder / "bulletins.json").read_text(encoding="utf-8"))
    }
    assert len(index) == len({entry["file"].casefold() for entry in index.values()}) == len(units) + 2
    assert {index[code]["file"] for code in ("company", "3340101", "甲所", "001")} == {
        "company",
        "3340101",
        "甲所",
        "001",
    }
    assert sorted(path.name for path in folder.glob("*.html")) == sorted(
        f"{e['file']}.html" for e in index.values()
    )
    assert "甲公司" in (folder / "company.txt").read_text(encoding="utf-8").splitlines()[1]
    for number, code in enumerate(units):
        (entry,) = [entry for entry in index.values() if entry["recipients"] == [f"unit{number}@example.com"]]
        assert f"第{number}所" in (folder / f"{entry['file']}.txt").read_text(encoding="utf-8"), code
        assert "/" not in entry["worklist"]

    mails = list((home / "mail/acme/2026-10").glob("*.eml"))
    to = sorted(str(email.message_from_bytes(path.read_bytes())["To"]) for path in mails)
    assert to == sorted(
        ["audit@example.com", "head@example.com", *(f"unit{n}@example.com" for n in range(len(units)))]
    )
    assert not list(tmp_path.glob("elsewhere*"))
    assert {path.name for path in tmp_path.iterdir()} == {"company", "home"}

    one = wattledger("bulletin", "--period", "2026-10", "--unit", "EAST", home=home)
    assert one.stdout.strip() == str(folder / f"{index['EAST']['file']}.html"), (
        "the same name when one is made again"
    )
