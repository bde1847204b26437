"""How incidents stand to each other, from the command line: merged, linked, set aside, restricted."""
import json

import pytest
from command_line import CommandLine


@pytest.fixture
def analyst(broker):
    return CommandLine(broker.home, "analyst")


@pytest.fixture
def lead(broker):
    return CommandLine(broker.home, "lead")


@pytest.fixture
def pair(analyst):
    """Two incidents for one matter."""
    analyst.out("open", "Beacon from build-7", "--severity", "high")
    analyst.out("open", "Odd DNS on build-7", "--severity", "medium")


def test_a_merged_id_goes_on_to_lead_somewhere(broker, analyst, pair):
    assert "INC-2 merged into INC-1" in analyst.out("merge", 2, 1, "one host, one matter")
    assert [row["id"] for row in analyst.json("list")["incidents"]] == ["INC-1"]
    # An old link, or an analyst who did not hear of it.
    assert "INC-1" in analyst.out("comment", 2, "seen on the proxy too")
    shown = analyst.out("show", 2)
    assert "Beacon from build-7" in shown and "INC-2 was merged into it" in shown
    assert "seen on the proxy too" in shown
    # The restart forgets nothing of it.
    broker.restart()
    assert analyst.json("show", 2)["id"] == "INC-1"
    assert analyst.json("show", 2, "--own")["merged_into"] == "INC-1"
    analyst.out("unmerge", 2, "two hosts after all")
    back = analyst.json("show", 2)
    assert (back["id"], back["status"], back["verdict"]) == ("INC-2", "new", "none")
    history = [event["kind"] for event in analyst.json("show", 1)["history"]]
    assert history == ["incident.opened", "incident.merged", "incident.commented", "incident.unmerged"]


def test_a_link_reads_from_both_ends(analyst, pair):
    analyst.out("link", 1, 2, "causes")
    assert "causes" in analyst.out("show", 1)
    assert "caused_by" in analyst.out("show", 2)
    analyst.out("unlink", 2, 1)
    assert analyst.json("show", 1)["links"] == []
    analyst.says("unlink", 2, 1, code=4)


def test_what_waits_is_on_hold_and_goes_on_where_it_was(analyst, pair):
    analyst.out("move", 1, "investigating")
    analyst.says("hold", 1, "--reason", " ", code=2)
    analyst.out("hold", 1, "the provider answers on Monday")
    assert "on_hold" in analyst.out("list")
    assert "resume" in analyst.says("move", 1, "contained", code=5)
    analyst.out("resume", 1)
    assert analyst.json("show", 1)["status"] == "investigating"
    analyst.out("cancel", 2, "opened by mistake")
    assert analyst.json("show", 2)["status"] == "cancelled"


def test_a_restricted_incident_is_for_those_named(broker, analyst, lead, pair):
    manager, auditor = CommandLine(broker.home, "manager"), CommandLine(broker.home, "auditor")
    lead.out("restrict", 1, "manager", "--reason", "it concerns an employee")
    assert manager.json("show", 1)["restricted_to"] == ["lead", "manager"]
    for other in (analyst, auditor):
        other.says("show", 1, code=4)
        assert [row["id"] for row in other.json("list")["incidents"]] == ["INC-2"]
    analyst.says("comment", 1, "curious", code=4)
    # The feed as well: the opening of INC-1 is gone from it, that of INC-2 is not.
    feed = auditor.start("watch", "--from", 1, "--json")
    try:
        told = []
        while not told or told[-1].get("subject") != "INC-2":
            told.append(json.loads(feed.stdout.readline()))
        assert all(event.get("subject") != "INC-1" for event in told)
    finally:
        feed.kill()
        feed.wait()
    lead.out("unrestrict", 1, "the matter is closed")
    assert auditor.json("show", 1)["id"] == "INC-1"


def test_alerts_that_were_wrongly_joined_are_split_off(broker, analyst, pair):
    sensor = CommandLine(broker.home, "sensor")
    sensor.out("alert", "push", "--ndjson", "-", stdin='{"n":1}\n{"n":2}\n')
    client = broker.client("worker")
    client.send("worker.ready", {"workflows": ["triage"], "credit": 1})
    job = client.receive()
    part = {"wish": "keep", "severity": "high", "classification": "unclassified", "reasons": []}
    outcomes = [
        {"alert": item["alert"], "format": "native",
         "parts": [{**part, "p": 1, "cluster": f"{number:032x}", "rule": f"{number:016x}", "title": f"alert {number}"}]}
        for number, item in enumerate(job["items"], 1)]
    client.ok("worker.done", {"workflow": "triage", "lease": job["lease"], "token": job["token"], "outcomes": outcomes})
    for number in (1, 2):
        analyst.out("alert", "promote", f"{number}/1", "INC-1")
    said = analyst.out("split", 1, "Another matter", "ALR-2/1", "--reason", "another host")
    assert "INC-3" in said
    assert [row["id"] for row in analyst.json("show", 3)["attached"]] == ["ALR-2/1"]
    assert [row["id"] for row in analyst.json("show", 1)["attached"]] == ["ALR-1/1"]
    assert analyst.json("show", 3)["severity"] == "high"
    analyst.says("split", 1, "Another matter", "ALR-2/1", code=2)
