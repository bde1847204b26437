"""mapping test, list, measure: what is shown, and file, line and column of what is wrong."""
import json
import re

import pytest
from command_line import CommandLine
from conftest import ROOT
from unseen_more import MORE
from unseen_products import UNSEEN, write_folder

DOORWATCH = {
    "doorwatch": {"version": 3}, "kind": "alarm", "site": {"name": "Plant 2"}, "door": {"id": 7},
    "alarms": [
        {"message": "Forced door", "prio": "P1", "at": 1767225600, "door": {"name": "B-2"}, "badge": "1", "id": 9007199254740993,
         "state": "open"},
        {"prio": "tamper", "at": "2026-01-01T00:00:00Z", "badge": "7", "id": "x", "state": "Reset"},
    ],
}


@pytest.fixture
def home(tmp_path):
    (tmp_path / "mappings").mkdir()
    return tmp_path


@pytest.fixture
def cli(home):
    return CommandLine(home)


@pytest.fixture
def doorwatch(home):
    """The mapping that the manual shows."""
    text = (ROOT / "docs/MAPPINGS.md").read_text()
    found = re.search(r"<!-- mapping example.*?```yaml\n(.*?)```", text, re.S).group(1)
    path = home / "doorwatch.yaml"
    path.write_text(found)
    return path


def fields(answer):
    return {row["field"]: (row["value"], row["path"]) for row in answer["fields"]}


def test_the_manuals_mapping_reads_its_alerts(cli, doorwatch):
    payload = json.dumps(DOORWATCH)
    answer = cli.json("mapping", "test", doorwatch, stdin=payload)
    assert (answer["format"], answer["guessed"], answer["alerts"]) == ("doorwatch", False, 2)
    assert fields(answer) == {
        "title": ("Forced door", "/alarms/0/message"), "severity": ("1", "/alarms/0/prio"), "time": (1767225600, "/alarms/0/at"),
        "host": ("B-2", "/alarms/0/door/name"), "user": ("master key", "/alarms/0/badge"), "dedup": (9007199254740993, "/alarms/0/id"),
        "status": ("open", "/alarms/0/state")}
    assert answer["missing"] == ["description", "rule_id", "src_ip", "dst_ip", "hash", "url_domain", "mitre", "class"]
    means = {row["field"]: row.get("means") for row in answer["fields"]}
    assert (means["severity"], means["time"]) == ("critical", "1767225600000")
    assert [row["severity_id"] for row in answer["fields"] if "severity_id" in row] == [5]
    second = fields(cli.json("mapping", "test", doorwatch, "--part", 2, stdin=payload))
    assert second["title"] == ("Door alarm", "") and second["host"] == ("Plant 2", "/site/name")
    assert "user" not in second and "severity" not in second
    shown = cli.out("mapping", "test", doorwatch, stdin=payload)
    assert "Forced door" in shown and "(not found)" in shown and "/alarms/0/message" in shown
    assert "--part 3" in cli.says("mapping", "test", doorwatch, "--part", 3, stdin=payload, code=4)


def test_a_file_in_the_homes_folder_is_one_of_all(cli, home, doorwatch):
    payload = json.dumps(DOORWATCH)
    assert cli.json("mapping", "test", "--detect", stdin=payload)["format"] != "doorwatch"
    doorwatch.rename(home / "mappings/doorwatch.yaml")
    assert cli.json("mapping", "test", "--detect", stdin=payload)["format"] == "doorwatch"
    rows = cli.json("mapping", "list")["mappings"]
    orders = [row["order"] for row in rows]
    assert orders == sorted(orders) and {"doorwatch", "wazuh", "native", "generic"} <= {row["name"] for row in rows}
    assert "Doorwatch access control" in cli.out("mapping", "list")


@pytest.mark.parametrize("text, where, words", [
    ("format: a\nrecognise: [/x]\nfields: {titel: /x}\n", "3:10", "titel is no field"),
    ("format: a\nrecognise: [x]\nfields: {title: /x}\n", "2:13", "is no place"),
    ("format: a\nfields: {title: /x}\n", "1:1", "needs `recognise`"),
    ("format: a\nrecognise: [/x]\n", "1:1", "needs `fields`"),
    ("recognise: [/x]\nfields: {title: /x}\n", "1:1", "needs `format: NAME`"),
    ("format: A b\n", "1:1", "expected a name"),
    ("format: a\nformat: b\n", "2:1", "stands there twice"),
    ("format: a\ncolour: red\n", "2:1", "no section \"colour\""),
    ("format: a\nrecognise: [{at: /x, matches: '('}]\n", "2:22", "no regular expression"),
    ("format: a\nrecognise: [/x]\nseverity: {numbers: {2: low, 1: high}}\n", "3:30", "have to rise"),
    ("format: a\nrecognise: [/x]\nseverity: {numbers: {2: grave}}\n", "3:22", "expected a severity"),
    ("format: a\norder: 1000\n", "2:1", "from 0 to 999"),
    ("format: [\n", "2:1", "not YAML"),
    ("format: &x a\n", "1:1", "anchors are not accepted"),
    ("format: native\nrecognise: [/x]\nfields: {title: /x}\n", "", "which no file replaces"),
])
def test_what_is_wrong_is_said_with_file_line_and_column(cli, home, text, where, words):
    path = home / "mappings/wrong.yaml"
    path.write_text(text)
    said = cli.says("mapping", "list", code=2)
    assert f"{path}:{where}" in said and words in said, said


