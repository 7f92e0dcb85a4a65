"""Serve Airflow with the demo utility on this machine alone: what `make airflow` runs.

Belongs here: the settings of a try-out installation. There is no login, so it listens on the loopback address only.
"""

from __future__ import annotations

import argparse
import os
import secrets
import socket
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
ADDRESS = "127.0.0.1"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=Path, required=True, help="the source file that the DAGs audit")
    parser.add_argument("--home", type=Path, required=True, help="the home folder; Airflow's own is in it")
    parser.add_argument("--port", type=int, default=8080, help="of the page; the two after it serve logs")
    arguments = parser.parse_args()
    if taken := [port for port in range(arguments.port, arguments.port + 3) if not _free(port)]:
        sys.exit(
            f"Port {taken[0]} is taken on {ADDRESS}; Airflow here needs {arguments.port} and the two after it.\n"
            f"  to do: make airflow PORT={arguments.port + 10}"
        )
    home = (arguments.home / "airflow").resolve()
    home.mkdir(parents=True, exist_ok=True)
    programs = Path(sys.executable).parent
    environment = os.environ | _settings(arguments, home)
    environment["PATH"] = f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"
    print(
        f"Airflow will be at http://{ADDRESS}:{arguments.port} in half a minute. Stop it with Ctrl+C.",
        flush=True,
    )
    os.execve(programs / "airflow", ["airflow", "standalone"], environment)  # noqa: S606 - its own arguments


def _settings(arguments: argparse.Namespace, home: Path) -> dict[str, str]:
    page = f"http://{ADDRESS}:{arguments.port}"
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__API__HOST": ADDRESS,
        "AIRFLOW__API__PORT": str(arguments.port),
        "AIRFLOW__API__BASE_URL": page,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{page}/execution/",
        "AIRFLOW__API_AUTH__JWT_SECRET": _secret(home / "jwt-secret"),
        # Airflow binds these two to all interfaces and has no setting for it; they answer to a signed token only.
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(arguments.port + 1),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(arguments.port + 2),
        "WATTLEDGER_HOME": str(arguments.home.resolve()),
        "WATTLEDGER_SOURCE": str(arguments.source.resolve()),
        # By hand only: the demo has one month, and a clock would ask for last night.
        "WATTLEDGER_SCHEDULE": "",
    }


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return False
    return True


def _secret(path: Path) -> str:
    """The key that signs Airflow's tokens, made once and readable by its owner only."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text()


if __name__ == "__main__":
    main()
