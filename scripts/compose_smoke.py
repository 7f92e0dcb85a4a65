#!/usr/bin/env python3
"""Bring the compose stack up, run a night on it over the REST API, find its mails, run it again, take it down.

``run``: an undisturbed night. ``kill``: ``docker kill`` of the worker while a task runs, and another one started by
hand. ``crash``: all of the worker's processes die, and Docker restarts it by itself. ``restart-api``: the API server
goes away in mid-run, which costs no task. Each ends with 0 only if the runs succeed and no mail is doubled.

It needs docker compose and Python alone. Project name, secrets, ports and volumes are its own: a stack that is up
beside it is not touched. Checks of what an audit finds do not belong here.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[1]
EXTRACT, AUDIT = "extract", "nightly_audit"
STARTED = time.monotonic()


def say(text: str) -> None:
    """Print a line with the seconds since the start."""
    print(f"{time.monotonic() - STARTED:5.0f}s  {text}", flush=True)


def wait_for(what: str, done: Callable[[], bool], seconds: float) -> None:
    """Ask until ``done`` says so; exit with a message after ``seconds``."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            sys.exit(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.5)


def call(url: str, body: object = None, token: str = "", method: str | None = None) -> Any:
    """Return the JSON answer of an HTTP call; a body makes it a POST."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, headers, method=method)  # noqa: S310 - the stack's own address
    with urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


class Stack:
    """The compose project of this check, with secrets of its own in ``work``."""

    def __init__(self, work: Path, source: Path | None, ui_port: int, mail_port: int) -> None:
        made = subprocess.run(
            [ROOT / "docker/make-env.sh"], check=True, capture_output=True, text=True
        ).stdout
        self._file = work / "env"
        self._file.touch(mode=0o600)
        self._file.write_text(made)
        self.secrets = dict(
            line.split("=", 1) for line in made.splitlines() if "=" in line and line[0] != "#"
        )
        self.source = source or work / "source"
        self.source.mkdir(exist_ok=True)
        self.ui, self.mail = f"http://127.0.0.1:{ui_port}", f"http://127.0.0.1:{mail_port}"
        self._env = os.environ | {
            "AIRFLOW_PORT": str(ui_port),
            "MAIL_PORT": str(mail_port),
            "WATTLEDGER_SOURCE_DIR": str(self.source),
            "WATTLEDGER_SCHEDULE": "",
        }

    def compose(self, *args: str, check: bool = True) -> str:
        """Run a compose command; what it printed is returned, or shown where it failed."""
        command = ["docker", "compose", "-p", "wattledger-smoke", "--env-file", str(self._file), *args]
        done = subprocess.run(command, check=False, cwd=ROOT, env=self._env, capture_output=True, text=True)
        if check and done.returncode:
            sys.exit(f"{' '.join(args)}: exit {done.returncode}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
        return done.stdout

    def published(self) -> set[str]:
        """Return the published ports, as ``service@address``."""
        rows = [json.loads(line) for line in self.compose("ps", "--format", "json").splitlines()]
        return {
            f"{row['Service']}@{port['URL']}"
            for row in rows
            for port in row["Publishers"] or []
            if port["PublishedPort"]
        }


class Airflow:
    """The REST API, logged in."""

    def __init__(self, stack: Stack) -> None:
        login = {
            "username": stack.secrets["AIRFLOW_ADMIN_USER"],
            "password": stack.secrets["AIRFLOW_ADMIN_PASSWORD"],
        }
        self._token = call(f"{stack.ui}/auth/token", login)["access_token"]
        self._dags = f"{stack.ui}/api/v2/dags"
        for dag in (EXTRACT, AUDIT):
            self.ask(dag, {"is_paused": False}, "PATCH")

    def ask(self, path: str, body: object = None, method: str | None = None) -> Any:
        """Call ``/api/v2/dags/<path>``; while the API server is away the call is tried again."""
        for _ in range(120):
            try:
                return call(f"{self._dags}/{quote(path, safe='/?=&')}", body, self._token, method)
            except HTTPError:
                raise
            except OSError:
                time.sleep(1)
        sys.exit("the API server does not come back")

    def runs(self, dag: str) -> list[str]:
        """Return the ids of a DAG's runs."""
        return [run["dag_run_id"] for run in self.ask(f"{dag}/dagRuns")["dag_runs"]]

    def trigger(self, dag: str, period: str) -> Run:
        """Start a run for a period."""
        body = {"dag_run_id": f"smoke-{dag}", "logical_date": None, "conf": {"period": period}}
        return Run(self, dag, self.ask(f"{dag}/dagRuns", body)["dag_run_id"])


