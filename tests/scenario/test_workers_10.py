"""tocsin-worker against a real broker: triage from push to incident, notifications, and workers that come and go."""
import json
import signal
import subprocess
import time

import pytest
import zmq
from conftest import BIN, LIMITS, WAIT_S

SSHD = {
    "timestamp": "2026-01-12T03:22:05.123+0000",
    "rule": {"level": 10, "description": "sshd: brute force", "id": "5712", "groups": ["authentication_failures"],
             "mitre": {"id": ["T1110"]}},
    "agent": {"id": "003", "name": "web1"}, "full_log": "Failed password for root from 192.0.2.44 port 51022",
    "data": {"srcip": "192.0.2.44", "dstuser": "root"}}


class Workers:
    """Processes of tocsin-worker that end with the test."""

    def __init__(self, broker):
        self.broker, self.processes = broker, []

    def start(self, *words, key="worker"):
        process = subprocess.Popen([BIN / "tocsin-worker", "--key", self.broker.home / f"keys/{key}.key", *words],
                                   stderr=subprocess.PIPE, text=True)
        self.processes.append(process)
        return process

    def end(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
            process.stderr.close()


@pytest.fixture
def workers(broker):
    made = Workers(broker)
    yield made
    made.end()


def until(ask, good, timeout_s=WAIT_S):
    """Asks until the answer is good."""
    end = time.monotonic() + timeout_s
    while True:
        answer = ask()
        if good(answer):
            return answer
        assert time.monotonic() < end, f"still {answer}"
        time.sleep(0.05)


def triaged(lead, alert):
    """What triage made of the alert; it may not even be committed when this is first asked."""
    return until(lambda: lead.ask("alert.show", {"alert": alert}),
                 lambda a: a.status == 200 and a["disposition"] != "waiting")


def push(sensor, *alerts, **fields):
    payloads = [a if isinstance(a, bytes) else json.dumps(a).encode() for a in alerts]
    return sensor.ok("alert.push", fields, payloads)["alert"]


def test_an_alert_becomes_an_incident_and_its_repeat_joins_it(broker, lead, sensor, workers):
    workers.start()
    shown = triaged(lead, push(sensor, SSHD))
    assert shown["disposition"] == "opened" and "severity_open" in json.dumps(shown.body)
    incident = lead.ok("show", {"incident": "INC-1"})
    assert incident["title"] == "sshd: brute force" and incident["severity"] == "medium"
    assert incident["classification"] == "intrusion_attempts" and incident["techniques"] == ["t1110"]
    assert triaged(lead, push(sensor, SSHD))["disposition"] == "attached"
    found = lead.ok("find", {"value": "192[.]0.2.44"})
    assert "INC-1" in json.dumps(found.body)


def test_what_cannot_be_read_is_kept_and_stops_nothing(broker, lead, sensor, workers):
    workers.start("--workflow", "triage")
    first = int(push(sensor, b"\x00\xff no JSON", b"{" * 1000, SSHD, b'{"unknown":1}')[4:])
    kinds = [triaged(lead, f"ALR-{first + i}")["disposition"] for i in range(4)]
    assert kinds == ["unreadable", "unreadable", "opened", "unreadable"]


def test_a_worker_outlives_its_broker(broker, sensor, workers):
    worker = workers.start()
    lead = broker.client("lead")
    assert triaged(lead, push(sensor, SSHD))["disposition"] == "opened"
    broker.kill()
    broker.start()
    lead, sensor = broker.client("lead"), broker.client("sensor", "sensors")
    assert triaged(lead, push(sensor, {**SSHD, "agent": {"name": "web2"}}))["disposition"] == "opened"
    assert worker.poll() is None


def test_a_worker_started_before_its_broker_waits(make_broker):
    broker = make_broker()
    workers = Workers(broker)
    try:
        workers.start()
        time.sleep(0.3)
        broker.start()
        assert triaged(broker.client("lead"), push(broker.client("sensor", "sensors"), SSHD))["disposition"] == "opened"
    finally:
        workers.end()


def test_a_killed_worker_takes_no_alert_along(broker, lead, sensor, workers):
    first = None
    for round_ in range(5):
        worker = workers.start()
        alerts = [{**SSHD, "agent": {"name": f"h{round_}-{i}"}, "rule": {**SSHD["rule"], "level": 2}} for i in range(300)]
        first = first or push(sensor, *alerts)
        if round_ > 0:
            push(sensor, *alerts)
        worker.kill()
        worker.wait()
    workers.start()
    until(lambda: lead.ok("status")["alerts"]["waiting"], lambda waiting: waiting == 0)
    assert triaged(lead, "ALR-1500")["disposition"] == "kept"


def test_sigterm_ends_a_worker_in_good_order(broker, lead, sensor, workers):
    worker = workers.start()
    triaged(lead, push(sensor, SSHD))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(WAIT_S) == 0


def test_a_worker_without_the_role_says_so(broker, workers):
    worker = workers.start(key="reporter")
    assert "403" in worker.stderr.readline()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(WAIT_S) == 0


def test_a_thousand_alerts_in_one_delivery_are_split(broker, lead, sensor, workers):
    workers.start()
    lines = b"\n".join(json.dumps({"title": f"t{i}", "severity": "info", "host": f"h{i}"}).encode() for i in range(1000))
    assert triaged(lead, push(sensor, lines))["disposition"] == "kept"
    one_more = lines + b'\n{"title":"one more","severity":"critical"}'
    assert triaged(lead, push(sensor, one_more))["disposition"] == "opened"
    assert lead.ok("show", {"incident": "INC-1"})["title"] == "2 more alerts came in this delivery"


def test_deliveries_that_fit_only_alone_are_triaged_alone(make_broker):
    broker = make_broker("jobs: {retry_after: 20ms}\n")
    broker.start()
    workers = Workers(broker)
    try:
        lines = b"\n".join(b'{"title":"%d","severity":0}' % i for i in range(1000))
        push(broker.client("sensor", "sensors"), *[lines] * 8)
        workers.start()
        lead = broker.client("lead")
        assert [triaged(lead, f"ALR-{n}")["disposition"] for n in range(1, 9)] == ["kept"] * 8
    finally:
        workers.end()


def test_a_hook_runs_once_it_succeeds(make_broker, tmp_path):
    seen, fails = tmp_path / "seen", tmp_path / "fails"
    hook = tmp_path / "hook"
    hook.write_text(f"#!/bin/sh\nif [ -e {fails} ]; then rm {fails}; echo no; exit 3; fi\ncat >>{seen}\n")
    hook.chmod(0o755)
    fails.touch()
    broker = make_broker(f"jobs: {{retry_after: 20ms}}\nnotify:\n  hooks:\n"
                         f"    - {{name: page, on: opened, severity: low, command: {hook}}}\n")
    broker.start()
    workers = Workers(broker)
    try:
        workers.start()
        lead = broker.client("lead")
        lead.ok("open", {"title": "Caf\u00e9 \"quoted\"", "severity": "high"})
        until(lambda: seen.exists() and seen.read_text(), bool)
        assert json.loads(seen.read_text())["title"] == "Caf\u00e9 \"quoted\""
        assert not fails.exists()  # the first time it failed, and was tried again
        until(lambda: json.dumps(lead.ok("show", {"incident": "INC-1"}).body), lambda story: "exit 0" in story)
    finally:
        workers.end()


@pytest.fixture
def stand_in(tmp_path):
    """A stand-in for the broker, for what the real one does not do: a worker that notifies is ready at it."""
    context = zmq.Context()
    front = context.socket(zmq.ROUTER)
    server, pair = zmq.curve_keypair(), zmq.curve_keypair()
    front.linger, front.curve_server = 0, True
    front.curve_publickey, front.curve_secretkey = server
    port = front.bind_to_random_port("tcp://127.0.0.1")
    key = tmp_path / "worker.key"
    key.touch(mode=0o600)
    key.write_text(json.dumps({"name": "worker", "public": pair[0].decode(), "secret": pair[1].decode(),
                               "server": server[0].decode(), "people": [f"tcp://127.0.0.1:{port}"]}))
    worker = subprocess.Popen([BIN / "tocsin-worker", "--key", key, "--workflow", "notify"], stderr=subprocess.PIPE, text=True)
    try:
        yield StandIn(front)
    finally:
        worker.kill()
        worker.wait()
        worker.stderr.close()
        context.destroy(linger=0)


class StandIn:
    def __init__(self, front):
        self.front = front
        self.peer, self.ready, _ = self.said(b"worker.ready")

    def said(self, verb):
        assert self.front.poll(WAIT_S * 1000), f"no {verb}"
        peer, _, spoken, request, body, *_ = self.front.recv_multipart()
        assert spoken == verb
        return peer, request, json.loads(body)

    def tell(self, request, status, body):
        self.front.send_multipart([self.peer, b"TOC1", request, status, body.encode()])

    def lease(self, items):
        """A job of these items, as JSON; the lease has number 5."""
        job = '{"workflow":"notify","lease":5,"token":"%s","attempt":0,"for_ms":9000,"items":[%s]}' % ("0a" * 16, ",".join(items))
        assert len(job) <= LIMITS["FRAME_BYTES_MAX"]
        self.tell(self.ready, b"206", job)

    def given_back(self):
        """Why the job of lease 5 was given back."""
        _, _, body = self.said(b"worker.fail")
        reason = body.pop("reason")
        assert body == {"workflow": "notify", "lease": 5, "token": "0a" * 16}
        return reason


def test_outcomes_too_large_for_a_message_give_the_job_back(stand_in):
    # A number is longer in the outcome than here, so that the job fits and its outcomes do not.
    count, room = LIMITS["JOB_ITEMS_MAX"], LIMITS["FRAME_BYTES_MAX"]
    stand_in.lease(['{"notification":9e14,"drop":"%s"}' % ("x" * (room // count - 38))] * count)
    assert str(room) in stand_in.given_back()


def test_outcomes_that_are_refused_give_the_job_back(stand_in):
    stand_in.lease(['{"notification":7,"drop":"gone"}'])
    _, request, _ = stand_in.said(b"worker.done")
    stand_in.tell(request, b"400", '{"error":"invalid","message":"none of its form"}')
    assert stand_in.given_back() == "the outcomes were refused: none of its form"


@pytest.mark.parametrize("status, body", [
    (b"409", '{"error":"conflict","message":"lease 5 is not yours or has ended"}'),
    (b"500", '{"error":"io","message":"it may or may not have been kept"}'),
])
def test_outcomes_of_which_nothing_is_wrong_are_not_given_back(stand_in, status, body):
    stand_in.lease(['{"notification":7,"drop":"gone"}'])
    _, request, _ = stand_in.said(b"worker.done")
    stand_in.tell(request, status, body)
    stand_in.lease(['{"notification":8,"drop":"gone"}'])
    _, _, next_done = stand_in.said(b"worker.done")
    assert [row["notification"] for row in next_done["outcomes"]] == [8]
