"""alert remap: a mapping was wrong, is corrected, and what came meanwhile is read again."""
import json

import pytest
from command_line import CommandLine, Terminal
from test_workers_10 import Workers, push, triaged

POOR = """
format: doorwatch
order: 1
recognise: [/doorwatch]
fields:
  title: /kind
  severity: /nothing
  rule_id: /rule
  host: /door
  src_ip: /to
"""
GOOD = POOR.replace("title: /kind", "title: /message").replace("severity: /nothing", "severity: /prio").replace("src_ip: /to", "src_ip: /from")


def alarm(rule, prio, **more):
    return {"doorwatch": 3, "kind": "alarm", "message": f"Forced door, {rule}", "prio": prio, "rule": rule, "door": "b-2",
            "from": "192.0.2.7", "to": "192.0.2.8", **more}


@pytest.fixture
def world(make_broker):
    """A broker whose worker reads doors' alarms by a poor mapping."""
    broker = make_broker("triage: {open: high, attach: low}\n")
    (broker.home / "mappings").mkdir()
    mapping = broker.home / "mappings/doorwatch.yaml"
    mapping.write_text(POOR)
    broker.start()
    workers = Workers(broker)

    def begin():
        workers.end()
        workers.processes.clear()
        workers.start("--workflow", "triage", "--mappings", broker.home / "mappings")

    broker.begin, broker.mapping = begin, mapping
    begin()
    yield broker
    workers.end()


def show(lead, alert):
    return lead.ok("alert.show", {"alert": alert})


def test_what_a_poor_mapping_made_of_alerts_is_put_right(world):
    lead, sensor, cli = world.client("lead"), world.client("sensor", "sensors"), CommandLine(world.home, "lead")
    silence = lead.ok("silence.add", {"source": "wazuh-test", "rule": "silent", "for": "1h", "reason": "works"})["silence"]
    names = ["kept", "closed", "attached", "silent", "grave"]
    alerts = {name: push(sensor, alarm(name, "low" if name != "grave" else "critical")) for name in names}
    for alert in alerts.values():
        assert triaged(lead, alert)["disposition"] in ("kept", "suppressed")
    lead.ok("silence.end", {"silence": silence})
    lead.ok("alert.close", {"alert": alerts["closed"], "reason": "a drill"})
    lead.ok("alert.promote", {"alert": alerts["attached"]})
    assert show(lead, alerts["kept"])["parts"][0]["title"] == "alarm"
    assert lead.ok("find", {"value": "192.0.2.8"})["found"]

    assert "5 alerts looked at, 0 would change." in cli.out("alert", "remap", "--since", "7d")
    world.mapping.write_text(GOOD)
    preview = cli.json("alert", "remap", "--since", "7d")
    assert (preview["looked"], preview["changed"]) == (5, 5) and preview["fields"]["title"] == 5
    assert preview["fields"]["severity"] == 5 and "applied" not in preview
    grave = next(row for row in preview["alerts"] if row["id"] == alerts["grave"])
    changes = {row["field"]: (row["old"], row["new"]) for row in grave["changes"]}
    assert changes["title"] == ("alarm", "Forced door, grave") and changes["severity"] == ("medium", "critical")
    # Nothing was done, and in a pipe nothing is without --yes.
    assert show(lead, alerts["grave"])["parts"][0]["title"] == "alarm"
    assert "add --yes" in cli.says("alert", "remap", "--since", "7d", "--apply", code=2)

    # The workers read their mappings when they start: that is noticed.
    said = cli.run("alert", "remap", "--since", "7d", "--apply", "--yes", code=5)
    assert "did not come out as shown" in said.stderr and "0 changed." in said.stdout
    world.begin()
    applied = cli.json("alert", "remap", "--since", "7d", "--apply", "--yes", "--reason", "prio was not read")
    assert (applied["changed"], applied["applied"], applied["refused"]) == (5, 5, 0)
    found = {name: show(lead, alert) for name, alert in alerts.items()}
    for name, alert in found.items():
        assert alert["parts"][0]["title"] == f"Forced door, {name}" and "remap" not in alert.body
    status = {name: (alert["parts"][0]["status"], alert["parts"][0].get("incident")) for name, alert in found.items()}
    assert status == {"kept": ("new", None), "closed": ("closed", None), "attached": ("promoted", "INC-1"),
                      "silent": ("suppressed", None), "grave": ("promoted", "INC-2")}
    told = [event for event in found["attached"]["history"] if event["kind"] == "alert.requeued"][-1]
    assert told["text"]["reason"].startswith("prio was not read: ") and 'severity "medium" -> "low"' in told["text"]["reason"]
    assert "sent to triage again, for its fields alone" in cli.out("alert", "show", alerts["attached"])
    assert lead.ok("show", {"incident": "INC-2"})["title"] == "Forced door, grave"
    # What is looked for is what the alerts have now.
    assert {row["subject"] for row in lead.ok("find", {"value": "192.0.2.7"})["found"]} >= {f"{a}/1" for a in alerts.values()}
    assert [row["subject"] for row in lead.ok("find", {"value": "192.0.2.8"})["found"]] == ["INC-1"]

    world.restart()
    world.begin()
    again = CommandLine(world.home, "lead").json("alert", "remap", "--since", "7d", "--apply", "--yes")
    assert (again["looked"], again["changed"], again["alerts"]) == (5, 0, [])


