"""The program ``wattledger``: its commands, its exit codes, and how a failure is told.

Belongs here: what holds for every command. Exit codes: 0 done (findings or not), 1 the run failed, 2 wrong usage,
130 stopped by Ctrl-C.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from wattledger.cli import audits, bills, reference, results
from wattledger.cli.failures import as_failure
from wattledger.cli.interrupts import STOPPED, end_on_interrupt
from wattledger.errors import UsageError, WattledgerError

_OTHERS = 0o027
"""Homes hold personal data: 0640 for files, 0750 for folders, so that others than the owner's group cannot read."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The command line: what the DAGs do, by the same functions, without Airflow.",
)
for command in (
    *(audits.demo, audits.check, audits.audit),
    *(results.verdicts, results.findings, results.finding, results.breaks, results.sql),
    *(bills.bill, bills.rate),
    *(audits.bulletin, audits.mail, audits.lake),
    *(reference.rules, reference.law, reference.schema, reference.where),
):
    app.command()(command)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"wattledger {version('wattledger')}")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that may stand before a command."""


def main() -> None:
    """Run the command line; an expected failure is a message, not a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    end_on_interrupt()
    os.umask(_OTHERS)
    code = run()
    sys.stdout.flush()
    sys.stderr.flush()
    # Nothing is left to do, and leaving the ordinary way takes GX and DuckDB a second of tidying up, with complaints
    # of what outlives what.
    os._exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command, that of this process unless given; the exit code."""
    try:
        app(arguments, standalone_mode=False)
    except typer.Exit as leave:
        return leave.exit_code
    except UsageError as error:
        return _fail(str(error), 2)
    except WattledgerError as error:
        return _fail(str(error), 1)
    except (typer.Abort, KeyboardInterrupt):
        return _fail("Stopped.", STOPPED)
    except Exception as error:
        if hasattr(error, "exit_code") and hasattr(error, "format_message"):  # Click's usage errors
            return _fail(error.format_message(), 2)
        if failure := as_failure(error):
            return _fail(str(failure), 1)
        return _fail(traceback.format_exc(), 1)
    return 0


def _fail(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code
