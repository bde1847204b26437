"""Disks and clocks that fail: nothing false is acknowledged, reading goes on, the log says what to do."""
import errno
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
import zmq

from conftest import BIN, Broker
from test_workers_10 import until


def await_held_timers(lead):
    until(lambda: lead.ok("status"), lambda status: status["timers_held"] is True)


def sealed(broker):
    """The entry that the last seal in the first segment covers (store/segment.h)."""
    content = (broker.home / "store/journal/0000000000000001.seg").read_bytes()
    at = content.rfind(b"TOCS\0\0\0\x88")
    return int.from_bytes(content[at + 16:at + 24], "big")


def test_a_journal_that_cannot_be_synced_acknowledges_nothing(failing):
    broker = failing()
    lead, sensor = broker.client("lead"), broker.client("sensor", "sensors")
    lead.ok("open", {"title": "before"})
    first = sensor.ok("alert.push", {"session": "00000000000000aa", "counter": 1}, [b"first"])
    # So that it is the alert that meets the failure, not the seal behind it.
    until(lambda: sealed(broker), lambda seq: seq >= first["seq"])
    broker.meddle(f"sync .seg {errno.EIO}")
    refused = sensor.refused(500, "alert.push", {"session": "00000000000000aa", "counter": 2}, [b"second"])
    assert "may or may not" in refused["message"]
    # Nothing is written any more, reads go on, and it says so.
    assert "failed" in sensor.refused(503, "alert.push", {}, [b"third"])["message"]
    assert "failed" in lead.refused(503, "comment", {"incident": "INC-1", "text": "x"})["message"]
    # The first answer is given again; the second message was never acknowledged.
    assert sensor.ok("alert.push", {"session": "00000000000000aa", "counter": 1}, [b"first"])["alert"] == "ALR-1"
    sensor.refused(500, "alert.push", {"session": "00000000000000aa", "counter": 2}, [b"second"])
    assert lead.ok("show", {"incident": "INC-1"})["title"] == "before"
    assert lead.ok("status")["writing"] is False
    assert "restart" in broker.wait_log("the journal failed")
    # The disk is well again: a sync is never tried a second time, a restart is.
    broker.meddle()
    lead.refused(503, "comment", {"incident": "INC-1", "text": "x"})
    broker.process.terminate()
    assert broker.wait() != 0
    broker.start()
    again = broker.client("sensor", "sensors")
    assert again.ok("alert.push", {"session": "00000000000000aa", "counter": 1}, [b"first"])["alert"] == "ALR-1"
    assert again.ok("alert.push", {"session": "00000000000000aa", "counter": 2}, [b"second"])["alert"] == "ALR-2"
    assert broker.client("lead").ok("comment", {"incident": "INC-1", "text": "x"}).status == 200


def test_commands_in_the_air_when_the_journal_fails_are_not_called_kept(failing):
    broker = failing()
    lead = broker.client("lead")
    lead.ok("status")
    broker.meddle(f"sync .seg {errno.EIO}")
    for number in range(20):
        lead.send("open", {"title": f"{number}"})
    answers = [lead.receive() for _ in range(20)]
    assert {answer.status for answer in answers} <= {500, 503}, answers
    assert lead.ok("list")["incidents"] == []
    broker.expect_broken()


def test_a_state_that_cannot_be_written_is_made_up_for(failing):
    broker = failing()
    lead, sensor = broker.client("lead"), broker.client("sensor", "sensors")
    lead.ok("open", {"title": "before"})
    broker.meddle(f"sync data.mdb {errno.EIO}", f"write data.mdb {errno.EIO}")
    kept = lead.ask("open", {"title": "kept, not shown"})
    assert kept.status == 202 and kept["kept"] <= kept["seq"]
    # Alerts are acknowledged, reads show what is committed, commands wait.
    for number in range(1, 21):
        assert sensor.ok("alert.push", {}, [b"{}"])["alert"] == f"ALR-{number}"
    assert [row["title"] for row in lead.ok("list", {"min_seq": 0})["incidents"]] == ["before"]
    assert "state" in lead.refused(503, "open", {"title": "no"})["message"]
    broker.wait_log("the state cannot be written")
    broker.meddle()
    broker.wait_log("the state is written again")
    titles = sorted(row["title"] for row in lead.ok("list", {"min_seq": kept["kept"]})["incidents"])
    assert titles == ["before", "kept, not shown"]
    assert lead.ok("open", {"title": "after"})["id"] == "INC-3"
    assert lead.ok("status")["alerts"]["received"] == 20


