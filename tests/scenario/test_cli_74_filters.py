"""Filters under a name: saved once, listed by, acted on, and looked at again each time they are used."""
import stat

import pytest
from command_line import CommandLine


@pytest.fixture
def lead(broker):
    return CommandLine(broker.home, "lead")


def filters(lead):
    return lead.home / "own/config/tocsin/filters"


def test_a_filter_is_saved_used_listed_and_removed(lead):
    lead.out("open", "Quiet", "--severity", "low")
    lead.out("open", "Loud, at night", "--severity", "high", "--tag", "vpn")
    lead.out("open", "Loud", "--severity", "high")
    lead.out("assign", 3)
    assert lead.out("filter", "list") == \
        "No filter is saved. `tocsin filter save night --severity high` saves one.\n"
    assert lead.out("filter", "save", "night", "--severity", "high", "--assignee", "none", "--since", "8h") \
        == "@night is saved: `tocsin list @night`\n"
    shown = lead.out("list", "@night")
    assert "INC-2" in shown and "INC-1" not in shown and "INC-3" not in shown
    # What is said besides goes before.
    assert [row["id"] for row in lead.json("list", "@night", "--severity", "low")["incidents"]] == ["INC-1"]
    assert lead.json("filter", "save", "loud", "--text", "Loud, at") == {"name": "loud"}
    assert [row["id"] for row in lead.json("list", "@loud")["incidents"]] == ["INC-2"]
    assert lead.json("filter", "list")["filters"] == [
        {"name": "loud", "terms": ["text=Loud, at"]},
        {"name": "night", "terms": ["severity=high", "assignee=none", "since=8h"]}]
    assert "night" in lead.out("filter", "list") and "severity=high, assignee=none, since=8h" in lead.out("filter", "list")
    assert stat.S_IMODE((filters(lead) / "night").stat().st_mode) == 0o600
    # It stands for its terms where a verb runs over many.
    assert lead.out("close", "--where", "@night,tag=vpn", "--fp", "--yes") == \
        "INC-2 closed as false_positive (revision 2)\n1 done\n"
    assert lead.out("filter", "remove", "night") == "@night is removed\n"
    assert "there is no saved filter" in lead.says("list", "@night", code=4)
    # An age is one of the day on which it is used, not of the day on which it was saved.
    lead.out("filter", "save", "long", "--since", "1s")
    assert (filters(lead) / "long").read_text() == "since=1s\n"


def test_saving_again_replaces(lead):
    lead.out("filter", "save", "f", "--severity", "high")
    lead.out("filter", "save", "f", "--overdue")
    assert lead.json("filter", "list")["filters"] == [{"name": "f", "terms": ["overdue"]}]
    assert lead.out("list", "@f") == "No incident to show. (`tocsin list --all` has closed ones, too.)\n"


@pytest.mark.parametrize("text, says", [
    ("severity=hihg\n", ":1: --severity: expected one of"),
    ("# mine\nsvrity=high\n", ":2: a filter has terms such as severity=high"),
    ("@night\n", ":1: a saved filter holds no other"),
    ("severity=high\nseverity=low\n", ":2: --severity: is given more than once"),
    ("text=\x1b]0;owned\x07=\nx\n", ":2: a filter has terms"),
])
def test_a_file_that_was_changed_is_checked_when_it_is_used(lead, text, says):
    filters(lead).mkdir(parents=True)
    (filters(lead) / "mine").write_text(text)
    said = lead.says("list", "@mine", code=2)
    assert says in said and "filters/mine" in said
    assert "\x1b" not in lead.screen("filter", "list", NO_COLOR="1")[0]
    assert says in lead.says("close", "--where", "@mine", "--fp", "--yes", code=2)


@pytest.mark.parametrize("words, code, says", [
    (("filter", "save", "night"), 2, "say what to filter by"),
    (("filter", "save", "No/Name", "--overdue"), 2, "say one name"),
    (("filter", "save", "--overdue"), 2, "say one name"),
    (("filter", "save", "a", "b", "--overdue"), 2, "say one name"),
    (("filter", "save", "a", "--severity", "hihg"), 2, "did you mean high?"),
    (("filter", "save", "a", "--limit", "3"), 2, "a filter has terms"),
    (("filter", "save", "a", "--text", "two\nlines"), 2, "a saved term has one line"),
    (("filter", "save", "a", "--major"), 2, "has no such option"),
    (("filter", "remove", "nigth"), 4, "did you mean @night?"),
    (("list", "@nigth"), 4, "did you mean @night?"),
    (("list", "@../../keys/lead.key"), 4, "there is no saved filter"),
    (("list", "@night", "@night", "more"), 2, "one word too many"),
])
def test_what_is_no_filter_is_refused(lead, words, code, says):
    lead.out("filter", "save", "night", "--severity", "high")
    assert says in lead.says(*words, code=code)
    assert [row["name"] for row in lead.json("filter", "list")["filters"]] == ["night"]


def test_where_no_file_can_be_is_said(lead, tmp_path):
    (tmp_path / "file").touch()
    assert "cannot be made" in lead.says("filter", "save", "a", "--overdue", code=1, XDG_CONFIG_HOME=str(tmp_path / "file"))
    # Without XDG_CONFIG_HOME it is below HOME.
    lead.out("filter", "save", "a", "--overdue", XDG_CONFIG_HOME="relative", HOME=str(tmp_path))
    assert (tmp_path / ".config/tocsin/filters/a").read_text() == "overdue\n"
