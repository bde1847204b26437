"""Addresses for what speaks to others: it speaks to us unchanged and is answered as it expects."""
import base64
import json
import subprocess

import pytest

from conftest import BIN, WAIT_S
from test_workers_10 import Workers
from test_workers_10 import triaged as outcome


def kept(broker, alert, seq=0):
    return broker.client("lead").ok("alert.show", {"alert": alert, "payload": True, "min_seq": seq}).parts[0]


@pytest.fixture
def token(issue):
    return issue(role=["sensor"], source=["s1"])


def newest(broker):
    return broker.client("lead").ok("status")["seq"]


@pytest.mark.parametrize("address", ["alertmanager", "grafana", "splunk"])
def test_webhooks_are_kept_as_they_came(broker, gateway, token, address):
    body = b'{ "version":"4","alerts":[{"status":"firing","labels":{"alertname":"x"},"fingerprint":"1"}]}'
    for path in f"/v1/{address}", f"/v1/{address}/s1":
        reply = gateway.post(path, body, token)
        assert kept(broker, reply["alert"], reply["seq"]) == body
    gateway.post(f"/v1/{address}/other", body, token, 403)
    gateway.post(f"/v1/{address}", b"", token, 400)
    gateway.post(f"/v1/{address}", body, None, 401)


def test_prometheus_takes_us_for_an_alertmanager(broker, gateway, token):
    alerts = [b'{"labels":{"alertname":"Down"},"startsAt":"2026-01-01T00:00:00Z"}', b'{"labels":{"alertname":"Up"}}']
    assert gateway.post("/api/v2/alerts", b"[" + b",".join(alerts) + b"]", token).bytes == b""
    assert gateway.post("/api/v2/alerts", b"[]", token).bytes == b""
    assert [kept(broker, f"ALR-{number}", newest(broker)) for number in (1, 2)] == alerts
    gateway.post("/api/v2/alerts", b"[]", None, 401)


# PagerDuty

def event(token, action="trigger", **more):
    return {"routing_key": token, "event_action": action,
            "payload": {"summary": "Disk full", "source": "db1", "severity": "critical"}, **more}


def test_pagerduty_s_events_are_answered_as_pagerduty_does(broker, gateway, token):
    reply = gateway.post("/v2/enqueue", event(token, dedup_key="disk-db1"), status=202)
    assert reply.body == {"status": "success", "message": "Event processed", "dedup_key": "disk-db1"}
    assert gateway.post("/v2/enqueue", event(token), status=202)["dedup_key"] == "ALR-2"
    gateway.post("/v2/enqueue", {"routing_key": token, "event_action": "acknowledge", "dedup_key": "k"}, status=202)
    gateway.post("/v2/enqueue", {"routing_key": token, "event_action": "resolve", "dedup_key": "k"}, status=202)
    # The token may come in the head as well; then the routing key is anything.
    gateway.post("/v2/enqueue", event("R" * 32), token, 202)


def test_an_acknowledgement_acts_on_the_alert_that_it_names(broker, gateway, token):
    lead, workers = broker.client("lead"), Workers(broker)

    def send(action, key, severity="info"):
        body = event(token, action, dedup_key=key)
        body["payload"]["severity"] = severity
        gateway.post("/v2/enqueue", body if action == "trigger" else {k: body[k] for k in body if k != "payload"}, status=202)
        send.count += 1
        return outcome(lead, f"ALR-{send.count}")

    send.count = 0
    try:
        workers.start("--workflow", "triage")
        assert send("trigger", "disk")["disposition"] == "kept"
        ack = send("acknowledge", "disk")
        assert (ack["parts"][0]["status"], "acknowledged_by_source" in ack["parts"][0]["codes"]) == ("closed", True)
        shown = lead.ok("alert.show", {"alert": "ALR-1"})
        assert shown["parts"][0]["status"] == "acknowledged"
        assert [e["facts"] for e in shown["history"] if e["kind"] == "alert.acknowledged"] == [{"by": "ALR-2/1"}]
        # Again, and after a restart: nothing more.
        send("acknowledge", "disk")
        broker.restart()
        gateway.wait_log("answers at the sensors' front")
        workers.end()
        workers.start("--workflow", "triage")
        lead = broker.client("lead")
        shown = lead.ok("alert.show", {"alert": "ALR-1"})
        assert len([e for e in shown["history"] if e["kind"] == "alert.acknowledged"]) == 1
    finally:
        workers.end()


