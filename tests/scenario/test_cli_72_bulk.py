"""One verb over all incidents of a filter: looked at, agreed to, told one by one, and gone on with after an interruption."""
import json

import pytest
from command_line import CommandLine, Terminal
from test_workers_10 import Workers, until

SCAN = "tag=scan,severity=low"


@pytest.fixture
def lead(broker):
    return CommandLine(broker.home, "lead")


def open_some(broker, count, **more):
    client = broker.client("lead")
    for number in range(count):
        client.ok("open", {"title": f"Scanner noise {number + 1}", "severity": "low", "tags": ["scan"], **more})


def rows(lead):
    """Every incident, page by page: a busy broker ends a page early."""
    page = lead.json("list", "--all", "--limit", 500)
    found = page["incidents"]
    while "next" in page:
        page = lead.json("list", "--all", "--limit", 500, "--cursor", page["next"])
        found += page["incidents"]
    return found


def statuses(lead):
    return [row["status"] for row in rows(lead)]


def test_a_pipe_shows_what_would_be_done_and_does_it_with_yes(broker, lead):
    open_some(broker, 3)
    lead.out("open", "A real one", "--severity", "high")
    done = lead.run("close", "--where", SCAN, "--fp", "noise", code=2)
    assert "INC-1" in done.stdout and "INC-3" in done.stdout and "INC-4" not in done.stdout
    assert done.stderr == "tocsin: nothing was done: add --yes to close 3 incidents (verdict false_positive, comment noise)\n"
    assert statuses(lead).count("closed") == 0
    assert lead.out("close", "--where", "tag=scan", "--where", "severity=low", "--fp", "noise", "--yes") == "".join(
        f"INC-{number} closed as false_positive (revision 2)\n" for number in (1, 2, 3)) + "3 done\n"
    assert lead.json("show", 2)["comment"] == "noise" and lead.json("show", 4)["status"] == "new"
    assert lead.out("close", "--where", SCAN, "--fp", "--yes") == "No incident matches.\n"
    assert lead.json("close", "--where", SCAN, "--fp")["results"] == []


def test_somebody_at_a_terminal_sees_the_list_and_is_asked(broker, lead):
    open_some(broker, 2)
    for typed in ("n\n", "\n", "\x04"):
        sent, code = lead.screen("assign", "--where", SCAN, "--to", "analyst", typed=typed)
        assert "Scanner noise 1" in sent and "assign 2 incidents (to analyst)" in sent and "? [y/N] " in sent
        assert code == 2 and "nothing was done" in sent
    assert lead.json("show", 1)["revision"] == 1
    sent, code = lead.screen("assign", "--where", SCAN, "--to", "analyst", typed="y\n")
    assert code == 0 and "INC-2 assigned to analyst (revision 2)" in sent and "2 done" in sent
    # What is as wished is left alone.
    again = lead.json("assign", "--where", SCAN, "--to", "analyst", "--yes")
    assert again["already"] == 2 and again["done"] == 0 and lead.json("show", 1)["revision"] == 2


def test_tags_come_and_go_where_they_are_not_yet(broker, lead):
    open_some(broker, 2)
    lead.out("update", 2, "--tag", "vpn")
    assert lead.out("update", "--where", SCAN, "--tag", "vpn", "--yes") \
        == "INC-1 updated (revision 2)\nINC-2 already so\n1 done, 1 already so\n"
    assert lead.json("update", "--where", "tag=vpn", "--untag", "vpn", "--yes")["done"] == 2
    assert lead.json("assign", "--where", SCAN, "--yes")["done"] == 2
    assert lead.json("assign", "--where", SCAN, "--yes")["already"] == 2
    assert lead.json("assign", "--where", "assignee=lead", "none", "--yes")["done"] == 2
    assert lead.json("show", 1).get("assignee") is None


def test_what_changed_behind_the_list_is_refused_and_the_others_are_done(broker, lead):
    open_some(broker, 3)
    with Terminal(lead.words(["close", "--where", SCAN, "--fp"])) as terminal:
        terminal.expect(r"\[y/N\] ")
        CommandLine(broker.home, "analyst").out("comment", 2, "wait, this one is real")
        terminal.type("y\n")
        shown, code = terminal.end()
    assert "INC-1 closed as false_positive" in shown and "INC-3 closed as false_positive" in shown
    assert "INC-2 refused: " in shown and "revision 2, not 1" in shown and "2 done, 1 refused" in shown
    assert code == 5 and lead.json("show", 2)["status"] == "new"
    done = lead.run("close", "--where", SCAN, "--fp", "--yes", "--json")
    assert [row["outcome"] for row in json.loads(done.stdout)["results"]] == ["done"]


