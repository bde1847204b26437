"""Files of an incident: put there by chunks, read under the journal's eyes, proved to be what they were."""
import hashlib
import os
import time

import pytest
from command_line import CommandLine
from conftest import LIMITS

CHUNK = LIMITS["FILE_CHUNK_BYTES_MAX"]


@pytest.fixture
def analyst(broker):
    return CommandLine(broker.home, "analyst")


@pytest.fixture
def lead(broker):
    return CommandLine(broker.home, "lead")


@pytest.fixture
def incident(analyst):
    analyst.out("open", "Dropper on build-7", "--severity", "high")


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "memory.img"
    path.write_bytes(os.urandom(3 * CHUNK + 17))
    return path


def digest(data):
    return hashlib.sha256(data).hexdigest()


def put(client, data, offset=None, length=CHUNK, **more):
    """One chunk of the data as a client sends it; without an offset it only asks how much is there."""
    body = {"incident": "INC-1", "name": "x.bin", "sha256": digest(data), "bytes": len(data), **more}
    if offset is None:
        return client.ask("file.put", body)
    return client.ask("file.put", {**body, "offset": offset}, [data[offset:offset + length]])


def whole(broker, data):
    return broker.home / "store/evidence" / digest(data)[:2] / digest(data)


def unfinished(broker):
    return list((broker.home / "store/evidence/unfinished").glob("*"))


def eventually(true, what):
    until = time.monotonic() + 30
    while not true():
        assert time.monotonic() < until, what
        time.sleep(0.02)