@dataclass(frozen=True)
class Run:
    """One run of a DAG."""

    airflow: Airflow
    dag: str
    run_id: str

    def state(self) -> str:
        """Return the run's state: ``queued``, ``running``, ``success`` or ``failed``."""
        return str(self.airflow.ask(f"{self.dag}/dagRuns/{self.run_id}")["state"])

    def tasks(self) -> list[dict[str, Any]]:
        """Return the task instances, in the order of their start."""
        found = self.airflow.ask(f"{self.dag}/dagRuns/{self.run_id}/taskInstances?limit=500")[
            "task_instances"
        ]
        return sorted(found, key=lambda task: task["start_date"] or "~")

    def running(self, task_id: str) -> set[str]:
        """Return which tasks of that name run now; exit if the run ended."""
        if (state := self.state()) in ("success", "failed"):
            sys.exit(f"{self.dag} ended ({state}) while {task_id} was looked for")
        return {
            task["id"] for task in self.tasks() if task["task_id"] == task_id and task["state"] == "running"
        }

    def finish(self) -> None:
        """Wait for the end, list the tasks, exit if the run failed."""
        wait_for(f"the end of {self.dag}", lambda: self.state() in ("success", "failed"), 1800)
        for task in self.tasks():
            label = f"{task['task_id']} {task['rendered_map_index'] or ''}"
            took = f"try {task['try_number']} {task['duration'] or 0:7.1f} s"
            print(f"        {label:<36} {task['state']:<8} {took}  {task['hostname']}")
        if self.state() != "success":
            sys.exit(f"{self.dag} failed")
        say(f"{self.dag} succeeded ({self.run_id})")


def disturb(stack: Stack, run: Run, mode: str, task_id: str) -> None:
    """Take the worker or the API server away while ``task_id`` runs, and wait until Airflow has noticed a lost task."""
    wait_for(f"{task_id} running", lambda: bool(run.running(task_id)), 900)
    if mode == "restart-api":
        stack.compose("restart", "api-server")
        return say(f"API server restarted while {task_id} ran")
    lost = run.running(task_id)
    if mode == "kill":
        stack.compose("kill", "worker")
        stack.compose("up", "--detach", "--no-recreate", "worker")
    else:
        stack.compose("exec", "-T", "worker", "sh", "-c", "kill -9 -1", check=False)
    gone = time.monotonic()
    say(f"worker gone while {task_id} ran")
    wait_for("lost task noticed", lambda: not lost & run.running(task_id), 300)
    return say(f"lost task noticed after {time.monotonic() - gone:.0f} s")


def mails(stack: Stack) -> list[tuple[str, str]]:
    """Return recipients and subject of each mail in the catcher; exit if there is none, or one twice."""
    found = [
        (", ".join(m["recipients"]["to"]), m["subject"]) for m in call(f"{stack.mail}/messages/")["messages"]
    ]
    if not found:
        sys.exit("no mail in the catcher")
    if doubled := [mail for mail, count in Counter(found).items() if count > 1]:
        sys.exit(f"sent twice: {doubled}")
    return found


def check(stack: Stack, mode: str, task_id: str, period: str, customers: int) -> None:
    """Do the whole check on a stack that is not up yet."""
    stack.compose("build")
    say("built")
    if not any(stack.source.iterdir()):
        stack.compose("run", "--rm", "--no-deps", "-T", "--user", str(os.getuid()), "--volume", f"{stack.source}:/out",
                      "worker", "wattledger", "demo", "--out", "/out", "--customers", str(customers))  # fmt: skip
        say("demo made")
    stack.compose("up", "--detach", "--wait", "--wait-timeout", "300")
    say("healthy")
    if (published := stack.published()) != {"api-server@127.0.0.1", "mail@127.0.0.1"}:
        sys.exit(f"published: {published}")
    airflow = Airflow(stack)
    extract = airflow.trigger(EXTRACT, period)
    if mode != "run" and task_id == "land":
        disturb(stack, extract, mode, task_id)
    extract.finish()
    wait_for(f"{AUDIT} started by the landings", lambda: bool(airflow.runs(AUDIT)), 120)
    audit = Run(airflow, AUDIT, airflow.runs(AUDIT)[0])
    if mode != "run" and task_id != "land":
        disturb(stack, audit, mode, task_id)
    audit.finish()
    sent = mails(stack)
    for recipients, subject in sent:
        print(f"        {recipients}  {subject}")
    say(f"{len(sent)} mails, none doubled")
    airflow.trigger(AUDIT, period).finish()
    if mails(stack) != sent:
        sys.exit("the second run of the period mailed again")
    say("the period audited again: no second mail")


def main() -> None:
    """Parse the command line, do the check, and take the stack down whatever came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("mode", nargs="?", default="run", choices=["run", "kill", "crash", "restart-api"])
    parser.add_argument("--task", default="validate", help="the task to disturb, of either DAG")
    parser.add_argument("--source", type=Path, help="a folder with extracts; else the demo is made")
    parser.add_argument("--customers", type=int, default=2000, help="of the demo")
    parser.add_argument("--period", default="2026-10", help="to extract and audit")
    parser.add_argument("--ui-port", type=int, default=18080)
    parser.add_argument("--mail-port", type=int, default=18025)
    parser.add_argument("--keep", action="store_true", help="leave the stack up")
    args = parser.parse_args()
    # an end by `timeout` or a cancelled job must take the stack down too
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory() as work:
        stack = Stack(Path(work), args.source and args.source.resolve(), args.ui_port, args.mail_port)
        try:
            check(stack, args.mode, args.task, args.period, args.customers)
        except BaseException:
            print(stack.compose("logs", "--tail", "40", "worker", "scheduler", check=False)[-8000:])
            raise
        finally:
            if not args.keep:
                stack.compose("down", "--volumes", "--timeout", "20", check=False)
                say("down")


if __name__ == "__main__":
    main()
