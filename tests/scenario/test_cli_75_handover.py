"""The end of a shift: what the next one has to know, told once, and from where the last one was told."""
import pytest
from command_line import CommandLine


@pytest.fixture
def lead(broker):
    return CommandLine(broker.home, "lead")


def ids(rows):
    return [row["id"] for row in rows]


def sections(text):
    """Heading -> the ids below it."""
    found, heading = {}, None
    for line in text.splitlines():
        if line and not line.startswith((" ", "ID", "INC-", "Since", "More", "No")):
            heading = line
        elif line.startswith("INC-"):
            found.setdefault(heading, []).append(line.split()[0])
    return found


def test_a_shift_hears_what_the_last_one_did(broker, lead):
    analyst = CommandLine(broker.home, "analyst")
    for title, severity in (("Worm", "critical"), ("Phish", "low"), ("Scan", "low"), ("Old log-in", "high"), ("Noise", "low")):
        lead.out("open", title, "--severity", severity)
    lead.out("assign", 2)
    lead.out("assign", 4, "analyst")
    lead.out("close", 3, "--fp")
    analyst.out("comment", 2, "Two people clicked.\nOne more line.")
    lead.out("comment", 2, "Seen.")
    analyst.out("escalate", 5, "needs a decision")
    told = lead.out("handover")
    assert told.startswith("Since ") and sections(told) == {
        "New or open again": ["INC-1", "INC-2", "INC-4", "INC-5"], "Closed": ["INC-3"],
        "Escalated, raised or overdue": ["INC-5"], "Waiting for you": ["INC-2"], "High and nobody's": ["INC-1"],
        "Said on yours": ["INC-2"]}
    assert "analyst, " in told and "Two people clicked." in told and "One more line" not in told and "Seen." not in told


def test_the_next_begins_where_the_last_ended(broker, lead):
    lead.out("open", "First", "--severity", "low")
    assert ids(lead.json("handover", "--peek")["opened"]) == ["INC-1"]
    first = lead.json("handover")
    assert ids(first["opened"]) == ["INC-1"]
    again = lead.json("handover")
    assert again["from"] == first["until"] + 1 and again["opened"] == []
    assert "Nothing happened that concerns you, and nothing waits." in lead.out("handover")
    lead.out("open", "Second", "--severity", "low")
    lead.out("close", 1, "--fp")
    lead.out("reopen", 1, "it was real")
    # To look back moves nothing; another person has another mark.
    assert ids(lead.json("handover", "--since", "1h")["opened"]) == ["INC-1", "INC-2"]
    assert ids(lead.json("handover", "--from", first["until"] + 1)["opened"]) == ["INC-2", "INC-1"]
    assert ids(CommandLine(broker.home, "analyst").json("handover")["opened"]) == ["INC-1", "INC-2"]
    assert ids(lead.json("handover")["opened"]) == ["INC-2", "INC-1"]
    assert lead.json("handover")["opened"] == []
    assert ids(CommandLine(broker.home, "manager").json("handover")["opened"]) == ["INC-1", "INC-2"]
    lead.says("handover", "--as", "reporter", code=3)


def test_what_is_restricted_is_not_handed_over(broker, lead):
    lead.out("open", "About a colleague", "--severity", "critical")
    lead.out("restrict", 1, "--reason", "about a colleague")
    lead.out("open", "For everybody", "--severity", "critical")
    analyst = CommandLine(broker.home, "analyst")
    told = analyst.json("handover", "--peek")
    assert ids(told["opened"]) == ids(told["unassigned"]) == ["INC-2"] and "colleague" not in analyst.out("handover")


def test_a_mark_that_is_none_and_one_that_cannot_be_kept(lead, tmp_path):
    lead.out("open", "First", "--severity", "low")
    lead.out("handover")
    (mark,) = (lead.home / "own/state/tocsin/handovers").iterdir()
    assert mark.stat().st_mode & 0o777 == 0o600
    for text in ("", "nonsense", "-7 1\n", "7"):
        mark.write_text(text)
        assert ids(lead.json("handover", "--peek")["opened"]) == ["INC-1"], text
    (tmp_path / "file").touch()
    done = lead.run("handover", code=1, XDG_STATE_HOME=str(tmp_path / "file"))
    assert "INC-1" in done.stdout and "the folder cannot be made" in done.stderr


def test_what_is_too_much_for_one_is_gone_on_with(broker, lead):
    client = broker.client("lead")
    client.ok("open", {"title": "Talked about", "severity": "low"})
    analyst = broker.client("analyst")
    client.ok("assign", {"incident": "INC-1"})
    # Some at a time: a client that never reads loses answers.
    for first in range(0, 2001, 87):
        for number in range(first, first + 87):
            analyst.send("comment", {"incident": "INC-1", "text": f"remark {number}"})
        for number in range(first, first + 87):
            assert analyst.receive().status == 200
    told = lead.json("handover")
    assert len(told["comments"]) == 1999 and int(told["next"]) == told["until"] + 1
    rest = lead.json("handover")
    assert rest["from"] == int(told["next"]) and "next" not in rest
    assert len(told["comments"]) + len(rest["comments"]) == 2001
    shown = lead.out("handover", "--since", "1h")
    assert f"\nMore: tocsin handover --from {told['next']}\n" in shown


def test_its_screen_fits_and_is_harmless(broker, lead):
    lead.out("open", "Worm \x1b]0;owned\x07 " + "x" * 100, "--severity", "critical")
    lead.out("assign", 1)
    CommandLine(broker.home, "analyst").out("comment", 1, "look: \x1b[2J\u202e" + "y" * 100)
    for colour in ({}, {"NO_COLOR": "1"}):
        sent, code = lead.screen("handover", "--peek", **colour)
        assert code == 0 and "\u202e" not in sent and "\x1b[2J" not in sent and "\x1b]" not in sent
        assert ("\x1b" in sent) == (colour == {})
    assert max(map(len, sent.splitlines())) <= 80
