"""Notifications: the outbox, mail to a real server on loopback, and commands."""
import email
import email.policy
import json
import signal
import socketserver
import threading

import pytest
from conftest import free_port
from test_workers_10 import Workers, until

HOSTILE = "Über <b>\r\nBcc: evil@example.org\r\n\r\n.\r\nQUIT; $(touch /tmp/x) `id` 日本語 \x1b[2J\u202e"


class Mailbox:
    """An SMTP server that keeps what it takes; `refusals` says with what it refuses the next mails."""

    def __init__(self, port):
        self.mails, self.refusals, box = [], [], self

        class Session(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(b"220 test\r\n")
                sender = None
                while line := self.rfile.readline():
                    word = line[:4].upper()
                    if word == b"MAIL":
                        sender = line
                    if word == b"DATA":
                        self.wfile.write(b"354 go on\r\n")
                        lines = []
                        while (line := self.rfile.readline()) not in (b".\r\n", b""):
                            lines.append(line)
                        if box.refusals:
                            self.wfile.write(box.refusals.pop(0))
                            continue
                        box.mails.append((sender, email.message_from_bytes(b"".join(lines), policy=email.policy.default)))
                    self.wfile.write(b"250 ok\r\n")
                    if word == b"QUIT":
                        return

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", port), Session)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def made(make_broker):
    """Starts a broker with hooks; its workers end with the test."""
    ended = []

    def make(hooks, more="", jobs="jobs: {retry_after: 20ms, attempts: 3}\n"):
        broker = make_broker(f"{jobs}{more}notify:\n  lease: 2s\n  hooks:\n" +
                             "".join(f"    - {hook}\n" for hook in hooks))
        broker.start()
        workers = Workers(broker)
        ended.append(workers)
        return broker, workers
    yield make
    for workers in ended:
        workers.end()


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def notify(lead):
    return next(w for w in lead.ok("jobs")["workflows"] if w["workflow"] == "notify")


def test_mail_waits_for_its_server_over_restarts(made):
    port = free_port()
    broker, workers = made(["{name: mail, on: \"opened, assigned\", severity: medium, mail_to: soc@example.org}"],
                           f"mail: {{server: \"smtp://127.0.0.1:{port}\", from: tocsin@example.org}}\n",
                           "jobs: {retry_after: 100ms, attempts: 100}\n")
    lead = broker.client("lead")
    lead.ok("open", {"title": "below", "severity": "low"})
    lead.ok("open", {"title": HOSTILE.replace("\r", "").replace("\n", " "), "severity": "high",
                     "description": HOSTILE.replace("\r", "")})
    worker = workers.start("--workflow", "notify")
    until(lambda: notify(lead), lambda row: row["failed"] > 0)
    # Nobody listens yet: neither the broker's end nor the worker's loses it.
    worker.kill()
    broker.kill()
    broker.start()
    lead = broker.client("lead")
    box = Mailbox(port)
    box.refusals.append(b"451 try later\r\n")
    try:
        workers.start("--workflow", "notify")
        until(lambda: box.mails, lambda mails: len(mails) == 1)
        sender, mail = box.mails[0]
        assert sender.startswith(b"MAIL FROM:<tocsin@example.org>")
        assert mail["To"] == "soc@example.org" and mail["Bcc"] is None
        assert mail["Subject"].startswith("INC-2 opened high: Über <b> Bcc: evil@example.org")
        assert "日本語" in mail["Subject"] and "\x1b" not in mail["Subject"] and "\u202e" not in mail["Subject"]
        text = mail.get_content()
        assert "Bcc: evil@example.org" in text and "\x1b" not in text
        lead.ok("assign", {"incident": "INC-2", "to": "analyst"})
        until(lambda: box.mails, lambda mails: len(mails) == 2)
        assert box.mails[1][1]["Subject"].startswith("INC-2 assigned high")
        assert box.mails[0][1]["Message-ID"] != box.mails[1][1]["Message-ID"]
        until(lambda: notify(lead), lambda row: row["waiting"] == row["leased"] == row["retrying"] == 0)
        assert len(box.mails) == 2 and "Bcc" not in box.mails[1][1]
    finally:
        box.close()


def test_a_mail_that_is_never_taken_is_a_dead_letter_until_retried(made):
    port = free_port()
    broker, workers = made(["{name: mail, on: opened, severity: low, mail_to: soc@example.org}"],
                           f"mail: {{server: \"smtp://127.0.0.1:{port}\", from: tocsin@example.org}}\n")
    lead = broker.client("lead")
    box = Mailbox(port)
    box.refusals += [b"554 no thanks\r\n"] * 3
    try:
        workers.start()
        lead.ok("open", {"title": "t", "severity": "high"})
        dead = until(lambda: notify(lead), lambda row: row["dead"] == 1)
        assert "not taken" in json.dumps(dead)
        lead.ok("jobs.retry", {"workflow": "notify"})
        until(lambda: box.mails, bool)
        until(lambda: notify(lead), lambda row: row["dead"] == 0 and row["leased"] == 0)
    finally:
        box.close()


def test_a_command_gets_its_environment_and_no_shell(made, tmp_path):
    seen = tmp_path / "seen"
    hook = script(tmp_path / "hook; $(id)", f"{{ echo \"$#:$TOCSIN_HOOK:$TOCSIN_ON:$TOCSIN_NOTIFICATION:$HOME\"; cat; }} >>{seen}\n"
                                            "head -c 100000 /dev/zero | tr '\\0' x")
    broker, workers = made([f"{{name: page, on: opened, severity: low, command: \"{hook}\"}}"])
    lead = broker.client("lead")
    workers.start()
    title = HOSTILE.replace("\r", "").replace("\n", " ")
    lead.ok("open", {"title": title, "severity": "high"})
    story = until(lambda: json.dumps(lead.ok("show", {"incident": "INC-1"}).body), lambda text: "exit 0: xxx" in text)
    assert "x" * 1024 in story and "x" * 1025 not in story
    head, body = seen.read_text().split("\n", 1)
    assert head == "0:page:opened:1:"
    assert json.loads(body)["title"] == title


def test_a_command_that_hangs_is_killed_and_holds_up_nobody(made, tmp_path):
    done = tmp_path / "done"
    hang = script(tmp_path / "hang", "sleep 1000 & sleep 1000")
    good = script(tmp_path / "good", f"echo >>{done}")
    broker, workers = made([f"{{name: hang, on: opened, severity: low, command: {hang}}}",
                            f"{{name: good, on: opened, severity: low, command: {good}}}"])
    lead = broker.client("lead")
    worker = workers.start()
    lead.ok("open", {"title": "t", "severity": "high"})
    dead = until(lambda: notify(lead), lambda row: row["dead"] == 1)
    assert "killed after" in json.dumps(dead)
    until(done.exists, bool)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert done.read_text() == "\n"


def test_what_is_above_the_channels_clearance_does_not_leave(made, tmp_path):
    seen = tmp_path / "seen"
    hook = script(tmp_path / "hook", f"cat >>{seen}")
    broker, workers = made([f"{{name: page, on: opened, severity: low, tlp: green, command: {hook}}}"])
    lead = broker.client("lead")
    workers.start()
    lead.ok("open", {"title": "secret", "severity": "high", "tlp": "red"})
    until(lambda: json.dumps(lead.ok("show", {"incident": "INC-1"}).body), lambda story: "dropped" in story)
    assert not seen.exists()
