"""From a command to its answer: keys, fronts, roles, receipts, reading one's own writes, ending and beginning again."""
import os
import stat

import zmq

from conftest import BIN


def test_an_incident_is_opened_and_shown(broker, lead):
    opened = lead.ok("open", {"title": "Phishing wave", "severity": "high"})
    assert opened["id"] == "INC-1"
    shown = lead.ok("show", {"incident": "INC-1"})
    assert shown["title"] == "Phishing wave" and shown["severity"] == "high"
    assert [row["kind"] for row in shown["history"]] == ["incident.opened"]


def test_every_answer_carries_a_receipt(broker, lead):
    first = lead.ok("open", {"title": "one"})
    second = lead.ok("open", {"title": "two"})
    assert second["seq"] > first["seq"] and len(second["head"]) == 64
    assert first["head"] != second["head"]
    refused = lead.refused(404, "show", {"incident": "INC-99"})
    assert refused["seq"] >= second["seq"]


def test_a_person_reads_its_own_last_write(broker):
    writer, pusher = broker.client("lead"), broker.client("analyst", "sensors")
    for number in range(1, 30):
        writer.ok("open", {"title": f"incident {number}"})
        assert writer.ok("show", {"incident": f"INC-{number}"})["title"] == f"incident {number}"
    # Alerts are answered before the state shows them: the read waits for it.
    reader = broker.client("analyst")
    for number in range(1, 10):
        pusher.ok("alert.push", {"source": "by-hand"}, [b"{}"])
        assert reader.ok("alert.show", {"alert": f"ALR-{number}"}).status == 200


def test_both_transports_and_an_envelope_are_served(broker):
    import zmq
    for transport in ("ipc", "tcp"):
        client = broker.client("lead", transport=transport)
        assert client.ok("whoami")["name"] == "lead"
    # REQ puts an empty frame first; with correlation an id before it.
    for correlate in (0, 1):
        socket = broker.context.socket(zmq.REQ)
        socket.linger = 0
        socket.set(zmq.REQ_CORRELATE, correlate)
        socket.curve_publickey, socket.curve_secretkey = broker.keys["lead"]
        socket.curve_serverkey = broker.server
        socket.connect(broker.endpoint("people", "ipc"))
        socket.send_multipart([b"TOC1", b"whoami", b"r1", b""])
        assert socket.poll(10000)
        assert socket.recv_multipart()[:3] == [b"TOC1", b"r1", b"200"]
        socket.close()


def test_whoami_and_status_answer_every_role(broker):
    for name in broker.keys.keys() - {"gateway"}:  # whose own key grants nothing
        client = broker.client(name)
        assert client.ok("whoami")["name"] == name
        status = client.ok("status")
        assert status["writing"] is True and status["intake"] is True


def test_roles_are_checked(broker, lead, sensor):
    assert "analyst" in broker.client("manager").refused(403, "open", {"title": "x"})["message"]
    broker.client("reporter").ok("open", {"title": "x"})
    lead.refused(403, "people.enrol", {"name": "x", "public": "x" * 40, "roles": ["analyst"]})
    broker.client("admin").refused(403, "list")
    sensor.refused(403, "list")
    lead.refused(403, "worker.ready", {"workflows": ["triage"], "credit": 1})
    broker.client("auditor").refused(403, "alert.push", {"source": "x"}, [b"{}"])


def test_the_sensors_front_serves_small_things_only(broker):
    client = broker.client("analyst", "sensors")
    client.ok("status")
    client.ok("alert.push", {"source": "by-hand"}, [b"{}"])
    assert "people" in client.refused(403, "list")["message"]


def test_a_restart_keeps_everything(broker):
    client = broker.client("lead")
    client.ok("open", {"title": "kept"})
    broker.restart()
    assert broker.client("lead").ok("show", {"incident": "INC-1"})["title"] == "kept"
    broker.kill()
    broker.start()
    again = broker.client("lead")
    assert again.ok("show", {"incident": "INC-1"})["title"] == "kept"
    assert again.ok("open", {"title": "next"})["id"] == "INC-2"


