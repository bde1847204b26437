"""People who leave: what they had goes on with others, where everybody sees it."""
from command_line import CommandLine


def test_what_a_revoked_analyst_had_goes_back_to_the_queue(broker):
    lead, analyst, admin = (CommandLine(broker.home, name) for name in ("lead", "analyst", "admin"))
    lead.out("open", "Beacon on web1", "--severity", "high")
    lead.out("open", "Lost badge", "--severity", "low")
    analyst.out("next")
    lead.out("task", "add", 2, "Block the badge", "--owner", "analyst")
    lead.out("action", "add", 2, "Lanyards", "--owner", "analyst", "--due", "14d")
    said = admin.out("people", "revoke", "analyst", "left the company")
    assert "analyst revoked; back in the queue: 1 incident, 1 task; 1 corrective action is still theirs" in said
    assert lead.json("show", 1)["assignee"] is None
    assert lead.json("task", "list", 2)["tasks"][0]["owner"] is None
    assert "analyst was revoked" in lead.out("show", 1)
    assert lead.json("next")["id"] == "INC-1"
    broker.restart()
    assert lead.json("show", 1)["assignee"] == "lead"


def test_or_to_who_is_named(broker):
    lead, analyst, admin = (CommandLine(broker.home, name) for name in ("lead", "analyst", "admin"))
    lead.out("open", "Beacon on web1", "--severity", "high")
    analyst.out("next")
    assert "works no incidents" in admin.says("people", "revoke", "analyst", "left", "--to", "auditor", code=2)
    said = admin.out("people", "revoke", "analyst", "left", "--to", "lead")
    assert said == "analyst revoked; now with lead: 1 incident\n"
    assert lead.json("mine")["incidents"][0]["id"] == "INC-1"


def test_the_newest_of_a_long_history_is_what_one_sees(broker):
    lead = CommandLine(broker.home, "lead")
    lead.out("open", "A long matter", "--severity", "low")
    for number in range(60):
        lead.out("comment", 1, f"note {number}")
    shown = lead.out("show", 1)
    assert "note 59" in shown and "note 9\n" not in shown
    assert shown.index("note 58") < shown.index("note 59")
    command = shown.split("Earlier: tocsin ")[1].splitlines()[0].split()
    earlier = lead.out(*command)
    assert "note 0" in earlier and "note 9" in earlier and "Earlier:" not in earlier
