"""Storms and hostile bytes: what many alerts come to, and what no alert can do to a worker."""
import json
import os

from conftest import WAIT_S
from test_workers_10 import SSHD, Workers, push, triaged, until, workers  # noqa: F401: a fixture

MANY = int(os.environ.get("TOCSIN_STORM", 20_000))


def settled(lead, count, timeout_s=WAIT_S):
    """Waits until so many deliveries came in and triage has nothing left to do."""
    return until(lambda: lead.ok("status")["alerts"],
                 lambda alerts: alerts["received"] == count and alerts["waiting"] == 0, timeout_s)


def test_identical_alerts_are_one_incident_with_a_count(broker, lead, sensor, workers):  # noqa: F811
    workers.start("--workflow", "triage")
    lines = b"\n".join([json.dumps(SSHD).encode()] * 1000)
    for _ in range(MANY // 4000):
        push(sensor, *[lines] * 4)
    alerts = settled(lead, MANY // 1000, 10 * WAIT_S)
    assert alerts["dead"] == 0 and alerts["kept"] == 0
    incident = lead.ok("show", {"incident": "INC-1"})
    assert incident["alerts"] == MANY
    assert len(lead.ok("list", {})["incidents"]) == 1


def test_distinct_alerts_of_a_rule_are_capped(make_broker):
    broker = make_broker("triage: {umbrella: 5}\n")
    broker.start()
    workers = Workers(broker)  # noqa: F811
    try:
        workers.start("--workflow", "triage")
        sensor, lead = broker.client("sensor"), broker.client("lead")
        for i in range(0, 500, 100):
            push(sensor, *[{**SSHD, "agent": {"name": f"h{n}"}} for n in range(i, i + 100)])
        settled(lead, 500)
        rows = lead.ok("list", {"limit": 50})["incidents"]
        assert len(rows) == 6
        storm = [row for row in rows if row["title"].startswith("Storm: ")]
        assert len(storm) == 1
        assert lead.ok("show", {"incident": storm[0]["id"]})["alerts"] == 495
        # Another rule has incidents of its own.
        other = {**SSHD, "rule": {**SSHD["rule"], "id": "1"}}
        assert triaged(lead, push(sensor, other))["disposition"] == "opened"
        assert len(lead.ok("list", {"limit": 50})["incidents"]) == 7
    finally:
        workers.end()


def test_what_is_new_raises_and_marks_unread(broker, lead, sensor, workers):  # noqa: F811
    workers.start("--workflow", "triage")
    door = {"title": "Door", "severity": "medium", "rule": "door", "fingerprint": ["door"], "host": "a",
            "techniques": ["T1078"]}
    native = broker.client("sensors")
    assert triaged(lead, push(native, door, source="native-test"))["disposition"] == "opened"

    def unread():
        return lead.ok("list", {})["incidents"][0].get("unread", False)

    for change, code in ({"severity": "critical"}, "severity_raised"), ({"techniques": ["T1110"]}, "new_technique"), \
                        ({"host": "b"}, "new_host"):
        lead.ok("comment", {"incident": "INC-1", "text": "seen"})
        door = {**door, **change}
        assert triaged(lead, push(native, door, source="native-test"))["disposition"] == "attached"
        shown = until(lambda: lead.ok("show", {"incident": "INC-1"}), lambda s: code in json.dumps(s.body))  # noqa: B023
        assert shown["severity"] == "critical"
        assert unread(), code
    # The same again brings nothing new.
    before = lead.ok("show", {"incident": "INC-1"})["revision"]
    triaged(lead, push(native, door, source="native-test"))
    assert lead.ok("show", {"incident": "INC-1"})["revision"] == before


def test_none_joins_a_closed_incident(broker, lead, sensor, workers):  # noqa: F811
    workers.start("--workflow", "triage")
    triaged(lead, push(sensor, SSHD))
    lead.ok("close", {"incident": "INC-1", "verdict": "false_positive", "impact": "none"})
    assert triaged(lead, push(sensor, SSHD))["disposition"] == "opened"
    assert "follows" in json.dumps(lead.ok("show", {"incident": "INC-2"}).body)
    assert lead.ok("show", {"incident": "INC-1"})["alerts"] == 1


def manager(status, instance="n1", **labels):
    alert = {"status": status, "labels": {"alertname": "Down", "instance": instance, "severity": "critical", **labels},
             "annotations": {"summary": "it is down"}, "startsAt": "2026-01-12T03:22:05Z",
             "endsAt": "0001-01-01T00:00:00Z", "fingerprint": f"f-{instance}"}
    return {"version": "4", "status": status, "receiver": "r", "groupKey": "k", "alerts": [alert]}


def test_a_late_firing_does_not_reopen_what_was_resolved(broker, lead, sensor, workers):  # noqa: F811
    # Both wait before a worker comes; the second is triaged first, the first fails and comes again.
    worker = broker.client("worker")
    firing = int(push(sensor, manager("firing"))[4:])
    push(sensor, manager("resolved"))
    worker.send("worker.ready", {"workflows": ["triage"], "credit": 1})
    job = worker.receive()
    worker.ok("worker.fail", {"workflow": "triage", "lease": job["lease"], "token": job["token"], "reason": "not now"})
    worker.close()
    workers.start("--workflow", "triage")
    shown = [triaged(lead, f"ALR-{firing + i}") for i in range(2)]
    assert shown[1]["disposition"] == "resolved"
    # Whichever of them came first: an incident, if one opened, knows that it is over.
    assert shown[0]["disposition"] in ("opened", "resolved")
    assert triaged(lead, push(sensor, manager("firing", "n2")))["disposition"] == "opened"


HOSTILE = {
    "deep": b'{"title":"t","data":' + b'{"a":' * 5000 + b"1" + b"}" * 5001,
    "deep arrays": b"[" * 100_000,
    "a megabyte of one string": b'{"title":"' + b"A" * 1_000_000 + b'"}',
    "escapes": b'{"title":"' + b"\\u001b" * 150_000 + b'"}',
    "parts": b"[" + b'{"title":"t"},' * 70_000 + b'{"title":"t"}]',
    "many values": b"[" + b"1," * 100_000 + b"1]",
    "bad UTF-8": b'{"title":"\xc3\x28\xff\xfe"}',
    "NUL bytes": b'{"title":"a\x00b"}',
    "an escaped NUL": b'{"title":"a\\u0000b"}',
    "half a surrogate": b'{"title":"\\ud800"}',
    "blanks": b" \n" * 1000,
    "binary": bytes(range(256)) * 64,
    "dots": b'{"title":"t","description":"' + b"a." * 400_000 + b'"}',
    "ats": b'{"title":"t","description":"' + b"a@" * 400_000 + b'"}',
    "colons": b'{"title":"t","description":"' + b"1:" * 400_000 + b'"}',
    "slashes": b'{"title":"t","description":"' + b"http://" * 100_000 + b'"}',
    "hex": b'{"title":"t","description":"' + b"0123456789abcdef" * 50_000 + b'"}',
    "brackets": b'{"title":"t","description":"' + b"[.](.)hxxp[" * 60_000 + b'"}',
    "addresses": b'{"title":"t","description":"' + b" ".join(b"198.51.%d.%d" % (i // 256, i % 256) for i in range(50_000)) + b'"}',
    "controls": b'{"title":"\\u001b[2J\\u202e\\u200b"}',
    "only what hides": b'{"title":"\\u200b\\u2028"}',
    "large numbers": b'{"title":"t","severity":1e308,"time":99999999999999999999,"id":123456789012345678901234567890}',
    "one line of many is bad": b'{"title":"t"}\n' * 500 + b"{",
}


def test_no_bytes_end_a_worker(broker, lead, sensor, workers):  # noqa: F811
    worker = workers.start("--workflow", "triage")
    native = broker.client("sensors")
    alerts = {}
    for name, payload in HOSTILE.items():
        for said in {}, {"format": "native"}, {"format": "wazuh"}:
            alerts[name, said.get("format")] = push(native, payload, source="native-test", **said)
    settled(lead, len(alerts), 4 * WAIT_S)
    for (name, said), alert in alerts.items():
        shown = triaged(lead, alert)
        assert shown["disposition"] in ("unreadable", "opened", "attached"), (name, said, shown.body)
        if shown["disposition"] == "unreadable":
            assert shown["decision"]["fault"], name
    assert worker.poll() is None
    assert lead.ok("status")["alerts"]["dead"] == 0
    assert triaged(lead, push(sensor, SSHD))["disposition"] == "opened"


def test_what_was_unreadable_can_be_triaged_again(broker, lead, sensor, workers):  # noqa: F811
    workers.start("--workflow", "triage")
    alert = push(sensor, b"no JSON")
    first = triaged(lead, alert)
    assert first["disposition"] == "unreadable"
    rows = lead.ok("alert.list", {"disposition": "unreadable"})["alerts"]
    assert [row["id"] for row in rows] == [alert]
    lead.ok("alert.retry", {"alert": alert})
    again = until(lambda: lead.ok("alert.show", {"alert": alert}),
                  lambda a: a.body.get("decision", first["decision"])["seq"] > first["decision"]["seq"])
    assert again["disposition"] == "unreadable" and again["decision"]["fault"]
