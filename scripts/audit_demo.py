"""Run the real DAGs `extract` and `nightly_audit` for one period in this process, and print what came out.

Belongs here: what `make audit` shows on the way. The exit code is 0 where every task went well, else 1.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
DAGS = ("extract", "nightly_audit")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=Path, required=True, help="the source file")
    parser.add_argument("--period", required=True, help="a day 2026-10-31, a month 2026-10, or FROM..TO")
    arguments = parser.parse_args()
    os.environ["WATTLEDGER_SOURCE"] = str(arguments.source.resolve())
    os.environ["WATTLEDGER_SCHEDULE"] = ""

    from wattledger.airflow import local
    from wattledger.errors import WattledgerError
    from wattledger.extract.source import load_source
    from wattledger.periods import Period
    from wattledger.settings import Settings

    settings = Settings()
    try:
        source, period = load_source(settings.source), Period.parse(arguments.period)
    except WattledgerError as error:
        print(error, file=sys.stderr)
        return 2
    airflow_home = settings.home / "airflow-once"
    local.configure(airflow_home, PROJECT / "dags")
    print(f"Auditing {source.name} for {period}, with Airflow in this process", flush=True)
    local.ensure_database(airflow_home)
    local.speak_plainly()
    for dag_id in DAGS:
        if not local.run(dag_id, str(period)):
            print(f"The DAG {dag_id} failed: see above what to do, then run this again.", file=sys.stderr)
            return 1

    from wattledger.cli.summary import print_summary
    from wattledger.context import Audit

    print()
    print_summary(Audit(settings, source, period))
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # Airflow's threads would hold an ordinary exit up for a second or two; all is written
