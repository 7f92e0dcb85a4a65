"""Health checks of the compose services that have no small client of their own: ``python health.py SERVICE``.

Belongs here: questions that cost little. ``airflow jobs check`` and ``celery --app ... inspect`` import all of Airflow,
some seconds of CPU each time, in every service, for as long as the stack runs.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from urllib.request import urlopen

_COMPONENTS = {"api-server": "metadatabase", "scheduler": "scheduler", "dag-processor": "dag_processor",
               "triggerer": "triggerer"}  # fmt: skip


def airflow_status(service: str) -> str:
    """Return what the API server says of a component: ``healthy``, ``unhealthy``, or None where it has never been."""
    host = "localhost" if service == "api-server" else "api-server"
    with urlopen(f"http://{host}:8080/api/v2/monitor/health", timeout=8) as answer:
        return str(json.load(answer)[_COMPONENTS[service]]["status"])


def worker_status() -> str:
    """Return ``healthy`` if this container's worker answers a ping through the broker."""
    from celery import Celery

    name = f"celery@{socket.gethostname()}"
    app = Celery(broker=os.environ["AIRFLOW__CELERY__BROKER_URL"])
    return "healthy" if app.control.ping(destination=[name], timeout=5) else f"no answer from {name}"


if __name__ == "__main__":
    status = worker_status() if sys.argv[1] == "worker" else airflow_status(sys.argv[1])
    print(status)
    sys.exit(status != "healthy")
