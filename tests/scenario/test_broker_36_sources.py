"""Sources with a real clock: what the list says of each, the alert that a silent one raises, and what a kill does to that."""
import json
import time

from command_line import CommandLine
from test_broker_35_targets import after
from test_workers_10 import Workers, triaged, until

ALERT = {"title": "Odd log-in", "severity": "low", "rule": "r1", "host": "web1"}


def now(offset_s=0.0):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + offset_s))


def push(client, source, *alerts):
    payloads = [a if isinstance(a, bytes) else json.dumps(a).encode() for a in alerts]
    return client.ok("alert.push", {"source": source}, payloads)["alert"]


def listed(reader, source, **more):
    rows = reader.ok("source.list", more)["sources"]
    return next((row for row in rows if row["source"] == source), None)


def history(reader, source):
    return [(event["kind"], event["facts"]) for event in reader.ok("source.show", {"source": source, "limit": 500})["history"]]


def kinds(reader, source):
    return [kind for kind, _ in history(reader, source)]


def own(reader):
    """The alerts that the broker raised itself, oldest first."""
    return reader.ok("alert.list", {"source": "tocsin", "limit": 500})["alerts"][::-1]


def test_the_list_says_what_came_and_what_was_wrong_with_it(broker):
    workers = Workers(broker)
    try:
        workers.start()
        lead, sensors = broker.client("lead"), broker.client("sensors", "sensors")
        assert [row["state"] for row in lead.ok("source.list")["sources"]] == ["never"] * 3
        push(sensors, "native-test", {**ALERT, "time": now()}, b"{no JSON")
        triaged(lead, push(sensors, "native-test", {**ALERT, "host": "web2", "time": now(900)}))
        shown = triaged(lead, push(sensors, "native-test", {**ALERT, "host": "web3", "time": now()}))
        assert "clock_skewed" in shown["parts"][0]["codes"]
        row = listed(lead, "native-test")
        assert row["state"] == "heard" and (row["received"], row["hour"], row["day"]) == (4, 4, 4)
        assert row["unreadable"] == 1 and row["skewed"] and 800000 < row["skew_ms"] <= 900000
        assert listed(lead, "eve-test")["state"] == "never"
        person = CommandLine(broker.home, "lead")
        text = person.out("source", "list")
        line = next(line for line in text.splitlines() if line.startswith("native-test"))
        assert "heard" in line and "+1" in line and "!" in line and all(len(line) <= 80 for line in text.splitlines())
        assert "off by more than intake.clock_skew" in " ".join(person.out("alert", "show", shown["id"]).split())
    finally:
        workers.end()


def test_a_source_that_falls_silent_raises_one_alert_until_it_is_heard(broker):
    workers = Workers(broker)
    try:
        workers.start()
        lead, sensors = broker.client("lead"), broker.client("sensors", "sensors")
        push(sensors, "eve-test", ALERT)
        person = CommandLine(broker.home, "admin")
        assert person.out("source", "update", "eve-test", "300ms") == "eve-test has the interval 300ms\n"
        until(lambda: listed(lead, "eve-test"), lambda row: row["state"] == "silent" and "alert" in row)
        alert = listed(lead, "eve-test")["alert"]
        shown = triaged(lead, alert)
        assert shown["disposition"] == "opened" and shown["parts"][0]["title"] == \
            "Source eve-test is silent: nothing for more than 300ms"
        incident = shown["parts"][0]["incident"]
        lead.ok("source.update", {"source": "native-test", "interval": "1h"})
        push(sensors, "eve-test", ALERT)
        until(lambda: kinds(lead, "eve-test"), lambda told: "source.heard" in told)
        over = until(lambda: own(lead), lambda alerts: len(alerts) == 2 and alerts[1]["disposition"] == "resolved")
        assert over[1]["incident"] == incident and over[0]["status"] == "promoted"
        told = dict(history(lead, "eve-test"))
        assert told["source.heard"]["alert"] == alert and told["source.silent"]["interval_ms"] == 300
        text = " ".join(CommandLine(broker.home, "auditor").out("source", "show", "eve-test").split())
        for expected in ("heard every", "has a new interval", "fell silent, last heard", f"{alert} told of it"):
            assert expected in text, (expected, text)
        push(sensors, "eve-test", ALERT)
        lead.ok("source.update", {"source": "eve-test", "interval": "0"})
    finally:
        workers.end()


