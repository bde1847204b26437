"""What is learned from an incident, from the command line: reviews, corrective actions, reports."""
import json
import re
import time
from datetime import datetime, timezone
from html.parser import HTMLParser

import pytest
from command_line import CommandLine
from test_workers_10 import Workers, until

CANARY = ("<script>alert(1)</script>[click](http://evil.example/x) **bold** `code` | a | "
          "<img src=x onerror=alert(2)> \u202egnp.exe\u2066 www.evil.example &lt;b&gt; # head \x1b[31m")


class People:
    def __init__(self, broker):
        for name in ("lead", "analyst", "manager", "auditor", "reporter"):
            setattr(self, name, CommandLine(broker.home, name))


@pytest.fixture
def people(broker):
    return People(broker)


class Tags(HTMLParser):
    """Every tag and attribute of a page, and its text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text = set(), set(), ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, value in attrs}

    def handle_data(self, data):
        self.text += data


def work(people, incident=1):
    people.analyst.out("assign", incident)
    people.analyst.out("move", incident, "contained", "host is off the network")
    people.analyst.out("close", incident, "--tp", "--impact", "with_impact", "--root-cause", "Macro was not blocked.")


def test_a_closed_incident_is_looked_back_on(broker, people):
    people.analyst.out("open", "Phishing in accounting", "--severity", "high", "--occurred", "2h",
                       "--observable", "ipv4=203.0.113.77")
    work(people)
    shown = people.auditor.json("review", 1)
    assert shown["review"]["state"] == "draft" and shown["root_cause"] == "Macro was not blocked."
    # Each time names the entries that it comes from, and those say so.
    history = {event["seq"]: event for event in people.auditor.json("show", 1)["history"]}
    kinds = {row["time"]: (history[row["from"]["entry"]]["kind"], history[row["to"]["entry"]]["kind"])
             for row in shown["times"]}
    assert kinds == {"ttd": ("incident.opened",) * 2, "tta": ("incident.opened", "incident.assigned"),
                     "ttt": ("incident.opened", "incident.moved"), "ttc": ("incident.opened", "incident.moved"),
                     "ttr": ("incident.opened", "incident.closed")}
    assert shown["times"][0]["ms"] > 7000000
    # Lessons are filled in, by whoever was there; a manager agrees.
    people.analyst.out("review", 1, "--edit", "--went-well", "Noticed at once.", "--went-badly", "Nobody on call.",
                       "--to-improve", "A roster.", "--cost", 1200)
    assert "lead" in people.analyst.says("review", 1, "--edit", "--approve", code=3)
    people.manager.out("review", "update", 1, "--approve")
    text = people.lead.out("review", 1)
    assert "Noticed at once." in text and "approved" in text and "1200" in text
    assert "review.drafted" in [event["kind"] for event in people.lead.json("show", 1)["history"]]
    # Who only reports sees none of it; an auditor changes nothing.
    people.reporter.says("review", 1, code=3)
    people.auditor.says("review", 1, "--edit", "--summary", "x", code=3)
    # A second one like it finds the first.
    people.analyst.out("open", "Phishing again", "--observable", "ipv4=203.0.113.77")
    similar = people.analyst.json("review", 2)["similar"]
    assert [(row["id"], row["shared"]["observables"][0]["value"]) for row in similar] == [("INC-1", "203.0.113.77")]
    broker.restart()
    assert people.lead.json("review", 1)["review"]["state"] == "approved"


def test_an_action_goes_from_proposal_to_judgement(people):
    people.analyst.out("open", "Phishing", "--severity", "high")
    assert people.analyst.out("action", "add", 1, "Block macros", "--due", "14d") == \
        "ACT-1 proposed for INC-1 (revision 1)\n"
    assert "over" in people.analyst.says("action", "add", 1, "Too late", "--due", "2020-01-01", code=2)
    people.analyst.says("action", "update", 1, "approved", code=3)
    people.manager.out("action", "update", "ACT-1", "approved", "--owner", "analyst")
    assert "it may go to" in people.lead.says("action", "update", 1, "effective", code=5)
    people.analyst.out("action", "update", 1, "in_progress")
    people.analyst.out("action", "update", 1, "done", "rolled out by policy 17")
    people.analyst.says("action", "update", 1, "effective", code=3)
    assert people.analyst.json("action", "list")["actions"] == []
    done = people.analyst.json("action", "list", "--all")["actions"][0]
    assert (done["status"], done["owner"], done["comment"]) == ("done", "analyst", "rolled out by policy 17")
    people.lead.out("action", "update", 1, "effective", "no macro since")
    kinds = [event["kind"] for event in people.auditor.json("show", 1)["history"]]
    assert kinds == ["incident.opened", "action.added"] + 4 * ["action.updated"]
    # A restricted incident takes its actions along.
    people.lead.out("restrict", 1, "--reason", "it concerns an employee")
    assert people.manager.json("action", "list", "--all")["actions"] == []
    people.manager.says("action", "update", 1, "not_effective", code=4)


def test_what_is_overdue_is_told_of_once_whatever_happens(make_broker, tmp_path):
    script = tmp_path / "hook"
    script.write_text(f"#!/bin/sh\ncat >>{tmp_path}/seen\necho >>{tmp_path}/seen\n")
    script.chmod(0o755)
    broker = make_broker("notify:\n  hooks:\n"
                         f"    - {{name: page, on: overdue, severity: low, command: {script}}}\n")
    broker.start()
    lead = broker.client("lead")
    lead.ok("open", {"title": "Phishing", "severity": "high"})
    due = time.time() + 1.5
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(due)) + f".{int(due * 1000) % 1000:03}Z"
    lead.ok("action.add", {"incident": "INC-1", "title": "Block macros", "due": stamp})
    lead.ok("action.add", {"incident": "INC-1", "title": "Later", "due": "2100-01-01T00:00:00Z"})
    lead.ok("task.add", {"incident": "INC-1", "title": "Call the bank", "owner": "me", "due": stamp})
    lead.ok("task.add", {"incident": "INC-1", "title": "Not yet", "due": "2100-01-01T00:00:00Z"})
    # They fall due while nobody is there.
    broker.kill()
    while time.time() <= due + 1.1:
        time.sleep(0.05)
    broker.start()
    lead = broker.client("lead")

    def told():
        return {event["kind"]: event for event in lead.ok("show", {"incident": "INC-1", "limit": 500})["history"]
                if event["kind"].endswith(".overdue")}

    until(lambda: len(told()) == 2, bool)
    assert told()["action.overdue"]["subject"] == "ACT-1" and told()["action.overdue"]["facts"]["late"] is True
    facts = told()["task.overdue"]["facts"]
    assert (facts["task"], facts["owner"], facts["late"]) == (1, "lead", True)
    workers = Workers(broker)
    try:
        workers.start()
        until(lambda: (tmp_path / "seen").exists() and (tmp_path / "seen").read_text().count("\n") == 2, bool)
    finally:
        workers.end()
    seen = [json.loads(line) for line in (tmp_path / "seen").read_text().splitlines()]
    assert [row["id"] for row in seen] == ["INC-1", "INC-1"]
    assert [row["action"]["title"] for row in seen if "action" in row] == ["Block macros"]
    assert [(row["task"]["title"], row["task"]["owner"]) for row in seen if "task" in row] == [("Call the bank", "lead")]
    broker.kill()
    broker.start()
    lead = broker.client("lead")
    history = lead.ok("show", {"incident": "INC-1", "limit": 500})["history"]
    assert sorted(event["kind"] for event in history if event["kind"].endswith(".overdue")) == ["action.overdue", "task.overdue"]
    assert [row["id"] for row in lead.ok("action.list", {"overdue": True})["actions"]] == ["ACT-1"]
    person = CommandLine(broker.home, "lead")
    assert "-" in person.out("action", "list", "--overdue") and "ACT-2" not in person.out("action", "list", "--overdue")
    assert "saw the time pass for task 1" in person.out("show", 1)


def test_a_report_is_the_same_for_the_same_journal_and_needs_nothing_else(people, tmp_path):
    people.analyst.out("open", "Phishing in accounting", "--severity", "high", "--tlp", "amber_strict",
                       "--occurred", "2h", "--observable", "ipv4=203.0.113.77")
    work(people)
    people.analyst.out("review", 1, "--edit", "--summary", "Two clicked.\n\nOne machine was reinstalled.")
    people.lead.out("action", "add", 1, "Block macros", "--due", "14d")
    pages = {}
    for form in ("md", "json", "html"):
        path = tmp_path / f"report.{form}"
        assert people.manager.out("report", 1, "--format", form, "-o", path) == ""
        pages[form] = path.read_bytes()
        assert people.auditor.run("report", 1, "--format", form, LC_ALL="C").stdout.encode() == pages[form]
    data = json.loads(pages["json"])
    seq, head = data["as_of"]["entry"], data["as_of"]["head"]
    for form, page in pages.items():
        text = page.decode()
        assert ("AMBER+STRICT" in text or form == "json") and str(seq) in text and head in text
    assert [event["kind"] for event in data["timeline"]][-1] == "action.added"
    page = Tags(pages["html"].decode())
    assert {"svg", "table", "h1", "blockquote"} <= page.tags
    assert not {"script", "a", "img", "link", "iframe", "object"} & page.tags
    assert not {"href", "src", "onerror", "onload"} & page.attributes
    assert "One machine was reinstalled." in page.text and "To contain (TTC)" in page.text
    assert "http" not in pages["html"].decode().replace("http-equiv", "")
    assert people.lead.json("report", 1)["as_of"]["head"] == head
    people.lead.says("report", 1, "--format", "pdf", code=2)
    # What is there is not written over, unless that is wanted.
    before = pages["md"]
    people.lead.out("comment", 1, "one thing more")
    assert "is there already" in people.lead.says("report", 1, "-o", tmp_path / "report.md", code=5)
    assert (tmp_path / "report.md").read_bytes() == before
    people.lead.out("report", 1, "-o", tmp_path / "report.md", "--force")
    assert (tmp_path / "report.md").read_bytes() != before
    assert "cannot be written" in people.lead.says("report", 1, "-o", tmp_path / "no" / "such", code=1)


def test_hostile_text_does_nothing_in_any_report(people):
    people.analyst.out("open", CANARY, "--severity", "high", "--description", CANARY + "\n- list\n1. one\n===\n    code")
    people.analyst.out("comment", 1, CANARY)
    people.analyst.out("move", 1, "contained", CANARY)
    people.analyst.out("close", 1, CANARY, "--tp", "--impact", "none", "--root-cause", CANARY)
    for field in ("summary", "went-well", "went-badly", "to-improve", "root-cause"):
        people.analyst.out("review", 1, "--edit", f"--{field}", CANARY)
    people.lead.out("action", "add", 1, CANARY, "--due", "1d", "--description", CANARY)
    people.lead.out("action", "update", 1, "--comment", CANARY)
    people.analyst.out("open", CANARY, "--techniques", "t1566")
    people.analyst.out("open", "like it", "--techniques", "t1566")
    for incident in (1, 3):
        text = people.lead.out("report", incident)
        page = Tags(people.lead.out("report", incident, "--format", "html"))
        assert not {"script", "a", "img", "b", "code", "em"} & (page.tags - {"code", "em"})
        assert not {"href", "src", "onerror"} & page.attributes
        for hidden in "\u202e\u2066\x1b":
            assert hidden not in text and hidden not in page.text
        assert "<script>alert(1)</script>[click](http://evil.example/x) **bold** `code` | a |" in page.text
        assert "U+202E" in page.text
        # Nothing of it is Markdown, whoever renders it: no link by itself, no tag.
        assert not re.search(r"(?<!\\)<script|(?<!\\)\[click|https?://|www\.evil|\*\*bold", text)


def test_a_long_story_is_told_to_its_end(broker, people):
    lead = broker.client("lead")
    lead.ok("open", {"title": "A long one"})
    for number in range(1200):
        lead.send("comment", {"incident": "INC-1", "text": f"note {number}"})
    for number in range(1200):
        assert lead.receive().status == 200
    told = people.manager.json("report", 1)["timeline"]
    assert [event["seq"] for event in told] == sorted(event["seq"] for event in told)
    assert [event["text"]["text"] for event in told[1:]] == [f"note {number}" for number in range(1200)]


def test_a_week_is_told_in_one_page_that_names_nothing_restricted(broker, people, tmp_path):
    sensor = CommandLine(broker.home, "sensor")
    sensor.out("alert", "push", "--ndjson", "-", stdin='{"n":1}\n{"n":2}\n{"n":3}\n')
    for number, severity in enumerate(("high", "low", "critical", "medium")):
        people.analyst.out("open", f"{CANARY} {number}", "--severity", severity, "--detected", "2h")
    people.analyst.out("open", "An employee", "--severity", "critical")
    people.lead.out("restrict", 5, "manager", "--reason", "it concerns an employee")
    people.analyst.out("close", 1, "--fp", "noise")
    people.analyst.out("close", 2, "--tp", "--impact", "none", "--root-cause", "x")
    people.lead.out("action", "add", 2, "x", "--due", "1d")
    now = datetime.now(timezone.utc).isocalendar()
    week = f"{now.year}-W{now.week:02}"
    told = people.manager.json("report", "--weekly", "--week", week)
    assert told["incidents"] == {"opened": 4, "closed": 2, "backlog": 2, "backlog_unassigned": 2}
    assert told["restricted"] == {"opened": 1, "closed": 0, "backlog": 1}
    assert told["alerts"] == {"wazuh-test": {"waiting": 3, "received": 3}} and told["alerts_received"] == 3
    assert (told["false_positive_percent"], told["judged"]) == (50, 2)
    assert told["times"]["ttr"]["count"] == 2 and told["times"]["ttr"]["median_ms"] >= 7200000
    assert told["actions"] == {"proposed": 1, "finished": 0, "open": 1, "overdue": 0}
    assert [row["id"] for row in told["notable"]] == ["INC-1", "INC-3"]
    path = tmp_path / "week.html"
    people.auditor.out("report", "weekly", "--week", week, "--format", "html", "-o", path)
    page = Tags(path.read_text())
    assert people.manager.out("report", "--weekly", "--week", week, "--format", "html") == path.read_text()
    assert "svg" in page.tags and not {"script", "a", "img"} & page.tags and "TLP:AMBER" in page.text
    text = people.manager.out("report", "--weekly", "--week", week)
    for told in (page.text, text, people.manager.out("report", "--weekly", "--week", week, "--json")):
        assert "INC-5" not in told and "employee" not in told
    assert "50 %" in text and "TLP:AMBER" in text
    # It goes on, and says so; one in which nothing was has no chart and no table of nothing.
    assert "The week is not over" in text
    empty = people.manager.out("report", "--weekly", "--week", "2020-W02", "--format", "html")
    assert "No incident was closed" in empty and "not over" not in empty and "svg" not in Tags(empty).tags
    assert "ISO week" in people.manager.says("report", "--weekly", "--week", "2021-W53", code=2)
    people.reporter.says("report", "--weekly", code=3)
