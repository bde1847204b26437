"""Callbacks: a sender is told over HTTP what became of its alerts; a real server that is away, slow, refuses, redirects."""
import hashlib
import hmac
import http.server
import json
import threading

import pytest
from conftest import free_port
from test_workers_10 import Workers, push, triaged, until

SECRET = b"between the two of us"
DOOR = {"title": "Forced door", "severity": "high", "rule": "door", "id": "door-1", "fingerprint": ["door"]}


class Sender:
    """An HTTP server that keeps what it is told; `answers` says with what it answers the next requests."""

    def __init__(self, port):
        self.told, self.answers, sender = [], [], self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = sender.answers.pop(0) if sender.answers else 204
                if answer == 204:
                    sender.told.append((self.path, self.headers, body))
                self.send_response(answer)
                if answer == 307:
                    self.send_header("Location", f"http://127.0.0.1:{port}/elsewhere")
                self.send_header("Content-Length", "1000000" if answer == 502 else "0")
                self.end_headers()
                if answer == 502:
                    try:
                        self.wfile.write(b"x" * 1000000)
                    except OSError:
                        pass

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def events(self):
        return [json.loads(body) for _, _, body in self.told]

    def wait(self, count):
        until(lambda: self.told, lambda told: len(told) >= count)
        return self.events()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def world(make_broker, tmp_path):
    """A broker that tells the sender of native-test's alerts; triage runs, notify does not yet."""
    port = free_port()
    (tmp_path / "secret").touch(mode=0o600)
    (tmp_path / "secret").write_bytes(SECRET + b"\n")
    (tmp_path / "token").touch(mode=0o600)
    (tmp_path / "token").write_text("letmein\n")
    broker = make_broker(
        "jobs: {retry_after: 50ms, attempts: 12}\nnotify:\n  lease: 2s\n  callbacks:\n"
        f"  - {{name: door, source: native-test, url: \"http://127.0.0.1:{port}/told?by=tocsin\", on: \"triaged, promoted, closed\",\n"
        f"     secret_file: {tmp_path}/secret, token_file: {tmp_path}/token}}\n"
        f"  - {{name: eve, source: eve-test, url: \"http://127.0.0.1:{port}/eve\", on: closed}}\n")
    broker.start()
    broker.port = port
    broker.workers = Workers(broker)
    broker.workers.start("--workflow", "triage")
    yield broker
    broker.workers.end()


def notify(lead):
    return next(w for w in lead.ok("jobs")["workflows"] if w["workflow"] == "notify")


def idle(lead):
    return until(lambda: notify(lead), lambda row: row["waiting"] == row["leased"] == row["retrying"] == 0)


def test_what_became_of_an_alert_is_told_once_over_restarts_of_both(world):
    lead, sensor = world.client("lead"), world.client("sensors", "sensors")
    alert = push(sensor, DOOR, source="native-test")
    assert triaged(lead, alert)["disposition"] == "opened"
    worker = world.workers.start("--workflow", "notify")
    until(lambda: notify(lead), lambda row: row["failed"] > 0)
    # Nobody listens yet: neither the broker's end nor the worker's loses it.
    worker.kill()
    world.kill()
    world.start()
    lead, sensor = world.client("lead"), world.client("sensors", "sensors")
    sender = Sender(world.port)
    sender.answers += [500, 307, 502]
    try:
        world.workers.start("--workflow", "notify")
        first = sender.wait(1)[0]
        path, headers, body = sender.told[0]
        assert path == "/told?by=tocsin" and headers["Authorization"] == "Bearer letmein"
        assert headers["X-Tocsin-Signature"] == "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
        assert headers["X-Tocsin-Notification"] == str(first["notification"]) == "1"
        assert (first["event"], first["alert"], first["source"], first["disposition"]) == ("triaged", alert, "native-test", "opened")
        part = first["parts"][0]
        assert (part["external"], part["incident"], part["incident_status"]) == ("door-1", "INC-1", "new") and first["seq"] > 0
        idle(lead)
        sender.close()

        # The sender is away again when the incident is closed.
        lead.ok("close", {"incident": "INC-1", "verdict": "false_positive", "impact": "none"})
        until(lambda: notify(lead), lambda row: row["retrying"] > 0)
        sender = Sender(world.port)
        closed = sender.wait(1)[0]
        assert (closed["event"], closed["incident"], closed["verdict"], closed["more"]) == ("closed", "INC-1", "false_positive", False)
        assert closed["alerts"] == [{"alert": f"{alert}/1", "external": "door-1"}]
        idle(lead)
        assert len(sender.told) == 1
    finally:
        sender.close()


def test_what_people_do_with_alerts_is_told(world):
    lead, sensor = world.client("lead"), world.client("sensors", "sensors")
    sender = Sender(world.port)
    try:
        world.workers.start("--workflow", "notify")
        quiet = {**DOOR, "severity": "info"}
        alerts = [push(sensor, {**quiet, "fingerprint": [name], "id": name}, source="native-test") for name in "abc"]
        for alert in alerts:
            assert triaged(lead, alert)["disposition"] == "kept"
        sender.wait(3)
        lead.ok("alert.close", {"alert": f"{alerts[0]}/1", "reason": "a drill"})
        assert sender.wait(4)[3]["event"] == "closed" and sender.events()[3]["alert"] == f"{alerts[0]}/1"
        assert sender.events()[3]["parts"][0]["status"] == "closed"
        lead.ok("alert.promote", {"alert": alerts[1]})
        assert sender.wait(5)[4]["event"] == "promoted" and sender.events()[4]["parts"][0]["incident"] == "INC-1"
        # Merged and cancelled: the source's alerts of what was merged count.
        lead.ok("open", {"title": "all of it"})
        lead.ok("merge", {"incident": "INC-1", "into": "INC-2"})
        lead.ok("cancel", {"incident": "INC-2", "reason": "a drill"})
        last = sender.wait(6)[5]
        assert (last["event"], last["incident"], last["incident_status"]) == ("closed", "INC-2", "cancelled")
        assert [row["external"] for row in last["alerts"]] == ["b"]
        # A restricted incident is told of to nobody; nor is a test, nor are others' alerts.
        restricted = lead.ok("alert.promote", {"alert": alerts[2]})["id"]
        sender.wait(7)
        lead.ok("restrict", {"incident": restricted, "to": ["analyst"], "reason": "hush"})
        lead.ok("close", {"incident": restricted, "verdict": "false_positive", "impact": "none"})
        dropped = until(lambda: json.dumps(lead.ok("jobs").body), lambda _: notify(lead)["waiting"] == 0)
        lead.ok("source.test", {"source": "native-test"})
        other = push(world.client("sensors", "sensors"), DOOR, source="eve-test")
        triaged(lead, other)
        idle(lead)
        assert len(sender.told) == 7, (sender.events(), dropped)
    finally:
        sender.close()


def test_who_never_answers_is_a_dead_letter(make_broker):
    port = free_port()
    broker = make_broker("jobs: {retry_after: 10ms, attempts: 2}\nnotify:\n  callbacks:\n"
                         f"  - {{name: door, source: native-test, url: \"http://127.0.0.1:{port}/\", on: triaged,\n"
                         "     secret_file: /nowhere/secret}\n")
    broker.start()
    workers = Workers(broker)
    try:
        workers.start()
        lead = broker.client("lead")
        push(broker.client("sensors", "sensors"), DOOR, source="native-test")
        dead = until(lambda: notify(lead), lambda row: row["dead"] == 1)
        assert "/nowhere/secret" in json.dumps(dead)
    finally:
        workers.end()

