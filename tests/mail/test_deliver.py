from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.mail.conftest import Catcher
from tests.mail.sender import OCTOBER, UNITS, queue, send_all, way_out, written
from wattledger.mail import (
    EmlFolder,
    MailUncertainError,
    MailUnreachableError,
    OutboxRow,
    Smtp,
    deliver,
    get_mail,
    list_outbox,
)
from wattledger.mail.ownership import owned
from wattledger.registry import open_registry

ROOT = Path(__file__).parents[2]


def start(url: str, way: str, *point: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.mail.sender", url, way, *point], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    with process.stdout as ready:
        ready.readline()
    return process


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("point", ["claimed", "handed over"])
def test_killed_in_the_window_a_mail_server_gets_no_second_mail(
    registry_url: str, catcher: Catcher, point: str
) -> None:
    engine = open_registry(registry_url)
    assert start(registry_url, catcher.url, point).wait() == -signal.SIGKILL
    left = get_mail(engine, "demo", OCTOBER, UNITS[1])
    assert left is not None
    assert left.status == "sending"
    with pytest.raises(MailUncertainError, match="killed while sending") as caught:
        deliver(engine, left, written(left), Smtp.from_url(catcher.url))
    assert left.message_id in str(caught.value)
    send_all(registry_url, Smtp.from_url(catcher.url))
    received = catcher.received()
    assert set(received.values()) == {1}
    assert (left.message_id in received) == (point == "handed over")
    status = {row.audience: row.status for row in list_outbox(engine, "demo", OCTOBER)}
    assert status == {**dict.fromkeys(UNITS, "sent"), UNITS[1]: "uncertain"}
    again = queue(engine, UNITS[1], resend=True)
    assert deliver(engine, again, written(again), Smtp.from_url(catcher.url)).revision == 2


@pytest.mark.parametrize("point", ["claimed", "handed over"])
def test_killed_in_the_window_a_file_is_written_again(registry_url: str, tmp_path: Path, point: str) -> None:
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    assert start(registry_url, str(killed), point).wait() == -signal.SIGKILL
    send_all(registry_url, EmlFolder(killed))
    rows = list_outbox(open_registry(registry_url), "demo", OCTOBER)
    assert [row.status for row in rows] == ["sent"] * len(UNITS)
    for row in rows:
        with EmlFolder(undisturbed).prepare(row, written(row)) as hand_over:
            hand_over()
    assert files(killed) == files(undisturbed)


def test_new_content_after_a_kill_gets_its_own_message_id(registry_url: str, tmp_path: Path) -> None:
    folder = EmlFolder(tmp_path / "mail")
    start(registry_url, str(folder.folder), "handed over").wait()
    engine = open_registry(registry_url)
    left = queue(engine, UNITS[1], "two")
    assert (left.status, left.unsent_hash) == ("sending", "two")
    with pytest.raises(MailUnreachableError, match="another content"):
        deliver(engine, left, written(left), folder)
    again = queue(engine, UNITS[1], "two")
    assert again.message_id != left.message_id
    assert deliver(engine, again, written(again), folder).unsent_hash is None
    assert folder.path(again).read_bytes() == written(again).as_bytes()


@pytest.mark.parametrize("way", ["smtp", "eml"])
def test_killed_at_random_moments(registry_url: str, catcher: Catcher, tmp_path: Path, way: str) -> None:
    seed = random.randrange(10**6)
    moments = random.Random(seed)
    out = catcher.url if way == "smtp" else str(tmp_path / "mail")
    catcher.seconds = 0.02
    for _ in range(5):
        process = start(registry_url, out)
        time.sleep(moments.uniform(0, 0.6))
        process.kill()
        process.wait()
    send_all(registry_url, way_out(out))
    rows = list_outbox(open_registry(registry_url), "demo", OCTOBER)
    assert len(rows) == len(UNITS)
    if way == "eml":
        assert {row.status for row in rows} == {"sent"}, f"seed {seed}"
        assert files(tmp_path / "mail") == {f"{row.audience}.eml": written(row).as_bytes() for row in rows}
        return
    received = catcher.received()
    for row in rows:
        assert row.status in ("sent", "uncertain"), f"seed {seed}"
        assert received[row.message_id] == 1 or (row.status == "uncertain" and received[row.message_id] == 0)


def test_two_live_senders_send_once(engine: Engine, mail: OutboxRow, catcher: Catcher) -> None:
    catcher.seconds = 0.5
    with ThreadPoolExecutor(4) as pool:
        senders = [
            pool.submit(deliver, engine, mail, written(mail), Smtp.from_url(catcher.url)) for _ in range(4)
        ]
    assert [sender.result().status for sender in senders] == ["sent"] * 4
    assert len(catcher.mails) == 1


def test_a_live_sender_in_another_process_is_not_taken_for_dead(registry_url: str, catcher: Catcher) -> None:
    engine = open_registry(registry_url)
    catcher.seconds = 1.5
    process = start(registry_url, catcher.url)
    deadline = time.monotonic() + 30
    while not catcher.mails and time.monotonic() < deadline:
        time.sleep(0.02)
    first = get_mail(engine, "demo", OCTOBER, UNITS[0])
    assert first is not None
    assert first.status == "sending"
    with pytest.raises(MailUnreachableError, match="right now"):
        deliver(engine, first, written(first), Smtp.from_url(catcher.url), wait=0)
    assert deliver(engine, first, written(first), Smtp.from_url(catcher.url)).status == "sent"
    process.kill()
    process.wait()
    assert catcher.received()[first.message_id] == 1


def test_ownership_ends_with_an_error(engine: Engine) -> None:
    with pytest.raises(RuntimeError), owned(engine, 1):
        raise RuntimeError
    with owned(engine, 1, wait=0), owned(engine, 2, wait=0):
        pass


class Interrupted:
    """A transport during whose preparation the mail's content is replaced."""

    repeatable = False

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.sent = threading.Event()

    @contextmanager
    def prepare(self, mail: OutboxRow, message: EmailMessage) -> Iterator[Callable[[], None]]:
        queue(self.engine, mail.audience, "newer")
        yield self.sent.set


def test_content_replaced_while_preparing_is_not_sent(engine: Engine, mail: OutboxRow) -> None:
    transport = Interrupted(engine)
    with pytest.raises(MailUnreachableError, match="another content"):
        deliver(engine, mail, written(mail), transport)
    assert not transport.sent.is_set()
    now = get_mail(engine, "demo", OCTOBER, "company")
    assert now is not None
    assert (now.status, now.content_hash) == ("pending", "newer")
