"""The command line: what the DAGs do, by the same functions, without Airflow.

Belongs here: arguments, progress, tables and exit codes. What a command does is done by the packages below; they load
where a command uses them, so that ``wattledger --help`` is quick.
"""

from wattledger.cli.app import app, main, run

__all__ = ["app", "main", "run"]