def test_a_silence_is_told_once_however_often_the_broker_dies(make_broker):
    broker = make_broker("intake:\n  sources:\n    - {name: eve-test, interval: 400ms}\n"
                         "    - {name: wazuh-test, interval: 1h}\n")
    broker.start()
    push(broker.client("sensors", "sensors"), "eve-test", ALERT)
    for pause in (0.1, 0.2, 0.3, 0.4):
        after(time.time() + pause)
        broker.kill()
        broker.start()
    lead = broker.client("lead")
    until(lambda: kinds(lead, "eve-test"), lambda told: "source.silent" in told)
    for _ in range(2):
        broker.kill()
        broker.start()
    lead = broker.client("lead")
    assert kinds(lead, "eve-test") == ["source.updated", "source.silent"] and len(own(lead)) == 1
    assert listed(lead, "wazuh-test")["interval_by"] == "configuration"
    # Its end, too: pushed, killed, told once.
    push(broker.client("sensors", "sensors"), "eve-test", ALERT)
    broker.kill()
    broker.start()
    lead = broker.client("lead")
    until(lambda: kinds(lead, "eve-test"), lambda told: told.count("source.silent") == 2)
    assert kinds(lead, "eve-test") == ["source.updated", "source.silent", "source.heard", "source.silent"]
    assert len(own(lead)) == 3


def test_what_fell_silent_while_the_broker_was_down_is_told_late(broker):
    lead = broker.client("lead")
    lead.ok("source.update", {"source": "eve-test", "interval": "500ms"})
    broker.kill()
    after(time.time() + 1)
    broker.start()
    lead = broker.client("lead")
    told = until(lambda: dict(history(lead, "eve-test")), lambda told: "source.silent" in told)
    assert told["source.silent"]["late"] is True and "seen" not in told["source.silent"]


def test_nobody_waits_for_a_name_that_was_mistyped_nor_speaks_as_the_broker(broker):
    lead, person = broker.client("lead"), CommandLine(broker.home, "lead")
    assert lead.refused(404, "source.update", {"source": "evetest", "interval": "1h"})["field"] == "source"
    assert lead.refused(413, "source.update", {"source": "eve-test", "interval": "366d"})["field"] == "interval"
    assert lead.refused(403, "alert.push", {"source": "tocsin"}, [b"{}"])["field"] == "source"
    assert "such as 250ms, 30s" in person.says("source", "update", "eve-test", "an hour", code=2)
    assert broker.client("sensor").refused(403, "source.list")


def test_a_test_alert_goes_all_the_way_and_leaves_nothing_behind(broker, tmp_path):
    workers = Workers(broker)
    try:
        workers.start()
        lead, person = broker.client("lead"), CommandLine(broker.home, "lead")
        told = person.out("source", "test", "eve-test")
        stages = [line.split()[0] for line in told.splitlines()[:3]]
        assert stages == ["pushed", "taken", "triaged"] and "as native: tested" in told, told
        assert "it would have opened an incident" in told and "a test" in told
        # The source's own form, and what cannot be read, which the exit code says.
        payload = tmp_path / "alert.json"
        payload.write_text(json.dumps(ALERT))
        shown = person.json("source", "test", "eve-test", "--file", payload)
        assert shown["disposition"] == "tested" and shown["test"] and shown["parts"][0]["title"] == ALERT["title"]
        payload.write_text("{no JSON")
        assert "the test failed" in person.run("source", "test", "eve-test", "--file", payload, code=2).stderr
        assert listed(lead, "eve-test")["state"] == "never"
        status = lead.ok("status")
        assert status["incidents"]["open"] == 0 and status["alerts"]["kept"] == 0
        assert lead.ok("find", {"value": "web1"})["found"] == []
        assert lead.refused(409, "alert.promote", {"alert": shown["id"]})["field"] == "alert"
        assert lead.refused(413, "source.test", {"source": "eve-test"}, [b"{}", b"{}"])["field"] == "attachments"
        assert broker.client("sensors").refused(403, "source.test", {"source": "eve-test"})
    finally:
        workers.end()
    # Without a worker it says so.
    assert "is a worker running?" in person.run("source", "test", "eve-test", "--timeout", "0.5", code=6).stderr


def test_a_source_over_its_quota_is_told_when_to_come_back_and_no_other_is(make_broker):
    broker = make_broker("intake:\n  sources:\n    - {name: eve-test, rate: 10, burst: 1024}\n")
    broker.start()
    lead, sensors = broker.client("lead"), broker.client("sensors", "sensors")
    many = [json.dumps(ALERT).encode()] * 1000
    sensors.ok("alert.push", {"source": "eve-test"}, many)
    refused = sensors.refused(429, "alert.push", {"source": "eve-test"}, many[:100])
    assert 0 < refused["retry_after_ms"] <= 10000 and "eve-test" in refused["message"]
    sensors.ok("alert.push", {"source": "native-test"}, many)
    # Whoever pushes as it.
    assert lead.refused(429, "alert.push", {"source": "eve-test"}, many[:100])
    after(time.time() + 0.15)
    sensors.ok("alert.push", {"source": "eve-test"}, many[:1])
    row = until(lambda: listed(lead, "eve-test"), lambda row: row["received"] == 1001)
    assert (row["rate"], row["burst"], row["refused"]) == (10, 1024, 200)
    assert "refused" not in listed(lead, "native-test")
    assert "REFUSED" in CommandLine(broker.home, "lead").out("source", "list")