def test_a_worker_whose_lease_the_state_could_not_show_goes_on(failing):
    broker = failing("jobs: {retry_after: 20ms}\ntriage: {lease: 400ms}\n")
    lead, worker = broker.client("lead"), broker.client("worker")
    pushed = broker.client("sensor", "sensors").ok("alert.push", {}, [b"{}"])
    lead.ok("list", {"min_seq": pushed["seq"]})
    broker.meddle(f"sync data.mdb {errno.EIO}", f"write data.mdb {errno.EIO}")
    request = worker.send("worker.ready", {"workflows": ["triage"], "credit": 1})
    broker.wait_log("the state cannot be written")
    broker.meddle()
    job = worker.receive()
    assert job is not None and job.request == request and job.status == 206, broker.tail()
    assert job["items"][0]["alert"] == "ALR-1"


def test_a_clock_that_jumps_while_the_state_cannot_be_written_holds_the_timers(failing):
    broker = failing()
    lead = broker.client("lead")
    lead.ok("open", {"title": "before"})
    broker.meddle(f"sync data.mdb {errno.EIO}", f"write data.mdb {errno.EIO}")
    assert lead.ask("open", {"title": "kept"}).status == 202
    broker.meddle(f"sync data.mdb {errno.EIO}", f"write data.mdb {errno.EIO}", "clock - 900")
    broker.wait_log("the clock jumped")
    broker.meddle("clock - 900")
    broker.wait_log("the state is written again")
    await_held_timers(lead)
    broker.client("admin").ok("clock.confirm", {"reason": "NTP was down"})


def test_who_floods_a_slow_state_with_commands_takes_nobody_elses_place(failing):
    broker = failing()
    flood, analyst = broker.client("lead", sndhwm=0, rcvhwm=0), broker.client("analyst")
    analyst.ok("status")
    broker.meddle("sync data.mdb -200")
    for number in range(1500):
        flood.send("open", {"title": f"{number}", "description": "d" * 60000})
    for number in range(5):
        analyst.ok("open", {"title": f"mine {number}"})
    broker.meddle()
    statuses = [flood.receive().status for _ in range(1500)]
    assert set(statuses) == {200, 503}


def test_a_slow_state_never_delays_an_alert(failing):
    broker = failing()
    lead, sensor = broker.client("lead"), broker.client("sensor", "sensors")
    sensor.ok("alert.push", {}, [b"{}"])
    broker.meddle("sync data.mdb -1")
    request = lead.send("open", {"title": "slow"})
    broker.wait_held()
    for _ in range(20):
        sensor.ok("alert.push", {}, [b"{}"])
    # All of them while the state is still being written.
    assert lead.receive(0) is None
    broker.meddle()
    answer = lead.receive()
    assert answer.request == request and answer.status == 200