def test_payloads_that_no_mapping_knows_are_guessed_or_refused(cli):
    alert = {"data": {"alert": {"name": "Beaconing", "risk": {"level": "High"}, "device": {"hostname": "pc7"},
                                "attacker": {"ip": "203.0.113.7"}, "uuid": "a-1", "when": "2026-01-01T00:00:00Z",
                                "ttp": ["x", "T1071.001"], "file": {"sha256": "ab" * 32}}}}
    answer = cli.json("mapping", "test", stdin=json.dumps(alert))
    assert answer["guessed"] and answer["format"] == "generic"
    found = {name: value for name, (value, _) in fields(answer).items()}
    assert found == {"title": "Beaconing", "severity": "High", "host": "pc7", "src_ip": "203.0.113.7", "dedup": "a-1",
                     "time": "2026-01-01T00:00:00Z", "mitre": "T1071.001", "hash": "ab" * 32, "rule_id": "a-1"} | {
                         key: found[key] for key in found if key in ("rule_id", "description")}
    assert "of no known format" in cli.says("mapping", "test", stdin='{"a":1}', code=2)
    assert "neither a mapping" in cli.says("mapping", "test", "nowhere.yaml", stdin="{}", code=4)
    assert "--detect" in cli.says("mapping", "test", "wazuh", "--detect", stdin="{}", code=2)


def test_alerts_of_products_never_seen_come_out_as_an_analyst_would_read_them(cli, home):
    folder = home / "unseen"
    write_folder(folder, UNSEEN + MORE)
    answer = cli.json("mapping", "measure", folder, "--guess", "--wrong")
    assert answer["payloads"] == len(UNSEEN + MORE) and answer["percent"] >= 95, answer["wrong"]
    # And no mapping takes them for its own, but for the one of Azure's alerts.
    read_as = {tuple(row["read_as"]) for row in cli.json("mapping", "measure", folder)["products"]}
    assert read_as == {("generic",), ("sentinel-alert",)}
    told = cli.json("mapping", "test", stdin=(folder / "0.json").read_text())
    assert told["guessed"] and all(row["guessed"] for row in told["fields"])


def test_a_field_that_a_mapping_did_not_find_is_guessed_and_says_so(cli):
    alert = json.dumps({"eventType": "user.x", "actor": {"id": "1"}, "outcome": {}, "host_name": "pc7", "priority": "high"})
    answer = cli.json("mapping", "test", stdin=alert)
    guessed = {row["field"]: row["value"] for row in answer["fields"] if row.get("guessed")}
    assert (answer["format"], answer["guessed"], guessed) == ("okta", False, {"host": "pc7"})
    assert "/host_name (guessed)" in cli.out("mapping", "test", stdin=alert)


def test_measure_counts_what_comes_out_as_the_index_says(cli, home):
    folder = home / "samples"
    folder.mkdir()
    (folder / "a.json").write_text('{"title": "Forced door", "severity": 3, "host": "b-2"}')
    (folder / "index.json").write_text(json.dumps([
        {"file": "a.json", "product": "door", "kind": "alert", "paths": {
            "title": {"path": "title", "value": "Forced door"}, "severity": {"path": "severity", "value": 3},
            "host": {"path": "host", "value": "b-3"}, "description": {"path": "x", "value": "not counted"}}},
        {"file": "gone.json", "product": "door", "kind": "event", "paths": {}}]))
    answer = cli.json("mapping", "measure", folder, "--wrong")
    assert (answer["payloads"], answer["fields"], answer["right"]) == (1, 3, 2) and round(answer["percent"], 1) == 66.7
    assert answer["wrong"] == [{"file": "a.json", "field": "host", "expected": "b-3", "at": "host", "found": "b-2"}]
    assert "b-3" in cli.out("mapping", "measure", folder, "--wrong")
    assert cli.json("mapping", "measure", folder, "--guess")["right"] == 2
    assert "index.json" in cli.says("mapping", "measure", home, code=1)