def test_nothing_is_touched_beyond_the_limit(broker, lead):
    open_some(broker, 4)
    said = lead.says("close", "--where", SCAN, "--fp", "--yes", "--max", 3, code=2)
    assert "more than 3 incidents match, and nothing was done" in said and statuses(lead).count("closed") == 0
    for beyond in ("0", "1001", "many"):
        assert "--max: expected a whole number from 1 to 1000" in lead.says(
            "close", "--where", SCAN, "--fp", "--max", beyond, code=2)
    assert lead.json("close", "--where", SCAN, "--fp", "--yes", "--max", 4)["done"] == 4


def test_what_one_may_not_see_is_not_touched(broker, lead):
    open_some(broker, 2)
    lead.out("restrict", 1, "--reason", "about a colleague")
    analyst = CommandLine(broker.home, "analyst")
    assert analyst.out("close", "--where", SCAN, "--fp", "--yes") == "INC-2 closed as false_positive (revision 2)\n1 done\n"
    assert lead.json("show", 1)["status"] == "new"
    lead.out("open", "One more", "--tag", "scan")
    assert "for these roles" in CommandLine(broker.home, "auditor").run(
        "close", "--where", "tag=scan", "--fp", "--yes", code=3).stdout


def test_what_is_interrupted_goes_on_with_the_same_words(broker, lead):
    open_some(broker, 300)
    words = lead.words(["close", "--where", SCAN, "--fp", "--max", "300", "--yes"])
    with Terminal(words) as terminal:
        terminal.expect("closed as false_positive")
        terminal.type("\x03")
        shown, code = terminal.end()
    closed = statuses(lead).count("closed")
    assert f"{closed} done" in shown
    if closed < 300:
        assert code == 1 and f"stopped with {300 - closed} left; the same command goes on with them" in shown
        assert lead.json("close", "--where", SCAN, "--fp", "--max", 300, "--yes")["done"] == 300 - closed
    assert {row["revision"] for row in rows(lead)} == {2}


@pytest.mark.parametrize("words, says", [
    (("close", "--where", "sverity=low", "--fp"), "did you mean severity?"),
    (("close", "--where", "limit=3", "--fp"), 'a filter has terms such as severity=high, of status'),
    (("close", "--where", "", "--fp"), "a filter has terms"),
    (("close", "--where", "severity=lwo", "--fp"), "did you mean low?"),
    (("close", "--where", "severity", "--fp"), "severity: needs a value"),
    (("close", "--where", "text=" + "x" * 600, "--fp"), "a term of a filter has at most 512 bytes"),
    (("close", "--where", SCAN, "--where", "severity=high", "--fp"), "given more than once"),
    (("close", "--where", "--fp"), "--where: needs a value"),
    (("close", "--where", SCAN), "--verdict: is missing"),
    (("close", "INC-1", "--where", SCAN, "--fp"), 'leave "INC-1" away'),
    (("close", "--incident", "1", "--where", SCAN, "--fp"), "leave the incident away"),
    (("close", "--where", SCAN, "--fp", "--if-revision", "1"), "leave --if-revision away"),
    (("close", "--where", SCAN, "--fp", "--idempotency-key", "k"), "leave --idempotency-key away"),
    (("close", "INC-1", "--fp", "--yes"), "belong to --where"),
    (("update", "--where", SCAN, "--yes"), "nothing to change"),
    (("merge", "--where", SCAN), "has no such option"),
])
def test_what_is_no_filter_is_refused_before_anything_is_done(broker, lead, words, says):
    open_some(broker, 1)
    assert says in lead.says(*words, code=2)
    assert lead.json("show", 1)["revision"] == 1


def test_a_filter_by_source_takes_what_its_alerts_opened(broker, lead):
    lead.out("alert", "push", "--source", "probe", "--format", "native",
             stdin=json.dumps({"title": "Port scan", "severity": "high"}))
    lead.out("open", "By hand", "--severity", "low")
    workers = Workers(broker)
    try:
        workers.start()
        until(lambda: len(lead.settled("list")["incidents"]), lambda count: count == 2)
    finally:
        workers.end()
    done = lead.json("update", "--where", "source=probe", "--tag", "scan", "--yes")
    assert [row["outcome"] for row in done["results"]] == ["done"]
    assert lead.json("list", "--tag", "scan")["incidents"][0]["title"] == "Port scan"
    assert "nothing was ever received from ghost" in lead.says("list", "--source", "ghost", code=2)