def test_acknowledging_what_is_unknown_or_an_incident_s(broker, gateway, token):
    lead, workers = broker.client("lead"), Workers(broker)
    try:
        workers.start("--workflow", "triage")
        gateway.post("/v2/enqueue", {"routing_key": token, "event_action": "acknowledge", "dedup_key": "never"}, status=202)
        unknown = outcome(lead, "ALR-1")
        assert (unknown["disposition"], unknown["parts"][0]["status"]) == ("kept", "new")
        assert "acknowledges_nothing" in unknown["parts"][0]["codes"]
        gateway.post("/v2/enqueue", event(token, dedup_key="grave"), status=202)
        assert outcome(lead, "ALR-2")["parts"][0]["incident"] == "INC-1"
        gateway.post("/v2/enqueue", {"routing_key": token, "event_action": "acknowledge", "dedup_key": "grave"}, status=202)
        assert outcome(lead, "ALR-3")["parts"][0]["incident"] == "INC-1"
        incident = lead.ok("show", {"incident": "INC-1"})
        assert incident["alerts"] == 2 and incident["status"] == "new" and "acknowledged" not in incident.body
    finally:
        workers.end()


def test_the_routing_key_is_not_kept(broker, gateway, token):
    gateway.post("/v2/enqueue", event(token, dedup_key=f"again {token}"), status=202)
    payload = kept(broker, "ALR-1", newest(broker)).decode()
    number, secret = token.split("_", 2)[1:]
    assert secret not in payload and payload.count(f"toc_{number}_" + "*" * 43) == 2
    assert json.loads(payload)["payload"] == event(token)["payload"]
    broker.stop()
    assert not any(secret.encode() in path.read_bytes() for path in (broker.home / "store/journal").iterdir())
    broker.start()
    gateway.wait_log("answers at the sensors' front")


@pytest.mark.parametrize("change, says", [
    ({"event_action": "open"}, "event_action"), ({"event_action": None}, "event_action"), ({"payload": None}, "summary"),
    ({"payload": {"summary": "x", "severity": "info"}}, "source"), ({"payload": {"summary": "x", "source": "y"}}, "severity"),
    ({"event_action": "resolve"}, "dedup_key"), ({"routing_key": "R" * 32}, "routing_key"), ({"routing_key": None}, "routing_key"),
])
def test_events_that_are_none_are_refused_as_pagerduty_does(gateway, token, change, says):
    reply = gateway.post("/v2/enqueue", {**event(token), **change}, status=400)
    assert (reply["status"], reply["message"]) == ("invalid event", "Event object is invalid")
    assert says in reply["errors"][0]


def test_no_event_at_all(gateway):
    for body in b"", b"x", b"[]", b"1":
        assert "no JSON object" in gateway.post("/v2/enqueue", body, status=400)["errors"][0]


# TheHive

ALERT = {"title": "Malware", "description": "d", "type": "wazuh", "source": "wazuh", "sourceRef": "a1b2", "severity": 3,
         "tags": ["agent=web1"], "artifacts": [{"dataType": "ip", "data": "192.0.2.1"}], "status": "Ignored"}


def test_thehive4py_and_wazuh_s_integration_create_alerts(broker, gateway, token):
    """thehive4py 1 and the scripts built on it post to /api/alert, thehive4py 2 to /api/v1/alert."""
    reply = gateway.post("/api/alert", ALERT, token, 201)
    created = reply.body
    assert (created["id"], created["_id"], created["_type"], created["status"]) == ("ALR-1", "ALR-1", "alert", "New")
    assert created["sourceRef"] == "a1b2"
    created = gateway.post("/api/v1/alert", ALERT, token, 201).body
    assert (created["_id"], created["_type"], created["stage"]) == ("ALR-2", "Alert", "New")
    assert json.loads(kept(broker, "ALR-1", newest(broker))) == ALERT
    refused = gateway.post("/api/alert", {"title": "x", "type": "x", "source": "x"}, token, 400)
    assert (refused["type"], refused["message"]) == ("AttributeCheckingError", "sourceRef: attribute is missing")
    gateway.post("/api/alert", b"nonsense", token, 400)
    gateway.post("/api/alert", ALERT, None, 401)


def test_thehive_s_cases_are_incidents(broker, gateway, issue):
    token = issue(role=["analyst"])
    case = {"title": "Phishing", "description": "Two clicked", "severity": 3, "tlp": 3,
            "tags": ["Phishing", "user:Bob", "agent=web 1", "phishing", "=", 7]}
    created = gateway.post("/api/case", case, token, 201).body
    assert (created["id"], created["caseId"], created["status"], created["_type"]) == ("INC-1", 1, "Open", "case")
    lead = broker.client("lead")
    incident = lead.ok("show", {"incident": "INC-1"}).body
    assert (incident["title"], incident["severity"], incident["tlp"]) == ("Phishing", "high", "red")
    assert sorted(incident["tags"]) == ["agent-web-1", "phishing", "user:bob"]
    created = gateway.post("/api/v1/case", case, token, 201).body
    assert (created["_id"], created["number"], created["status"], created["_type"]) == ("INC-2", 2, "New", "Case")
    assert lead.ok("show", {"incident": "INC-2"})["tlp"] == "amber_strict"
    gateway.post("/api/case", {"title": "x"}, token, 400)
    gateway.post("/api/case", case, issue(role=["sensor"], source=["s"]), 403)


