"""Everything that arrives is hostile: each is refused with a reason, and nobody else notices."""
import json
import socket
import time

import pytest
import zmq

from conftest import LIMITS
from zmtp import Connection


def raw(broker, name, frames, front="people", timeout_s=10):
    """Sends the frames as they are; returns the frames that come back, or None."""
    client = broker.client(name, front)
    client.socket.send_multipart(frames)
    return client.socket.recv_multipart() if client.socket.poll(timeout_s * 1000) else None


def body_of(frames):
    return json.loads(frames[-1])


# names: the field that the answer names, or, where no field was read, what its message says.
@pytest.mark.parametrize("frames, status, names", [
    ([b"TOC1", b"whoami", b"r"], 400, "a body is needed"),
    ([b"TOC1", b"whoami"], 400, "a body is needed"),
    ([b"TOC1"], 400, "a body is needed"),
    ([b""], 400, "expected TOC1 behind the envelope"),
    ([b"hello"], 400, "expected TOC1 as the first frame"),
    ([b"TOC2", b"whoami", b"r", b"{}"], 400, "expected TOC1 as the first frame"),
    ([b"", b"", b"TOC1", b"whoami", b"r", b"{}"], 400, "expected TOC1 behind the envelope"),
    ([b"TOC1", b"whoami", b"", b"{}"], 400, "second frame behind TOC1"),
    ([b"TOC1", b"whoami", b"r" * 65, b"{}"], 400, "second frame behind TOC1"),
    ([b"TOC1", b"v" * 65, b"r", b"{}"], 400, "frame behind TOC1 is too long"),
    ([b"TOC1", b"who\x00ami", b"r", b"{}"], 501, "field verb"),
    ([b"TOC1", b"", b"r", b"{}"], 501, "field verb"),
    ([b"TOC1", b"WHOAMI", b"r", b"{}"], 501, "field verb"),
    ([b"TOC1", b"whoami", b"r", b"{}", b"attachment"], 400, "field attachments"),
    ([b"TOC1", b"whoami", b"r", b"[]"], 400, "body: expected an object"),
    ([b"TOC1", b"whoami", b"r", b"{"], 400, "body, byte 1"),
    ([b"TOC1", b"whoami", b"r", b'{"a":1}'], 400, "field a"),
    ([b"TOC1", b"whoami", b"r", b"\xff\xfe"], 400, "body, byte 0"),
    ([b"TOC1", b"open", b"r", b'{"title":"a","title":"b"}'], 400, 'duplicate key "title"'),
    ([b"TOC1", b"open", b"r", b'{"title":"\\u0000"}'], 400, "u0000 is not accepted"),
    ([b"TOC1", b"open", b"r", b'{"title":7}'], 400, "field title"),
    ([b"TOC1", b"open", b"r", b"[" * 100 + b"]" * 100], 413, "more than 32 levels"),
    ([b"TOC1", b"open", b"r", b'{"title":"' + b"x" * 513 + b'"}'], 413, "field title"),
    ([b"TOC1", b"open", b"r", b'{"title":"x","occurred":1e400}'], 400, "byte 24: number"),
    ([b"TOC1", b"open", b"r", b'{"tags":[' + b'"a",' * 70000 + b'"a"]}'], 413, "more than 65536"),
])
def test_malformed_messages_are_refused_and_named(broker, lead, frames, status, names):
    answer = raw(broker, "lead", frames)
    assert answer is not None and int(answer[-2]) == status, answer
    said = body_of(answer)
    if names.startswith("field "):
        assert said["field"] == names.removeprefix("field ")
    else:
        assert names in said["message"]
    assert lead.ok("open", {"title": "still here"})["id"] == "INC-1"


def test_a_refusal_echoes_the_request_id_and_the_envelope(broker):
    assert raw(broker, "lead", [b"a", b"b", b"", b"TOC1", b"nonsense", b"id-7", b"{}"])[:5] == [b"a", b"b", b"", b"TOC1", b"id-7"]
    assert raw(broker, "lead", [b"", b"TOC1", b"nonsense", b"id-8", b"{}"])[:3] == [b"", b"TOC1", b"id-8"]


def test_envelopes_have_bounds(broker, lead):
    fits = [b"e"] * 6 + [b""]
    assert raw(broker, "lead", [*fits, b"TOC1", b"whoami", b"r", b"{}"])[-2] == b"200"
    answer = raw(broker, "lead", [b"e"] * 20 + [b"", b"TOC1", b"whoami", b"r", b"{}"])
    assert answer is None or answer[-2] == b"400"
    # The routing id that libzmq puts before it, 5 bytes, is part of the envelope.
    most = LIMITS["ENVELOPE_BYTES_MAX"] - 5
    dropped = lead.ok("status")["dropped_frames"]
    assert raw(broker, "lead", [b"e" * most, b"", b"TOC1", b"whoami", b"r", b"{}"])[-2] == b"200"
    assert lead.ok("status")["dropped_frames"] == dropped
    over = broker.client("lead")
    over.socket.send_multipart([b"e" * (most + 1), b"", b"TOC1", b"whoami", b"r", b"{}"])
    # It is dropped without a word, and what comes after it is answered.
    assert over.ok("status")["dropped_frames"] == dropped + 1