def test_files_are_for_their_owner_alone(broker):
    def mode(path):
        return stat.S_IMODE(os.stat(broker.home / path).st_mode)

    assert mode("") & 0o077 == 0 or mode("store") & 0o077 == 0
    assert mode("keys/broker.key") == 0o600
    assert mode("run/people.sock") == 0o600 and mode("run/sensors.sock") == 0o600
    assert int((broker.home / "run/tocsind.pid").read_text()) == broker.process.pid
    broker.stop()
    assert not (broker.home / "run/tocsind.pid").exists()


def test_readiness_is_told_to_the_service_manager(make_broker):
    import socket
    broker = make_broker()
    path = broker.home / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(20)
        broker.environment = {"NOTIFY_SOCKET": str(path)}
        broker.start()
        assert manager.recv(100) == b"READY=1"
        broker.stop()
        assert manager.recv(100) == b"STOPPING=1"


def test_a_second_broker_names_the_lock(broker, lead):
    done = broker.tool("tocsind", "run", "--home", broker.home, check=False)
    assert done.returncode != 0 and "lock" in done.stderr
    done = broker.tool("tocsind", "rebuild", "--home", broker.home, check=False)
    assert done.returncode != 0 and "lock" in done.stderr
    assert lead.ok("open", {"title": "the first one goes on"})["id"] == "INC-1"


def test_init_refuses_a_store_that_is_there(make_broker):
    broker = make_broker()
    before = broker.dump()
    done = broker.tool("tocsind", "init", "--home", broker.home, "--enrol", f"x:admin:{broker.keys['admin'][0].decode()}", check=False)
    assert done.returncode != 0 and "already" in done.stderr
    assert broker.dump() == before


def test_recover_enrols_another_administrator(make_broker):
    import zmq
    broker = make_broker()
    broker.keys["second"] = zmq.curve_keypair()
    public = broker.keys["second"][0].decode()
    broker.tool("tocsind", "recover", "--home", broker.home, "--enrol", f"second:admin:{public}")
    done = broker.tool("tocsind", "recover", "--home", broker.home, "--enrol", f"second:admin:{public}", check=False)
    assert done.returncode != 0 and "enrolled already" in done.stderr
    broker.start()
    assert "admin" in broker.client("second").ok("whoami")["roles"]


def test_arguments_that_make_no_sense_are_refused(make_broker, tmp_path):
    broker = make_broker()
    for words in (["run"], ["fly"], ["run", "--home"], ["run", "--home", tmp_path / "none"], ["init", "--home", tmp_path / "x"],
                  ["init", "--home", tmp_path / "x", "--enrol", "x"], ["init", "--home", tmp_path / "x", "--enrol", "x:king:" + "a" * 40],
                  ["init", "--home", tmp_path / "x", "--enrol", "x:admin:tooshort"], ["run", "--home", broker.home, "--colour", "red"]):
        done = broker.tool("tocsind", *words, check=False)
        assert done.returncode not in (0, -6, -11), words
        assert done.stderr, words
    # OFFLINE_ENROL_MAX: 32 of them.
    enrol = [word for number in range(33) for word in ("--enrol", f"p{number}:admin:{zmq.curve_keypair()[0].decode()}")]
    done = broker.tool("tocsind", "init", "--home", tmp_path / "x", *enrol, check=False)
    assert done.returncode not in (0, -6, -11) and "too many to enrol with" in done.stderr and "p32:admin" in done.stderr
    assert not (tmp_path / "x" / "store").exists()
    (tmp_path / "y").mkdir()
    broker.tool("tocsind", "init", "--home", tmp_path / "y", *enrol[:64])
    assert (BIN / "tocsind").exists()
