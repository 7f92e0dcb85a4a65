"""A newcomer follows the README: three CSV files with the company's own column names become a bulletin."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
HOSTILE = '<script>alert(1)</script>=HYPERLINK("x")\' OR 1=1; DROP TABLE finding;--'


def wattledger(*arguments: object, home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "wattledger.cli", *map(str, arguments), "--home", str(home)]
    environment = {**os.environ, "WATTLEDGER_SMTP_URL": "", "WATTLEDGER_REGISTRY_URL": ""}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """The folder of the README's example, with its YAML as printed there and files as a company would drop them."""
    block = re.search(
        r"```yaml\n\s*# mycompany/source.yaml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL
    )
    assert block, "the README has lost its example"
    folder = tmp_path / "mycompany"
    folder.mkdir()
    lines = block[1].splitlines()
    (folder / "source.yaml").write_text("\n".join(line[3:] for line in lines), encoding="utf-8")
    customers = [
        "户号,户名,单位,状态",
        f'1001,"{HOSTILE.replace(chr(34), chr(34) * 2)}",甲所,正常',
        "1002,李四,乙所,销户",
    ]
    (folder / "customers.csv").write_text("\n".join(customers) + "\n", encoding="gb18030")
    readings = [
        "抄表号,电费年月,户号,表号,上次示数,本次示数,倍率,电量",
        "1,202610,1001,M1,100,200,1,90",
        "2,202610,1002,M2,50,40,1,10",
        "3,202610,1002,M3,50,很多,1,10",
    ]
    (folder / "readings_202610.csv").write_text("\n".join(readings) + "\n", encoding="utf-8")
    bills = ["账单号,电费年月,户号,电量,电费", "B1,202610,1001,90,45.00", "B2,202610,1002,10,5.00"]
    (folder / "bills_202610.csv").write_text("\n".join(bills) + "\n", encoding="utf-8")
    return folder


def test_three_files_become_a_bulletin(company: Path, tmp_path: Path) -> None:
    home = company / "audit"
    done = wattledger("audit", "--source", company / "source.yaml", "--period", "2026-10", home=home)
    assert done.returncode == 0, done.stderr
    page = (home / "bulletins/mycompany/2026-10/company.html").read_text(encoding="utf-8")
    assert "BIL-02a" in page
    assert "<script" not in page
    found = json.loads(wattledger("findings", "--period", "2026-10", "--format", "json", home=home).stdout)
    keys = {(row["rule_id"], row["business_key"], row["amount"]) for row in found}
    assert ("BIL-02a", "1", "5.00") in keys, "10 kWh unbilled at 0.50"
    assert ("MRD-07", "2", None) in keys, "what a reading that fell back costs is known when it is read again"
    verdicts = json.loads(wattledger("verdicts", "--period", "2026-10", "--format", "json", home=home).stdout)
    assert {row["verdict"] for row in verdicts} <= {"PASS", "FINDINGS", "NO_ROWS", "NOT_EVALUATED"}
    assert next(row for row in verdicts if row["rule_id"] == "LED-01")["reason_code"] == "not_landed"
    # the reading that is no number is told, and nothing else was lost
    assert "很多" in page
    units = sorted(path.stem for path in (home / "bulletins/mycompany/2026-10").glob("*.html"))
    assert units == sorted(["company", "甲所", "乙所"])
    own = (home / "bulletins/mycompany/2026-10/甲所.html").read_text(encoding="utf-8")
    assert "1002" not in own


def test_faults_of_the_caller_are_told_in_plain_words(company: Path, tmp_path: Path) -> None:
    source = company / "source.yaml"
    for arguments, code, words in [
        (("audit", "--source", tmp_path / "none.yaml", "--period", "2026-10"), 2, "There is no source file"),
        (("audit", "--source", source, "--period", "October"), 2, "is not a period"),
        (("audit", "--source", source, "--period", "2026-11"), 1, "there is no file readings_202611.csv"),
        (("verdicts", "--period", "2026-10"), 2, "knows the sources: none"),
    ]:
        done = wattledger(*arguments, home=tmp_path / "home")
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
        assert words in done.stderr