def test_a_message_of_too_many_frames_is_refused(broker, lead):
    answer = raw(broker, "sensor", [b"TOC1", b"alert.push", b"r", b"{}"] + [b"x"] * 50000, "sensors")
    assert answer[1] == b"r" and answer[2] == b"413"
    assert "1040 frames" in body_of(answer)["message"]
    answer = raw(broker, "sensor", [b"TOC1", b"alert.push", b"r", b"{}"] + [b"x" * 1000000] * 10, "sensors")
    assert answer[2] == b"413"
    assert lead.ok("status")["alerts"]["received"] == 0


def test_an_endless_message_is_cut_off(broker, lead):
    """Frames without end, each within its limit: libzmq keeps them all, so the connection is shut."""
    client = broker.client("sensor", "sensors", "tcp")
    client.ok("status")
    before = broker.memory_kib()
    endless = Connection(broker.ports["sensors"], broker.keys["sensors"], broker.server)
    for frame in (b"TOC1", b"alert.push", b"r", b"{}"):
        endless.send(frame, more=True)
    sent = 0
    with pytest.raises(OSError):
        while sent < 4000:
            endless.send(b"x" * 1000000, more=True)
            sent += 1
    assert sent < 1000
    broker.wait_log("without finishing a message")
    endless.close()
    client.ok("alert.push", {}, [b"{}"])
    lead.ok("open", {"title": "others notice nothing"})
    assert broker.memory_kib() - before < 600 * 1024
    # The same connection by hand, with an end, is as good as any other.
    whole = Connection(broker.ports["sensors"], broker.keys["sensors"], broker.server)
    for frame, more in ((b"TOC1", True), (b"alert.push", True), (b"r", True), (b'{"source":"eve-test"}', True), (b"{}", False)):
        whole.send(frame, more)
    whole.read(1)
    whole.close()


def test_keys_that_are_not_enrolled_are_not_admitted(broker, lead):
    stranger = zmq.curve_keypair()
    for front in ("people", "sensors"):
        for transport in ("ipc", "tcp"):
            client = broker.client("stranger", front, transport, pair=stranger)
            client.send("whoami")
            assert client.receive(0.3) is None
    assert lead.ok("status")["refused_auth"] >= 4


def test_connections_without_curve_are_not_served(broker, lead):
    for kind in (zmq.DEALER, zmq.REQ, zmq.PUB, zmq.SUB):
        plain = broker.context.socket(kind)
        plain.linger = 0
        plain.connect(broker.endpoint("people", "tcp"))
        if kind in (zmq.DEALER, zmq.REQ):
            plain.send_multipart([b"TOC1", b"whoami", b"r", b"{}"])
            assert not plain.poll(300)
        plain.close()
    lead.ok("status")


def test_bytes_that_are_no_zmtp_do_no_harm(broker, lead):
    for junk in (b"GET / HTTP/1.1\r\n\r\n", b"\x00" * 4096, b"\xff" * 64 + b"\x03", b"\x16\x03\x01\x02\x00"):
        with socket.create_connection(("127.0.0.1", broker.ports["people"]), 5) as plain:
            plain.sendall(junk)
            lead.ok("whoami")
    idle = [socket.create_connection(("127.0.0.1", broker.ports["sensors"]), 5) for _ in range(50)]
    assert broker.client("sensor", "sensors", "tcp").ok("alert.push", {}, [b"{}"]).status == 200
    for plain in idle:
        plain.close()


def test_a_wrong_server_key_is_noticed_by_the_client(broker):
    real, broker.server = broker.server, zmq.curve_keypair()[0]
    client = broker.client("lead")
    broker.server = real
    client.send("whoami")
    assert client.receive(0.5) is None


def test_a_revoked_key_is_shut_out_at_once(broker, lead):
    admin, analyst = broker.client("admin"), broker.client("analyst")
    idle = broker.client("analyst", "sensors", "tcp")
    watcher = broker.client("analyst")
    analyst.ok("open", {"title": "mine"})
    idle.ok("status")
    watcher.send("watch", {"credit": 8388608}, request=b"w")
    watcher.ok("status")
    admin.ok("people.revoke", {"name": "analyst", "reason": "left the company"})
    end = watcher.receive()
    assert end is not None and end.request == b"w" and "revoked" in end["end"]
    # What is sent now is refused, or the connection is shut already.
    request = analyst.send("open", {"title": "too late"})
    answer = analyst.receive(1)
    assert answer is None or (answer.request == request and answer.status == 403), answer
    idle.send("alert.push", {"source": "x"}, [b"{}"])
    answer = idle.receive(1)
    assert answer is None or answer.status == 403
    late = broker.client("analyst")
    late.send("whoami")
    assert late.receive(0.5) is None
    assert [row["title"] for row in lead.ok("list")["incidents"]] == ["mine"]
    lead.ok("comment", {"incident": "INC-1", "text": "others go on"})


def cuts_of(client):
    """A monitor that is readable once the client's connection was shut."""
    return client.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)


