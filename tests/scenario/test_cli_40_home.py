"""init, up, down, key, people, verify: a home from nothing to a journal that can be checked."""
import json
import os
import re
import shutil
import signal
import stat
import tempfile
import time
from pathlib import Path

import pytest
from command_line import CommandLine
from conftest import WAIT_S, free_port

LOCAL = 'broker:\n  people: {tcp: ""}\n  sensors: {tcp: ""}\ngateway: {listen: "127.0.0.1:0"}\n'


@pytest.fixture
def home():
    # Not tmp_path: a local socket's path has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="tocsin-"))
    yield folder / "h"
    CommandLine(folder / "h").run("down")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def cli(home):
    home.mkdir()
    (home / "tocsin.yaml").write_text(LOCAL)
    return CommandLine(home)


def pid_of(home):
    return int((home / "run/up.pid").read_text())


def children_of(pid):
    """Name and process id of each."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)
        except OSError:
            continue
        state, parent = fields[1].split()[:2]
        if parent == str(pid) and state != "Z":
            found.append((fields[0].split("(", 1)[1], int(folder.name)))
    return sorted(found)


def runs(pid):
    """Is it there, and not merely waiting for its parent to look?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def until(condition):
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_init_makes_keys_a_store_and_an_example(home):
    cli = CommandLine(home)
    made = cli.out("init", "--admin", "root", "--lead", "ada", "--demo")
    for name in ("root", "ada", "worker", "demo"):
        path = home / f"keys/{name}.key"
        assert str(path) in made and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (home / "keys/default.key").resolve() == (home / "keys/ada.key").resolve()
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert "OK, version" in cli.out("config", "check")
    assert "#triage:" in (home / "tocsin.yaml").read_text()


def test_init_for_services_makes_a_key_for_each_workflow(home, cli):
    out = cli.out("init", "--services")
    names = {path.name for path in (home / "keys").iterdir()}
    assert {"worker-triage.key", "worker-notify.key", "admin.key", "lead.key"} <= names and "worker.key" not in names
    assert f"tocsind run --home {home}" in out and "tocsin up" not in out
    assert ": content" in cli.out("verify")


def test_a_second_init_changes_nothing(home, cli):
    cli.out("init")
    before = {path: path.read_bytes() for path in home.glob("keys/*")}
    assert "holds a store already" in cli.says("init", code=5)
    assert {path: path.read_bytes() for path in home.glob("keys/*")} == before
    shutil.rmtree(home / "store")
    assert "admin.key exists: nothing was changed" in cli.says("init", code=5)
    assert not (home / "store").exists()


@pytest.mark.parametrize("words, says", [
    (("--admin", "Root!"), "is not a name"),
    (("--admin", "same", "--lead", "same"), "two at once"),
    (("--admin", "a:b"), "is not a name"),
    (("--recover",), "--admin: name the new administrator"),
])
def test_init_refuses_names_before_it_makes_anything(home, cli, words, says):
    assert says in cli.says("init", *words, code=2)
    assert not (home / "store").exists()