def test_a_full_disk_is_waited_for(failing):
    broker = failing("store: {segment_mib: 1}\n")
    lead, sensor = broker.client("lead"), broker.client("sensor", "sensors")
    lead.ok("open", {"title": "before"})
    broker.meddle(f"write .seg {errno.ENOSPC}")
    statuses = []
    for number in range(12):  # segments of 1 MiB: some were prepared before
        statuses.append(sensor.ask("alert.push", {}, [b"x" * 400000], timeout_s=3).status if not statuses or statuses[-1] == 200 else None)
        if statuses[-1] != 200:
            break
    assert statuses[-1] in (500, 503), statuses
    assert lead.ok("show", {"incident": "INC-1"})["title"] == "before"
    assert lead.ok("status")["writing"] is False
    broker.expect_broken()


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 64 MiB with a file system of its own, mounted; it needs root."""
    image, place = tmp_path / "disk", Path(tempfile.mkdtemp(prefix="tocsin-disk-"))
    with image.open("wb") as file:
        file.truncate(64 << 20)
    for words in (["mkfs.ext4", "-q", "-F", image], ["mount", "-o", "loop", image, place]):
        try:
            done = subprocess.run(words, capture_output=True, text=True)
        except FileNotFoundError as fault:
            done = subprocess.CompletedProcess(words, 1, "", str(fault))
        if done.returncode != 0:
            place.rmdir()
            pytest.skip(f"no disk of 64 MiB can be had here: {words[0]}: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", place], check=True)
    place.rmdir()


def test_a_disk_of_64_mib_takes_commands_when_it_takes_no_alerts(small_disk):
    broker = Broker(small_disk / "h", "store: {segment_mib: 4, reserve_mib: 16}\n")
    try:
        broker.init()
        broker.start()
        lead, sensor = broker.client("lead"), broker.client("sensor", "sensors")
        for number in range(1, 21):
            lead.ok("open", {"title": f"incident {number}"})
        # All at once: between two looks at the disk no more is taken than there was room for.
        for _ in range(100):
            sensor.send("alert.push", {}, [b"x" * 500000])
        answers = [sensor.receive() for _ in range(100)]
        pushed = sum(answer.status == 200 for answer in answers)
        assert {answer.status for answer in answers} == {200, 503}
        assert all("full" in answer["message"] for answer in answers if answer.status == 503)
        assert "make room" in broker.wait_log("the disk is nearly full")
        # The room that is left is for people: thousands of words more, and each incident closed.
        for number in range(1, 21):
            lead.ok("comment", {"incident": f"INC-{number}", "text": "noted " * 2000})
            lead.ok("close", {"incident": f"INC-{number}", "verdict": "false_positive"})
        assert lead.ok("show", {"incident": "INC-20"})["status"] == "closed"
        assert sensor.ask("alert.push", {}, [b"x" * 500000]).status == 503
        assert lead.ok("status", {"min_seq": lead.ok("status")["seq"]})["alerts"]["received"] == pushed
        broker.restart()
        assert broker.client("lead").ok("list", {"status": "closed"})["incidents"]
    finally:
        broker.end()


def test_a_reader_that_is_killed_leaves_no_old_snapshot_behind(make_broker):
    """A process that reads the state dies in the middle: its place is taken back, and writing goes on."""
    broker = make_broker()
    broker.start()
    lead = broker.client("lead")
    for number in range(500):
        lead.send("open", {"title": f"{number}", "tags": ["a-tag-of-some-length"]})
    assert {lead.receive().status for _ in range(500)} == {200}
    for _ in range(130):  # more than LMDB has places for
        reading = subprocess.Popen([BIN / "tocsind", "dump", "--home", broker.home], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert reading.stdout.read(1)
        assert reading.poll() is None  # it cannot have written all of it
        reading.kill()
        reading.wait()
        reading.stdout.close()
        lead.ok("comment", {"incident": "INC-1", "text": "goes on"})
    # By pages: a slow build has only so much of them ready in a page's time.
    listed, page = 0, lead.ok("list", {"limit": 500})
    while listed < 500 and page["incidents"]:
        listed += len(page["incidents"])
        page = lead.ok("list", {"limit": 500, "cursor": page["next"]}) if "next" in page.body else page
    assert listed == 500


def test_a_state_ahead_of_its_journal_stops_all_writing(make_broker):
    broker = make_broker()
    broker.start()
    lead = broker.client("lead")
    lead.ok("open", {"title": "one"})
    broker.stop()
    shutil.copytree(broker.home / "store/journal", broker.home / "older")
    shutil.copytree(broker.home / "store/keys", broker.home / "older-keys")
    broker.start()
    broker.client("lead").ok("open", {"title": "two"})
    broker.stop()
    for name, older in (("journal", "older"), ("keys", "older-keys")):
        shutil.rmtree(broker.home / "store" / name)
        (broker.home / older).rename(broker.home / "store" / name)
    broker.start()
    line = broker.wait_log(r"error .*\.seg")
    assert "entry" in line
    lead = broker.client("lead")
    assert lead.ok("status")["writing"] is False
    assert sorted(row["title"] for row in lead.ok("list")["incidents"]) == ["one", "two"]
    lead.refused(503, "open", {"title": "three"})
    broker.client("sensor", "sensors").refused(503, "alert.push", {}, [b"{}"])
    watcher = broker.client("lead")
    watcher.send("watch", {"from": 1, "credit": 8388608})
    assert watcher.receive()["seq"] == 1
    broker.expect_broken()


def test_a_flipped_byte_in_the_journal_stops_all_writing(make_broker):
    broker = make_broker()
    broker.start()
    lead = broker.client("lead")
    for number in range(20):
        lead.ok("open", {"title": f"incident {number}"})
    broker.kill()
    segment = next((broker.home / "store/journal").glob("*1.seg"))
    data = bytearray(segment.read_bytes())
    at = data.rindex(b'"revision":1')  # of the last entry, which the state knows
    data[at] ^= 1
    segment.write_bytes(data)
    broker.start()
    broker.wait_log(r"error .*\.seg")
    lead = broker.client("lead")
    assert lead.ok("status")["writing"] is False
    assert len(lead.ok("list")["incidents"]) == 20
    lead.refused(503, "open", {"title": "no"})
    assert broker.tool("tocsin-verify", broker.home / "store", check=False).returncode != 0
    broker.expect_broken()


def test_a_state_that_is_behind_is_replayed(make_broker):
    broker = make_broker()
    broker.start()
    broker.client("lead").ok("open", {"title": "one"})
    broker.stop()
    shutil.copytree(broker.home / "store/state", broker.home / "older")
    broker.start()
    broker.client("lead").ok("open", {"title": "two"})
    broker.stop()
    shutil.rmtree(broker.home / "store/state")
    (broker.home / "older").rename(broker.home / "store/state")
    broker.start()
    broker.wait_log("entries behind; replayed")
    assert len(broker.client("lead").ok("list")["incidents"]) == 2


def test_the_state_of_another_store_is_rebuilt_while_alerts_are_taken(failing, make_broker):
    other = make_broker()
    other.start()
    other.client("lead").ok("open", {"title": "of another store"})
    other.stop()
    broker = failing()
    lead, sensor = broker.client("lead"), broker.client("sensor", "sensors")
    for number in range(10):
        lead.ok("open", {"title": f"incident {number}"})
    assert sensor.ok("alert.push", {"session": "00000000000000aa", "counter": 1}, [b"{}"])["alert"] == "ALR-1"
    broker.stop()
    shutil.rmtree(broker.home / "store/state")
    shutil.copytree(other.home / "store/state", broker.home / "store/state")
    broker.meddle("sync data.mdb -1")
    broker.start()
    broker.wait_log("rebuilt")
    lead, sensor = broker.client("lead"), broker.client("sensor", "sensors")
    # The journal tells the loop of these before the state thread has told it of anything.
    assert sensor.ok("alert.push", {"session": "00000000000000aa", "counter": 1}, [b"{}"])["alert"] == "ALR-1"
    assert sensor.ok("alert.push", {"session": "00000000000000aa", "counter": 2}, [b"{}"])["alert"] == "ALR-2"
    assert lead.ok("status")["rebuilding"] is True
    assert "rebuilt" in lead.refused(503, "list")["message"]
    assert "rebuilt" in lead.refused(503, "open", {"title": "no"})["message"]
    broker.meddle()
    broker.wait_log("the state is rebuilt")
    assert lead.ok("status")["rebuilding"] is False
    assert len(lead.ok("list")["incidents"]) == 10
    shown = lead.ok("alert.show", {"alert": "ALR-2", "min_seq": lead.ok("status")["seq"]})
    assert shown.status == 200
    assert lead.ok("open", {"title": "next"})["id"] == "INC-11"


def test_a_clock_that_jumps_holds_the_timers(failing):
    # The lease is long enough for the slowest machine; the jump is longer.
    broker = failing("jobs: {retry_after: 20ms}\ntriage: {lease: 10m}\n")
    admin, lead, worker = broker.client("admin"), broker.client("lead"), broker.client("worker")
    before = lead.ok("status")
    assert before["timers_held"] is False
    broker.client("sensor", "sensors").ok("alert.push", {}, [b"{}"])
    request = worker.send("worker.ready", {"workflows": ["triage"], "credit": 2})
    assert worker.receive().request == request
    broker.meddle("clock - 900")
    broker.wait_log("the clock jumped")
    await_held_timers(lead)
    # The lease's deadline is long past, and still nothing expires.
    assert worker.receive(1) is None
    admin.ok("clock.confirm", {"reason": "NTP was down"})
    assert worker.receive().body["attempt"] == 1
    assert lead.ok("status")["timers_held"] is False
    # Back again is a jump, too; the journal's time does not go back.
    broker.meddle()
    await_held_timers(lead)
    first, second = lead.ok("open", {"title": "a"}), lead.ok("open", {"title": "b"})
    assert first["seq"] < second["seq"]
    admin.ok("clock.confirm", {"reason": "set by hand"})


def test_a_clock_that_jumps_while_commands_are_decided_holds_the_timers(failing):
    """The state thread is in the middle of its turn, and goes on with the timers when it wakes up."""
    broker = failing("jobs: {retry_after: 20ms}\ntriage: {lease: 10m}\n")
    admin, lead, worker = broker.client("admin"), broker.client("lead"), broker.client("worker")
    broker.client("sensor", "sensors").ok("alert.push", {}, [b"{}"])
    worker.send("worker.ready", {"workflows": ["triage"], "credit": 2})
    assert worker.receive()["items"]
    broker.meddle("sync data.mdb -1")
    lead.send("open", {"title": "first"})
    broker.wait_held()
    for number in range(250):
        lead.send("open", {"title": f"{number}", "description": "d" * 20000})
    broker.client("analyst").ok("status")
    # All of them wait by now. The next commit is one between two of them.
    broker.meddle("sync data.mdb -50")
    assert lead.receive().status == 200
    broker.meddle("sync data.mdb -1")
    broker.wait_held()
    broker.meddle("clock - 900")
    broker.wait_log("the clock jumped")
    assert {lead.receive().status for _ in range(250)} == {200}
    await_held_timers(lead)
    assert lead.ok("jobs")["workflows"][0]["leased"] == 1
    admin.ok("clock.confirm", {"reason": "NTP was down"})
    assert worker.receive()["attempt"] == 1


def test_a_clock_that_jumps_lets_no_target_be_missed_until_it_is_confirmed(failing):
    broker = failing("escalation: {repeat: 0, targets: {high: {acknowledge: 10m, resolve: 0}}}\n")
    admin, lead = broker.client("admin"), broker.client("lead")
    lead.ok("open", {"title": "a", "severity": "high"})
    broker.meddle("clock - 900")
    broker.wait_log("the clock jumped")
    await_held_timers(lead)
    answer = lead.ok("comment", {"incident": "INC-1", "text": "the state thread is awake"})
    shown = lead.ok("show", {"incident": "INC-1", "min_seq": answer["seq"]})
    assert shown["level"] == 0 and shown["overdue"] is True
    assert [event["kind"] for event in shown["history"]] == ["incident.opened", "incident.commented"]
    admin.ok("clock.confirm", {"reason": "NTP was down"})
    shown = until(lambda: lead.ok("show", {"incident": "INC-1"}), lambda shown: shown["level"] > 0)
    steps = [event["facts"] for event in shown["history"] if event["kind"] == "target.step"]
    assert [(step["percent"], step["late"]) for step in steps] == [(50, True), (75, True), (100, True)]


def test_a_clock_behind_the_journal_at_start_holds_the_timers(failing):
    broker = failing()
    broker.meddle("clock - 3600")
    broker.client("lead").ok("open", {"title": "from the future"})
    broker.stop()
    broker.meddle()
    broker.start()
    broker.wait_log("behind the journal's last entry")
    lead = broker.client("lead")
    await_held_timers(lead)


def test_an_entry_made_offline_is_never_before_the_last(failing):
    broker = failing()
    broker.meddle("clock - 3600")
    broker.client("lead").ok("open", {"title": "from the future"})
    broker.stop()
    broker.keys["second"] = zmq.curve_keypair()
    public = broker.keys["second"][0].decode()
    broker.tool("tocsind", "recover", "--home", broker.home, "--enrol", f"second:admin:{public}")
    broker.tool("tocsin-verify", broker.home / "store")
    broker.start()
    assert "admin" in broker.client("second").ok("whoami")["roles"]


def test_a_state_that_cannot_be_rebuilt_offline_says_why(failing):
    broker = failing()
    broker.client("lead").ok("open", {"title": "kept"})
    broker.stop()
    broker.meddle(f"sync data.mdb {errno.EIO}")
    done = broker.tool("tocsind", "rebuild", "--home", broker.home, check=False, meddled=True)
    assert done.returncode == 7 and f"the journal cannot be folded into {broker.home}/store/state: " in done.stderr
    broker.meddle()
    told = broker.tool("tocsind", "rebuild", "--home", broker.home, meddled=True)
    assert "cannot" not in told.stdout + told.stderr
    broker.start()
    assert broker.client("lead").ok("open", {"title": "next"})["id"] == "INC-2"


def test_a_torn_end_that_is_cut_offline_is_an_entry(broker):
    before = broker.client("lead").ok("open", {"title": "kept"})["seq"]
    broker.kill()
    segment = broker.home / "store/journal/0000000000000001.seg"
    content = bytearray(segment.read_bytes())
    end = (len(content.rstrip(b"\0")) // 4096 + 1) * 4096
    content[end + 700:end + 704] = b"torn"
    segment.write_bytes(content)
    for _ in range(2):  # the second finds nothing to cut
        broker.tool("tocsind", "rebuild", "--home", broker.home)
        told = json.loads(broker.tool("tocsin-verify", "--json", broker.home / "store").stdout)
        assert (told["outcome"], told["seq"]) == ("content", before + 1)
    assert f'"after":{before},"blocks":'.encode() in segment.read_bytes()
    broker.start()
    assert broker.client("lead").ok("open", {"title": "next"})["id"] == "INC-2"