def test_evidence_is_attached_listed_read_and_the_reading_told(broker, analyst, lead, incident, image, tmp_path):
    note = tmp_path / "note.txt"
    note.write_text("found on the desk")
    said = analyst.out("attach", 1, image, note)
    assert f"INC-1 has a new file 1: memory.img, {3 * CHUNK + 17} bytes, SHA-256 {digest(image.read_bytes())}" in said
    assert "INC-1 has a new file 2: note.txt" in said
    broker.restart()
    assert [row["name"] for row in lead.json("file", "list", 1)["files"]] == ["memory.img", "note.txt"]
    out = tmp_path / "out"
    out.mkdir()
    lead.out("file", "get", 1, 1, "-o", out)
    assert (out / "memory.img").read_bytes() == image.read_bytes()
    lead.out("file", "get", 1, digest(note.read_bytes()), "-o", tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "found on the desk"
    # What is there is not written over, unless that is wanted.
    assert "is there already" in lead.says("file", "get", 1, 2, "-o", tmp_path / "copy", code=5)
    lead.out("file", "get", 1, 1, "-o", tmp_path / "copy", "--force")
    assert (tmp_path / "copy").read_bytes() == image.read_bytes()
    assert list(out.iterdir()) == [out / "memory.img"]
    read = [event for event in analyst.json("show", 1)["history"] if event["kind"] == "file.read"]
    assert [(event["actor"], event["facts"]["file"]) for event in read] == [("lead", 1), ("lead", 2), ("lead", 1)]
    assert "was given file 1 to read" in analyst.out("show", 1) and "memory.img" in analyst.out("show", 1)


def test_the_same_file_twice_is_one_file(analyst, incident, image):
    assert analyst.json("attach", 1, image)["files"][0]["file"] == 1
    assert analyst.json("attach", 1, image)["files"][0]["file"] == 1
    assert len(analyst.json("file", "list", 1)["files"]) == 1


def test_an_upload_goes_on_after_a_kill(broker, analyst, incident, image):
    data, client = image.read_bytes(), broker.client("analyst")
    assert put(client, data)["received"] == 0
    assert put(client, data, 0)["received"] == CHUNK
    assert put(client, data, CHUNK)["received"] == 2 * CHUNK
    assert analyst.json("file", "list", 1)["files"] == [] and not whole(broker, data).exists()
    broker.kill()
    broker.start()
    client = broker.client("analyst")
    assert put(client, data)["received"] == 2 * CHUNK
    # Another place than its end is none, whoever says so.
    assert f"{2 * CHUNK} bytes of it are here" in put(client, data, 0)["message"]
    said = analyst.json("attach", 1, image)["files"][0]
    assert (said["file"], said["sha256"]) == (1, digest(data))
    assert whole(broker, data).read_bytes() == data and unfinished(broker) == []
    # The last chunk again, as after an answer that was lost.
    assert put(client, data, 3 * CHUNK)["file"] == 1


def test_what_is_not_what_it_says_is_thrown_away(broker, incident):
    client, data = broker.client("analyst"), b"b" * 1000
    body = {"incident": "INC-1", "name": "x", "sha256": digest(b"another"), "bytes": 1000, "offset": 0}
    assert "not what sha256 says" in client.refused(409, "file.put", body, [data])["message"]
    assert unfinished(broker) == []
    assert client.ok("file.list", {"incident": "INC-1"})["files"] == []
    assert put(client, data, 0)["file"] == 1


def test_each_limit_is_one(broker, incident, tmp_path):
    client, data = broker.client("analyst"), os.urandom(CHUNK + 1)
    assert put(client, data, 0, CHUNK + 1)["error"] == "too_large"
    assert put(client, data, 0, bytes=LIMITS["FILE_BYTES_MAX"] + 1)["error"] == "too_large"
    assert put(client, data, 0, 11, bytes=10)["error"] == "too_large"
    assert put(client, data, 0, bytes=0)["error"] == "invalid"
    for name in ("../../etc/passwd", "a/b", "..", "", "a\x1b[2J", "a\\b"):
        assert put(client, data, 0, name=name)["field"] == "name", name
    assert put(client, data, 0, name="n" * (LIMITS["FILE_NAME_BYTES_MAX"] + 1))["field"] == "name"
    for sha256 in ("../" * 21 + "x", "A" * 64, "00"):
        assert put(client, data, 0, sha256=sha256)["field"] == "sha256", sha256
    # Eight unfinished uploads, and not one more; another person has their own.
    for i in range(LIMITS["UPLOADS_MAX"]):
        assert put(client, data + bytes([i]), 0)["received"] == CHUNK
    assert "8 uploads unfinished" in put(client, data + b"one more", 0)["message"]
    assert put(broker.client("lead"), data + b"one more", 0)["received"] == CHUNK
    # Those that nobody went on with for a day are forgotten, and none before.
    day_s = LIMITS["UPLOAD_EXPIRY_MS"] / 1000
    mine = [path for path in unfinished(broker) if path.name.endswith(digest(data + bytes([0])))]
    os.utime(mine[0], (0, time.time() - day_s + 60))
    assert "8 uploads unfinished" in put(client, data + b"one more", 0)["message"]
    os.utime(mine[0], (0, time.time() - day_s - 60))
    assert put(client, data + b"one more", 0, name="n" * LIMITS["FILE_NAME_BYTES_MAX"])["received"] == CHUNK
    assert not mine[0].exists()
    # A hundred files, and not one more.
    lead = broker.client("lead")
    for i in range(LIMITS["FILES_MAX"]):
        assert put(lead, b"file %d" % i, 0)["file"] == i + 1
    assert "100 files" in put(lead, b"file 100", 0)["message"]


def test_a_large_file_and_no_file_are_refused_before_they_are_sent(analyst, incident, tmp_path):
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(LIMITS["FILE_BYTES_MAX"] + 1)
    assert "more than 268435456 bytes" in analyst.says("attach", 1, large, code=2)
    (tmp_path / "empty").touch()
    assert "is empty" in analyst.says("attach", 1, tmp_path / "empty", code=2)
    assert "no file" in analyst.says("attach", 1, tmp_path, code=2)
    analyst.says("attach", 1, tmp_path / "nowhere", code=1)
    assert "which files" in analyst.says("attach", 1, code=2)


def test_files_are_not_for_everybody(broker, analyst, lead, incident, image):
    lead.out("attach", 1, image)
    for name in ("reporter", "sensor"):
        CommandLine(broker.home, name).says("file", "get", 1, 1, code=3)
    CommandLine(broker.home, "auditor").says("attach", 1, image, code=3)
    # No byte without the entry that says who reads.
    auditor = broker.client("auditor")
    assert "file.get first" in auditor.refused(409, "file.read", {"incident": "INC-1", "file": 1})["message"]
    auditor.ok("file.get", {"incident": "INC-1", "file": "1"})
    assert auditor.ok("file.read", {"incident": "INC-1", "file": 1, "offset": 3 * CHUNK}).parts == [image.read_bytes()[-17:]]
    lead.out("restrict", 1, "--reason", "it concerns an employee")
    auditor.refused(404, "file.read", {"incident": "INC-1", "file": 1})
    for words in (("file", "get", 1, 1), ("file", "list", 1), ("attach", 1, image)):
        analyst.says(*words, code=4)
    assert lead.json("file", "list", 1)["files"][0]["name"] == "memory.img"
    # Who knows the hash alone has not got the file.
    analyst.out("open", "A fishing trip")
    data, client = image.read_bytes(), broker.client("analyst")
    assert put(client, data, incident="INC-2")["received"] == 0


def test_files_go_along_with_a_merge_and_stay_when_closed(analyst, lead, incident, image, tmp_path):
    analyst.out("open", "The same dropper")
    analyst.out("attach", 2, image)
    lead.out("merge", 2, 1, "one matter")
    assert [(row["incident"], row["file"]) for row in analyst.json("show", 1)["files"]] == [("INC-2", 1)]
    lead.out("close", 1, "--test")
    analyst.out("file", "get", 2, 1, "-o", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == image.read_bytes()
    assert "reopen" in analyst.says("attach", 1, image, code=5)


def test_the_verifier_names_evidence_that_is_gone_or_altered(broker, analyst, incident, image):
    analyst.out("attach", 1, image)
    broker.stop()
    path = whole(broker, image.read_bytes())
    name = f"evidence/{path.parent.name}/{path.name}"
    good = broker.tool("tocsin-verify", broker.home / "store")
    assert "1 files are what they were" in good.stdout
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[CHUNK] ^= 1
    path.write_bytes(data)
    bad = broker.tool("tocsin-verify", broker.home / "store", check=False)
    assert bad.returncode == 1 and name in bad.stdout + bad.stderr and "altered" in bad.stdout + bad.stderr
    # Who gets it now gets nothing.
    broker.start()
    said = analyst.says("file", "get", 1, 1, "-o", broker.home / "copy", code=1)
    assert "not what was put there" in said and not (broker.home / "copy").exists()
    broker.stop()
    path.unlink()
    gone = broker.tool("tocsin-verify", broker.home / "store", check=False)
    assert gone.returncode == 1 and "missing" in gone.stdout + gone.stderr
    data[CHUNK] ^= 1
    path.write_bytes(data)


def test_names_from_outside_stay_in_their_folder(broker, analyst, incident, tmp_path):
    client = broker.client("analyst")
    put(client, b"data", 0, name="-rf ~\u202egpj.exe")
    put(client, b"more", 0, name=".bashrc")
    for number in (1, 2):
        analyst.out("file", "get", 1, number, "-o", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["_bashrc", "_rf_____gpj.exe"]
    assert "\u202e" not in analyst.out("file", "list", 1)


def test_a_full_disk_refuses_files_and_takes_comments(make_broker, tmp_path):
    broker = make_broker("store: {reserve_mib: 1048576}\n")
    broker.start()
    analyst = CommandLine(broker.home, "analyst")
    analyst.out("open", "No room", "--severity", "low")
    (tmp_path / "x").write_text("x")
    assert "nearly full" in analyst.says("attach", 1, tmp_path / "x", code=6)
    analyst.out("comment", 1, "still works")
    analyst.out("close", 1, "--test")


def test_a_discarded_file_is_gone_and_that_it_was_there_stays(broker, analyst, lead, incident, image, tmp_path):
    data = image.read_bytes()
    analyst.out("attach", 1, image)
    analyst.out("open", "The same image again")
    analyst.out("attach", 2, image)
    lead.out("file", "get", 1, 1, "-o", tmp_path / "copy")
    # Neither an analyst nor whoever gives no reason.
    analyst.says("file", "discard", 1, 1, "--reason", "no", code=3)
    assert "must not be empty" in lead.says("file", "discard", 1, 1, "--reason", " ", code=2)
    said = lead.out("file", "discard", 1, digest(data), "--reason", "a complaint under article 17")
    assert "INC-1 lost file 1, for good; its bytes stay until 1 other file" in said
    assert whole(broker, data).read_bytes() == data
    # An administrator sees no incident and can do it all the same.
    admin = CommandLine(broker.home, "admin")
    admin.says("file", "list", 2, code=3)
    assert "INC-2 lost file 1, for good" in admin.out("file", "discard", 2, 1, "--reason", "the same complaint")
    eventually(lambda: not whole(broker, data).exists(), "the bytes are still there")
    broker.wait_log("it was discarded")
    # Once more changes nothing; nobody gets it; it cannot come back.
    before = lead.json("show", 1)["revision"]
    lead.out("file", "discard", 1, 1, "--reason", "again")
    assert lead.json("show", 1)["revision"] == before
    assert "discarded" in analyst.says("file", "get", 1, 1, "-o", tmp_path / "other", code=5)
    assert "discarded" in analyst.says("attach", 1, image, code=5)
    row = analyst.json("file", "list", 1)["files"][0]
    assert (row["sha256"], row["discarded_by"], row["read_by"]) == (digest(data), "lead", ["lead"])
    shown = analyst.out("show", 1)
    assert "lead discarded file 1, for good" in shown and "a complaint under article 17" in shown
    broker.stop()
    said = broker.tool("tocsin-verify", broker.home / "store").stdout
    assert "discarded  2 files" in said and "left over" not in said
    # What a crash kept from being destroyed goes with the next start.
    whole(broker, data).write_bytes(data)
    assert "left over  1" in broker.tool("tocsin-verify", broker.home / "store").stdout
    broker.start()
    eventually(lambda: not whole(broker, data).exists(), "the bytes are back")


def test_a_restricted_file_is_discarded_by_who_is_named(broker, analyst, lead, incident, image):
    analyst.out("attach", 1, image)
    lead.out("restrict", 1, "--reason", "it concerns an employee")
    CommandLine(broker.home, "admin").says("file", "discard", 1, 1, "--reason", "x", code=4)
    lead.out("file", "discard", 1, 1, "--reason", "x")


def test_what_no_entry_mentions_does_not_stay(broker, incident):
    client, data = broker.client("analyst"), b"refused after its last chunk"
    # The first chunk finds an open incident, the last one as well; what is decided finds it closed.
    client.ok("open", {"title": "a second one"})
    assert put(client, data, 0, 5)["received"] == 5
    refused = put(client, data, 5, if_revision=77)
    assert refused["error"] == "conflict", refused
    eventually(lambda: not whole(broker, data).exists(), "the refused file is still there")
    broker.wait_log("the command that put it was refused")
    # Bytes that a restored journal does not know are set aside for a day, and then go.
    broker.stop()
    stray = whole(broker, b"stray")
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"stray")
    broker.start()
    aside = broker.home / "store/evidence/unfinished" / f"0-{digest(b'stray')}"
    eventually(aside.exists, "it was not set aside")
    assert not stray.exists()
    broker.wait_log("set aside")
    assert time.time() - aside.stat().st_mtime < 60
    # Nobody has to begin an upload for old ones to go.
    day_s = LIMITS["UPLOAD_EXPIRY_MS"] / 1000
    os.utime(aside, (0, time.time() - day_s - 60))
    eventually(lambda: not aside.exists(), "it is still there a day later")


def test_a_file_put_again_is_not_swept_away(broker, analyst, lead, incident, tmp_path):
    client, lead_client = broker.client("analyst"), broker.client("lead")
    for i in range(20):
        data = b"round %d" % i
        client.ok("open", {"title": "x"})
        first = client.ok("file.put", {"incident": "INC-1", "name": "x", "sha256": digest(data), "bytes": len(data), "offset": 0}, [data])
        lead_client.send("file.discard", {"incident": "INC-1", "file": str(first["file"]), "reason": "x"})
        again = client.ask("file.put", {"incident": f"INC-{i + 2}", "name": "x", "sha256": digest(data), "bytes": len(data), "offset": 0}, [data])
        assert again["file"] == 1
        lead_client.receive()
        client.ok("file.get", {"incident": f"INC-{i + 2}", "file": "1"})
        assert client.ok("file.read", {"incident": f"INC-{i + 2}", "file": 1}).parts == [data]
    broker.stop()
    broker.tool("tocsin-verify", broker.home / "store")