# CloudEvents

def test_cloudevents_come_structured_in_batches_and_binary(broker, gateway, token):
    one = b'{"specversion":"1.0","id":"1","source":"/a","type":"t","data":{"x":1}}'
    reply = gateway.post("/v1/cloudevents", one, token, Content_Type="application/cloudevents+json")
    assert kept(broker, reply["alert"], reply["seq"]) == one
    reply = gateway.post("/v1/cloudevents", b"[" + one + b"," + one + b"]", token,
                         Content_Type="application/cloudevents-batch+json")
    assert reply["count"] == 2
    head = {"ce_specversion": "1.0", "ce_id": "7", "ce_source": "/b", "ce_type": "t", "ce_Extension1": "e"}
    reply = gateway.post("/v1/cloudevents", b'{ "x" : [1] }', token, Content_Type="application/json", **head)
    stored = kept(broker, reply["alert"], reply["seq"])
    assert b'"data":{ "x" : [1] }' in stored
    assert json.loads(stored) == {"specversion": "1.0", "id": "7", "source": "/b", "type": "t", "extension1": "e",
                                  "datacontenttype": "application/json", "data": {"x": [1]}}
    reply = gateway.post("/v1/cloudevents", b"\xff\x00", token, Content_Type="application/octet-stream", **head)
    assert json.loads(kept(broker, reply["alert"], reply["seq"]))["data_base64"] == base64.b64encode(b"\xff\x00").decode()
    reply = gateway.post("/v1/cloudevents", b"", token, **head)
    assert "data" not in json.loads(kept(broker, reply["alert"], reply["seq"]))
    gateway.post("/v1/cloudevents", b"", token, 400)


# "Resolved" acts on the alert that it names.

@pytest.fixture
def triage(broker):
    worker = subprocess.Popen(
        [BIN / "tocsin-worker", "--key", broker.home / "keys/worker.key", "--workflow", "triage"], stderr=subprocess.DEVNULL)
    yield
    worker.terminate()
    worker.wait(WAIT_S)


def triaged(broker, count):
    """The dispositions of the first deliveries, once so many are triaged."""
    watch, found = broker.client("lead"), []
    watch.send("watch", {"from": 1, "credit": 1 << 20})
    while len(found) < count:
        event = watch.receive()
        if event["kind"] == "alert.triaged":
            found.append(event["facts"]["disposition"])
    return found


def test_pagerduty_s_resolve_ends_what_its_trigger_began(broker, gateway, token, triage):
    for action, key, count in ("trigger", "disk-db1", 1), ("trigger", "other", 2), ("resolve", "disk-db1", 3):
        body = event(token, action, dedup_key=key)
        if action != "trigger":
            del body["payload"]  # clients send none
        gateway.post("/v2/enqueue", body, status=202)
        dispositions = triaged(broker, count)
    assert dispositions == ["opened", "opened", "resolved"]
    # A trigger that was on its way when the resolve came opens nothing again: the outcome is the incident's.
    assert gateway.get("/v1/alerts/ALR-3.1", token)["parts"][0]["disposition"] == "resolved"
    history = broker.client("lead").ok("alert.show", {"alert": "ALR-3"}).body
    assert history["parts"][0]["cluster"] == \
        broker.client("lead").ok("alert.show", {"alert": "ALR-1"})["parts"][0]["cluster"]


def test_alertmanager_s_resolved_ends_what_it_fired(broker, gateway, token, triage):
    for status, count in ("firing", 1), ("resolved", 2):
        gateway.post("/v1/alertmanager", {"version": "4", "status": status, "receiver": "r", "groupLabels": {}, "alerts": [{
            "status": status, "labels": {"alertname": "DiskFull", "severity": "critical", "instance": "db1"},
            "annotations": {}, "startsAt": "2026-01-01T00:00:00Z", "fingerprint": "f1"}]}, token)
        dispositions = triaged(broker, count)
    assert dispositions == ["opened", "resolved"]


def test_thehive_s_alerts_are_understood(broker, gateway, token, triage):
    gateway.post("/api/alert", {**ALERT, "status": "New"}, token, 201)
    assert triaged(broker, 1) == ["opened"]
    row = broker.client("lead").ok("alert.show", {"alert": "ALR-1"})["parts"][0]
    assert (row["title"], row["severity"]) == ("Malware", "high")
