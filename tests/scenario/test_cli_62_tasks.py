"""Tasks of an incident, from the command line: given out, worked, in the way of a close."""
import pytest
from command_line import CommandLine


@pytest.fixture
def analyst(broker):
    return CommandLine(broker.home, "analyst")


@pytest.fixture
def lead(broker):
    return CommandLine(broker.home, "lead")


@pytest.fixture
def incident(analyst):
    analyst.out("open", "Ransom note on file server", "--severity", "critical")


def test_work_is_given_out_done_and_told(broker, analyst, lead, incident):
    said = lead.out("task", "add", 1, "Isolate fs-2", "--owner", "analyst", "--due", "2h", "--mandatory")
    assert "INC-1 has a new task 1" in said
    lead.out("task", "add", 1, "Tell the insurer")
    mine = analyst.json("task", "list")["tasks"]
    assert [(row["title"], row["overdue"]) for row in mine] == [("Isolate fs-2", False)]
    assert [row["title"] for row in analyst.json("task", "list", "--owner", "none")["tasks"]] == ["Tell the insurer"]
    assert "INC-1 task 1 is in_progress" in analyst.out("task", "start", 1, 1)
    # Who takes up what nobody has, has it.
    analyst.out("task", "start", 1, 2)
    assert [row["task"] for row in analyst.json("task", "list", "--mine")["tasks"]] == [1, 2]
    broker.restart()
    analyst.out("task", "done", 1, 1, "pulled the cable")
    shown = analyst.out("show", 1)
    for words in ("Tasks", "Isolate fs-2", "in_progress", "added task 1 for analyst", "changed task 1 from in_progress to done",
                  "pulled the cable"):
        assert words in shown, shown
    assert [row["status"] for row in analyst.json("task", "list", 1)["tasks"]] == ["done", "in_progress"]


def test_a_mandatory_task_is_in_the_way_of_a_close(broker, analyst, lead, incident):
    lead.out("task", "add", 1, "Preserve the memory image", "--mandatory")
    lead.out("task", "add", 1, "Write to the press", "--owner", "analyst")
    said = lead.says("close", 1, "--test", code=5)
    assert "task 1 of INC-1 is mandatory and waiting" in said
    assert "reason" in lead.says("task", "cancel", 1, 1, code=2)
    lead.out("task", "cancel", 1, 1, "the host was powered off before we came")
    lead.out("close", 1, "--test")
    # What is left is nobody's work while the incident is closed, and is there again with it.
    assert analyst.json("task", "list")["tasks"] == []
    assert "reopen" in analyst.says("task", "done", 1, 2, code=5)
    lead.out("reopen", 1, "the note was found again")
    assert [row["task"] for row in analyst.json("task", "list")["tasks"]] == [2]


def test_tasks_go_along_with_a_merge(analyst, lead, incident):
    analyst.out("open", "Encrypted share", "--severity", "high")
    lead.out("task", "add", 2, "List the lost files", "--mandatory", "--owner", "analyst")
    lead.out("merge", 2, 1, "one attack")
    shown = analyst.out("show", 1)
    assert "INC-2" in shown and "List the lost files" in shown
    assert "task 1 of INC-2 is mandatory" in lead.says("close", 1, "--test", code=5)
    analyst.out("task", "done", 2, 1)
    lead.out("close", 1, "--test")


def test_tasks_are_not_for_everybody(broker, analyst, lead, incident):
    lead.out("task", "add", 1, "Interview the suspect", "--owner", "analyst")
    for name in ("auditor", "manager", "reporter", "sensor"):
        front = CommandLine(broker.home, name)
        front.says("task", "add", 1, "mine", code=3)
        front.says("task", "done", 1, 1, code=3)
    assert CommandLine(broker.home, "auditor").json("task", "list", 1)["tasks"][0]["title"] == "Interview the suspect"
    lead.out("restrict", 1, "--reason", "it concerns an employee")
    assert analyst.json("task", "list")["tasks"] == []
    for words in (("task", "list", 1), ("task", "done", 1, 1), ("task", "add", 1, "x")):
        analyst.says(*words, code=4)
        CommandLine(broker.home, "auditor").says("task", "list", 1, code=4)
    assert "restricted" in lead.says("task", "update", 1, 1, "--owner", "analyst", code=5)


def test_what_cannot_be_is_said(analyst, lead, incident):
    assert "no task 7" in analyst.says("task", "done", 1, 7, code=4)
    assert "nobody called" in analyst.says("task", "add", 1, "x", "--owner", "santa", code=2)
    assert "nothing to change" in analyst.says("task", "update", 1, 1, code=2)
    assert "title" in analyst.says("task", "add", 1, " ", code=2)
    analyst.out("task", "add", 1, "x")
    assert "revision" in analyst.says("task", "done", 1, 1, "--if-revision", 1, code=5)
    assert "task done" in analyst.run("task", code=2).stderr
    assert "usage: tocsin task update" in analyst.out("task", "done", "--help")