def test_it_looks_at_what_it_is_asked_to_look_at(world):
    lead, sensor, cli = world.client("lead"), world.client("sensors", "sensors"), CommandLine(world.home, "lead")
    for source in ["eve-test", "native-test", "native-test"]:
        triaged(lead, push(sensor, alarm(source, "low"), source=source))
    unread = push(sensor, b"not json at all", source="native-test")
    assert triaged(lead, unread)["disposition"] == "unreadable"
    world.mapping.write_text(GOOD)
    assert cli.json("alert", "remap", "--since", "1h")["looked"] == 4
    assert cli.json("alert", "remap", "--since", "1h", "--source", "native-test")["changed"] == 2
    assert cli.json("alert", "remap", "--since", "1h", "--format", "wazuh")["changed"] == 0
    assert cli.json("alert", "remap", "--since", "1h", "--format", "doorwatch")["changed"] == 3
    assert cli.json("alert", "remap", "--since", "2999-01-01")["looked"] == 0
    page = cli.json("alert", "remap", "--since", "1h", "--max", 2)
    assert page["looked"] == 2 and page["next"]
    rest = cli.json("alert", "remap", "--since", "1h", "--cursor", page["next"])
    assert rest["looked"] == 2 and page["changed"] + rest["changed"] == 3
    text = cli.out("alert", "remap", "--since", "1h", "--max", 2)
    assert f"--cursor {page['next']}" in text
    # A mapping that reads less than before takes nothing away.
    world.mapping.write_text(GOOD.replace("[/doorwatch]", "[/gatewatch]").replace("format: doorwatch", "format: gatewatch"))
    world.mapping.rename(world.mapping.with_name("gatewatch.yaml"))
    lost = cli.json("alert", "remap", "--since", "1h", "--source", "eve-test")
    assert lost["unreadable"] + lost["changed"] == 1

    for words, said in (((), "--since"), (("--since", "soon"), "--since: expected"), (("--since", "1h", "--max", "0"), "--max"),
                        (("--since", "1h", "--max", "100001"), "--max"), (("--since", "1h", "--yes"), "--apply"),
                        (("ALR-1", "--since", "1h"), "one word too many")):
        assert said in cli.says("alert", "remap", *words, code=2)
    assert cli.json("alert", "remap", "--since", "1h", "--max", "100000")["looked"] == 4


def test_who_may(world):
    lead, sensor = world.client("lead"), world.client("sensor", "sensors")
    triaged(lead, push(sensor, alarm("a", "low")))
    world.mapping.write_text(GOOD)
    world.begin()
    assert CommandLine(world.home, "auditor").json("alert", "remap", "--since", "1h")["changed"] == 1
    refused = CommandLine(world.home, "auditor").run("alert", "remap", "--since", "1h", "--apply", "--yes", code=3)
    assert "1 refused" in refused.stderr
    CommandLine(world.home, "sensor").says("alert", "remap", "--since", "1h", code=3)


def test_somebody_at_a_terminal_is_asked(world):
    lead, sensor, cli = world.client("lead"), world.client("sensor", "sensors"), CommandLine(world.home, "lead")
    triaged(lead, push(sensor, alarm("a", "low")))
    world.mapping.write_text(GOOD)
    world.begin()
    words = cli.words(["alert", "remap", "--since", "1h", "--apply"])
    with Terminal(words, columns=100) as terminal:
        terminal.expect(r"have 1 alert read again and changed so.*\[y/N\]")
        terminal.type("n\n")
        assert "nothing was done" in terminal.end()[0]
    with Terminal(words, columns=100) as terminal:
        terminal.expect(r"\[y/N\]")
        terminal.type("y\n")
        shown, code = terminal.end()
    assert "1 changed." in shown and code == 0, json.dumps(shown)