def test_up_runs_all_behind_and_down_ends_it(home, cli):
    cli.out("init")
    assert "broker and workers run (process" in cli.out("up", "--background")
    pid = pid_of(home)
    until(lambda: [name for name, _ in children_of(pid)] == ["tocsin-gateway", *["tocsin-worker"] * 3, "tocsind"])
    until(lambda: "gateway: ready: http://127.0.0.1:" in (home / "log/tocsin.log").read_text())
    # One workflow each, so that those who parse hostile bytes confine themselves.
    words = [Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0") for name, child in children_of(pid) if name == "tocsin-worker"]
    assert sorted(line[line.index(b"--workflow") + 1] for line in words) == [b"notify", b"triage", b"triage"]
    assert cli.out("open", "first light") == "INC-1 opened (revision 1)\n"
    assert f"run already (process {pid})" in cli.out("up", "--background")
    assert "run already" in cli.says("up", code=5)
    assert f"are stopped (process {pid})" in cli.out("down")
    assert not runs(pid) and children_of(pid) == []
    assert "nothing that `tocsin up` started" in cli.out("down")
    assert "stopped" in (home / "log/tocsin.log").read_text().splitlines()[-1]
    assert ": content" in cli.out("verify")


def test_up_ends_in_good_order_when_interrupted(home, cli):
    cli.out("init")
    for number in (signal.SIGINT, signal.SIGTERM):
        process = cli.start("up")
        for line in process.stderr:
            if "the broker answers" in line:
                break
        process.send_signal(number)
        rest = process.stderr.read()
        assert process.wait(WAIT_S) == 0
        assert "ended in good order" in rest and rest.strip().endswith("stopped")
        assert cli.run("verify").returncode == 0


def test_up_starts_again_what_dies(home, cli):
    cli.out("init")
    cli.out("up", "--background")
    pid = pid_of(home)
    before = {number for _, number in children_of(pid)}
    for number in before:
        os.kill(number, signal.SIGKILL)
    until(lambda: len(children_of(pid)) == len(before) and not before & {number for _, number in children_of(pid)})
    assert cli.out("open", "still here") == "INC-1 opened (revision 1)\n"


def test_up_that_is_killed_leaves_nothing_behind(home, cli):
    cli.out("init")
    cli.out("up", "--background")
    pid = pid_of(home)
    children = children_of(pid)
    os.kill(pid, signal.SIGKILL)
    until(lambda: not any(runs(number) for _, number in children))
    # Its number stays in the file, and is nobody's.
    assert pid_of(home) == pid
    assert "nothing that `tocsin up` started" in cli.out("down")
    cli.out("up", "--background")
    assert pid_of(home) != pid


def test_a_home_is_made_run_and_ended_in_json(home, cli):
    made = cli.json("init", "--demo")
    assert made["home"] == str(home) and made["store"] == str(home / "store")
    assert sorted(made["keys"]) == ["admin", "demo", "gateway", "lead", "worker"]
    assert all(Path(path).is_file() for path in made["keys"].values())
    up = cli.json("up", "--background")
    assert up == {"process": pid_of(home), "log": str(home / "log/tocsin.log")}
    assert cli.json("up", "--background") == {"process": up["process"]}
    assert cli.json("down") == {"process": up["process"]}
    assert cli.json("down") == {}
    new = cli.json("key", "new", "anna")
    shown = cli.json("key", "show", new["file"])
    assert shown["name"] == new["name"] == "anna" and shown["public"] == new["public"] and "secret" not in shown
    assert list(cli.json("init", "--recover", "--admin", "second")["keys"]) == ["second"]
    assert cli.json("version")["version"] in cli.out("--version")
    assert cli.json("config", "check")["version"] in cli.out("config", "check")


def test_a_home_without_a_configuration_passes_the_check(home, cli):
    (home / "tocsin.yaml").unlink()
    assert "tocsin.yaml does not exist: every setting has its default" in cli.out("config", "check")
    assert "other.yaml does not exist" in cli.says("config", "check", home / "other.yaml", code=4)


def test_a_mistyped_word_of_two_is_named(home, cli):
    for words, meant in ((("alert", "lst"), "alert list"), (("people", "enroll"), "people enrol"), (("key", "nwe"), "key new")):
        said = cli.run(*words, code=2).stderr
        assert f'there is no command "{" ".join(words)}"; did you mean {meant}?' in said, said
    assert '"alert" needs one word more' in cli.run("alert", code=2).stderr


def test_up_says_why_it_cannot(home, cli):
    assert "holds no store: `tocsin init` makes one" in cli.says("up", "--background", code=1)
    cli.out("init")
    (home / "tocsin.yaml").write_text("triage:\n  open: nonsense\n")
    for words in (("up",), ("up", "--background"), ("config", "check")):
        assert "tocsin.yaml:2:9: triage.open: expected a severity" in cli.says(*words, code=2)
    (home / "tocsin.yaml").write_text(LOCAL)
    (home / "keys/broker.key").unlink()
    done = cli.run("up", "--background", code=1)
    assert "the broker ended with exit code" in done.stderr and "tocsin.log" in done.stderr


def test_up_names_a_workers_key_that_is_not_enrolled(home, cli):
    cli.out("init")
    (home / "keys/worker.key").unlink()
    cli.out("key", "new", "worker")
    said = cli.run("up", "--background", code=1).stderr
    assert "does not admit the workers' key" in said
    assert "nothing that `tocsin up` started" in cli.out("down")


def test_a_lost_administrator_is_replaced_offline(home, cli):
    cli.out("init")
    (home / "keys/admin.key").unlink()
    cli.out("init", "--recover", "--admin", "second")
    cli.out("up", "--background")
    assert "people enrol" in CommandLine(home, "second").out("whoami")
    assert "second   admin" in cli.out("people", "list")


def test_a_key_is_made_enrolled_and_revoked(home, cli):
    (home / "tocsin.yaml").write_text(
        f'broker:\n  people: {{tcp: "tcp://127.0.0.1:{free_port()}"}}\n'
        f'  sensors: {{tcp: "tcp://127.0.0.1:{free_port()}"}}\n')
    cli.out("init")
    cli.out("up", "--background")
    made = cli.out("key", "new", "ids-1", "--tcp")
    public = re.search(r"public key: (\S{40})\n", made).group(1)
    assert f"tocsin people enrol ids-1 --public '{public}'" in made
    assert "tcp://127.0.0.1" in cli.out("key", "show", home / "keys/ids-1.key")
    assert "ids-1.key exists" in cli.says("key", "new", "ids-1", code=5)
    sensor, admin = CommandLine(home, "ids-1"), CommandLine(home, "admin")
    assert "does not admit the key" in sensor.says("whoami", code=3)
    assert admin.out("people", "enrol", "ids-1", home / "keys/ids-1.key", "sensor", "--sources", "ids") \
        == "ids-1 enrolled as sensor\n"
    assert sensor.out("alert", "push", stdin="{}") == "ALR-1 taken\n"
    assert admin.out("people", "revoke", "ids-1", "replaced") == "ids-1 revoked\n"
    sensor.says("alert", "push", stdin="{}", code=3)
    # A file with the public half alone will do, and so will the half itself.
    half = home / "half.public"
    half.write_text(public + "\n")
    assert "this key was ids-1's and is revoked" in admin.says("people", "enrol", "again", "--public", half, "--roles", "analyst", code=5)
    assert "is enrolled already, as lead" in admin.says(
        "people", "enrol", "again", home / "keys/lead.key", "analyst", code=5)
    own = json.loads((home / "keys/lead.key").read_text())["server"]
    assert "the broker's own key" in admin.says("people", "enrol", "x", "--public", own, "--roles", "analyst", code=5)
    assert "40 characters" in admin.says("people", "enrol", "x", "--public", "short", "--roles", "analyst", code=2)


def test_key_new_without_tcp_in_the_configuration_is_refused(home, cli):
    cli.out("init")
    assert "has no TCP front" in cli.says("key", "new", "far", "--tcp", code=2)
    assert not (home / "keys/far.key").exists()


def test_a_key_that_others_can_read_is_not_used(home, cli):
    cli.out("init")
    (home / "keys/lead.key").chmod(0o644)
    assert "default.key: others than its owner may read" in cli.says("whoami", code=1)


def test_verify_misses_what_a_receipt_was_given_for(home, cli):
    cli.out("init")
    cli.out("up", "--background")
    cli.out("open", "kept")
    cli.out("down")
    shutil.copytree(home / "store", home / "older")
    cli.out("up", "--background")
    cli.out("open", "to be cut off")
    cli.out("down")
    assert "receipts   1 hold" in cli.out("verify")
    shutil.rmtree(home / "store")
    (home / "older").rename(home / "store")
    cli.run("verify", code=1)
    # Named by its path it is any store: no receipt of ours is held against it.
    assert ": content" in cli.out("verify", home / "store")


def test_store_rebuild_and_dump_agree(home, cli):
    cli.out("init")
    before = cli.out("store", "dump")
    assert "entries folded" in cli.out("store", "rebuild")
    assert cli.out("store", "dump") == before != ""
    assert "prints text alone" in cli.says("store", "dump", "--json", code=2)