@pytest.mark.parametrize("transport", ["tcp", "ipc"])
def test_a_revocation_shuts_the_connections_of_that_key_alone(broker, transport):
    admin = broker.client("admin", transport=transport)
    idle, other = broker.client("analyst", transport=transport), broker.client("lead", transport=transport)
    for client in (admin, idle, other):
        client.ok("whoami")
    cuts = {client.name: cuts_of(client) for client in (admin, idle, other)}
    admin.ok("people.revoke", {"name": "analyst", "reason": "left the company"})
    # It asks for nothing: the broker itself ends it.
    assert cuts["analyst"].poll(10000)
    for client in (admin, other):
        client.ok("whoami")
        assert not cuts[client.name].poll(0), client.name
    for client in (admin, idle, other):
        client.socket.disable_monitor()


def test_who_is_enrolled_while_it_runs_is_admitted_at_once(broker):
    admin = broker.client("admin")
    for number in range(5):
        pair = zmq.curve_keypair()
        broker.keys[f"new{number}"] = pair
        admin.ok("people.enrol", {"name": f"new{number}", "public": pair[0].decode(), "roles": ["analyst"]})
        assert broker.client(f"new{number}").ok("whoami")["name"] == f"new{number}"


def test_clients_that_stop_reading_lose_answers_and_harm_nobody(broker, lead):
    for number in range(30):
        lead.ok("open", {"title": f"{number}", "description": "z" * 60000})
    sleepers = [broker.client("lead", rcvhwm=1, rcvbuf=4096) for _ in range(8)]
    before = broker.memory_kib()
    for _ in range(100):
        for number, sleeper in enumerate(sleepers):
            sleeper.send("show", {"incident": f"INC-{number + 1}"})
        lead.ok("whoami")
    lead.ok("open", {"title": "nobody is held up"})
    assert broker.memory_kib() - before < 400 * 1024
    assert broker.client("lead").ok("show", {"incident": "INC-31"})["title"] == "nobody is held up"


def test_routing_ids_are_no_identity(broker, lead):
    """Two connections that say the same routing id: the first keeps it, the second is served as nobody else."""
    first = broker.context.socket(zmq.DEALER)
    second = broker.context.socket(zmq.DEALER)
    for plain, name in ((first, "lead"), (second, "reporter")):
        plain.linger = 0
        plain.routing_id = b"the same"
        plain.curve_publickey, plain.curve_secretkey = broker.keys[name]
        plain.curve_serverkey = broker.server
        plain.connect(broker.endpoint("people", "ipc"))
        plain.send_multipart([b"TOC1", b"whoami", b"r", b"{}"])
        if name == "lead":
            assert plain.poll(10000) and b'"name":"lead"' in plain.recv_multipart()[3]
    if second.poll(300):
        assert b'"name":"reporter"' in second.recv_multipart()[3]
    first.send_multipart([b"TOC1", b"whoami", b"r2", b"{}"])
    assert first.poll(10000) and b'"name":"lead"' in first.recv_multipart()[3]
    first.close()
    second.close()


def test_an_idempotency_key_has_one_effect(broker):
    client = broker.client("lead")
    first = client.ok("open", {"title": "once", "key": "k1"})
    again = client.ok("open", {"title": "once", "key": "k1"})
    assert first["id"] == again["id"] == "INC-1"
    assert client.refused(422, "open", {"title": "another", "key": "k1"})
    broker.kill()
    broker.start()
    client = broker.client("lead")
    assert client.ok("open", {"title": "once", "key": "k1"})["id"] == "INC-1"
    assert broker.client("analyst").ok("open", {"title": "mine", "key": "k1"})["id"] == "INC-2"


def test_two_who_race_for_a_revision_get_one_winner(broker):
    one, two = broker.client("lead"), broker.client("analyst")
    one.ok("open", {"title": "contested"})
    for client in (one, two):
        client.send("update", {"incident": "INC-1", "title": client.name, "if_revision": 1})
    answers = [client.receive() for client in (one, two)]
    assert sorted(answer.status for answer in answers) == [200, 409]
    loser = next(answer for answer in answers if answer.status == 409)
    assert loser["field"] == "if_revision" and loser["current"]["revision"] == 2
    # Only the winner's change stands, and it hinders nobody.
    winner = next(client for client, answer in zip((one, two), answers) if answer.status == 200)
    assert broker.client("auditor").ok("show", {"incident": "INC-1"})["title"] == winner.name
    assert two.ok("update", {"incident": "INC-1", "title": "settled", "if_revision": 2})["revision"] == 3


def test_thousands_of_commands_in_the_air_are_all_answered(broker, lead):
    client = broker.client("lead", sndhwm=0, rcvhwm=0)
    for number in range(1500):
        client.send("open", {"title": f"{number}", "description": "d" * 30000})
    statuses = [client.receive().status for _ in range(1500)]
    assert set(statuses) <= {200, 503}, set(statuses)
    # What was refused had no effect.
    assert lead.ok("status", {"min_seq": lead.ok("status")["seq"]})["incidents"]["open"] == statuses.count(200) > 10
