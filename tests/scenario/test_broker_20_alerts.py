"""alert.push: kept byte for byte, answered once durable, a repeat answered as the first time."""
import json
import os

import pytest

SESSION = "00000000000000aa"


def number(answer):
    return int(answer["alert"].removeprefix("ALR-"))


def test_payloads_are_kept_byte_for_byte(broker, lead, sensor):
    payloads = [b"\x00\xff\xfe not JSON at all", b'{"a":1,"a":2}', os.urandom(100000), b"x"]
    pushed = sensor.ok("alert.push", {"format": "native"}, payloads)
    assert pushed["alert"] == "ALR-1" and pushed["count"] == 4
    for i, payload in enumerate(payloads):
        shown = lead.ok("alert.show", {"alert": f"ALR-{i + 1}", "payload": True, "min_seq": pushed["seq"]})
        assert shown.parts == [payload]


def test_numbers_have_no_gaps_over_restarts(broker):
    expected = 1
    for _ in range(3):
        client = broker.client("sensor", "sensors")
        for count in (1, 7, 3):
            answer = client.ok("alert.push", {}, [b"{}"] * count)
            assert number(answer) == expected and answer["count"] == count
            expected += count
        broker.kill()
        broker.start()
    assert number(broker.client("sensor", "sensors").ok("alert.push", {}, [b"{}"])) == expected


def test_a_message_holds_at_most_1024_alerts(broker, sensor):
    assert sensor.ok("alert.push", {}, [b"{}"] * 1024)["count"] == 1024
    assert sensor.refused(413, "alert.push", {}, [b"{}"] * 1025)["field"] == "attachments"
    assert sensor.refused(400, "alert.push", {})["field"] == "attachments"
    assert "alert 2" in sensor.refused(400, "alert.push", {}, [b"{}", b"", b"{}"])["message"]
    assert number(sensor.ok("alert.push", {}, [b"{}"])) == 1025


def test_each_line_of_an_attachment_is_an_alert_when_it_is_said_so(broker, lead, sensor):
    texts = [b'\n{"a":1}\r\n \n  two words \n', b"last\xff"]
    pushed = sensor.ok("alert.push", {"lines": True}, texts)
    assert pushed["alert"] == "ALR-1" and pushed["count"] == 3
    for i, payload in enumerate([b'{"a":1}', b"two words", b"last\xff"]):
        shown = lead.ok("alert.show", {"alert": f"ALR-{i + 1}", "payload": True, "min_seq": pushed["seq"]})
        assert shown.parts == [payload]
    assert sensor.ok("alert.push", {"lines": False}, texts)["count"] == 2
    assert sensor.ok("alert.push", {"lines": True}, [b"x\n" * 512] * 2)["count"] == 1024
    assert sensor.refused(413, "alert.push", {"lines": True}, [b"x\n" * 512, b"x\n" * 513])["field"] == "attachments"
    assert "alert 2" in sensor.refused(400, "alert.push", {"lines": True}, [b"x", b" \n\r\n"])["message"]
    assert number(sensor.ok("alert.push", {}, [b"{}"])) == 3 + 2 + 1024 + 1


def test_a_payload_has_at_most_a_mebibyte(broker, sensor):
    sensor.ok("alert.push", {}, [b"x" * 1048576])
    sensor.refused(413, "alert.push", {}, [b"x" * 1048577])
    # libzmq shuts who sends far more; the next connection is as good as the first.
    sensor.send("alert.push", {}, [b"x" * 2097152])
    assert sensor.receive(1) is None
    assert number(broker.client("sensor", "sensors").ok("alert.push", {}, [b"{}"])) == 2


def test_a_sensor_pushes_as_its_own_sources(broker, lead, sensor):
    sensor.ok("alert.push", {}, [b"{}"])
    sensor.ok("alert.push", {"source": "wazuh-test"}, [b"{}"])
    assert sensor.refused(403, "alert.push", {"source": "eve-test"}, [b"{}"])["field"] == "source"
    two = broker.client("sensors", "sensors")
    assert two.refused(400, "alert.push", {}, [b"{}"])["field"] == "source"
    two.ok("alert.push", {"source": "eve-test"}, [b"{}"])
    last = broker.client("analyst").ok("alert.push", {"source": "whatever"}, [b"{}"])["seq"]
    sources = [lead.ok("alert.show", {"alert": f"ALR-{n}", "min_seq": last})["source"] for n in range(1, 5)]
    assert sources == ["wazuh-test", "wazuh-test", "eve-test", "whatever"]


def test_a_repeat_gets_the_first_answer(broker, sensor):
    ask = {"session": SESSION, "counter": 1}
    first = sensor.ok("alert.push", ask, [b"{}"] * 2)
    for _ in range(3):
        again = sensor.ok("alert.push", ask, [b"{}"] * 2)
        assert (again["alert"], again["count"]) == (first["alert"], first["count"])
    assert number(sensor.ok("alert.push", {"session": SESSION, "counter": 2}, [b"{}"])) == 3
    other = broker.client("sensors", "sensors")
    assert number(other.ok("alert.push", {**ask, "source": "eve-test"}, [b"{}"])) == 4


@pytest.mark.parametrize("how", ["stop", "kill", "rebuild"])
def test_repeats_are_known_after_a_restart(broker, how):
    client = broker.client("sensor", "sensors")
    firsts = {}
    for counter in range(1, 101):
        firsts[counter] = number(client.ok("alert.push", {"session": SESSION, "counter": counter}, [b"{}"]))
    if how == "kill":
        broker.kill()
    else:
        broker.stop()
    if how == "rebuild":
        (broker.home / "store/state/data.mdb").unlink()
    broker.start()
    client = broker.client("sensor", "sensors")
    for counter in range(101 - 64, 101):
        assert number(client.ok("alert.push", {"session": SESSION, "counter": counter}, [b"{}"])) == firsts[counter]
    for counter in range(1, 101 - 64):
        assert client.refused(409, "alert.push", {"session": SESSION, "counter": counter}, [b"{}"])["field"] == "counter"
    assert number(client.ok("alert.push", {"session": SESSION, "counter": 101}, [b"{}"])) == 101


def test_the_oldest_session_is_forgotten_beyond_64(broker, sensor):
    def push(session, counter=1):
        return number(sensor.ok("alert.push", {"session": f"{session:016x}", "counter": counter}, [b"{}"]))

    for session in range(1, 65):
        assert push(session) == session
    assert push(1, 2) == 65  # session 1 is young again; 2 is the oldest
    assert push(100) == 66
    assert push(1) == 1 and push(3) == 3
    assert push(2) == 67  # forgotten: taken as new, and 3 goes for it
    broker.restart()
    again = broker.client("sensor", "sensors")
    answer = again.ok("alert.push", {"session": f"{1:016x}", "counter": 1}, [b"{}"])
    assert number(answer) == 1
    answer = again.ok("alert.push", {"session": f"{3:016x}", "counter": 1}, [b"{}"])
    assert number(answer) == 68


def test_sessions_and_counters_are_checked(broker, sensor):
    for ask, field in (({"counter": 1}, "session"), ({"session": SESSION}, "counter"), ({"session": SESSION, "counter": 0}, "counter"),
                       ({"session": "12", "counter": 1}, "session"), ({"session": "g" * 16, "counter": 1}, "session"),
                       ({"session": "1" * 17, "counter": 1}, "session"), ({"counter": -1, "session": SESSION}, "counter"),
                       ({"format": "NO SUCH"}, "format"), ({"sauce": 1}, "sauce")):
        refused = sensor.ask("alert.push", ask, [b"{}"])
        assert refused.status in (400, 413) and refused["field"] == field, refused
    assert number(sensor.ok("alert.push", {"session": SESSION, "counter": 1}, [b"{}"])) == 1


def test_many_pushes_in_the_air_are_all_answered(broker):
    clients = [broker.client("sensor", "sensors") for _ in range(4)]
    for turn in range(250):
        for client in clients:
            client.send("alert.push", {"session": f"{clients.index(client) + 1:016x}", "counter": turn + 1}, [b'{"n":%d}' % turn])
    seen = []
    for client in clients:
        for _ in range(250):
            answer = client.receive()
            assert answer is not None and answer.status == 200, broker.tail()
            seen.append(number(answer))
    assert sorted(seen) == list(range(1, 1001))


def test_a_sensor_over_its_quota_is_told_to_slow_down(make_broker):
    broker = make_broker("intake: {alerts_per_second: 10}\n")
    broker.start()
    sensor, lead = broker.client("sensor", "sensors"), broker.client("lead")
    sensor.ok("alert.push", {}, [b"{}"] * 10)
    refused = sensor.refused(429, "alert.push", {}, [b"{}"] * 10)
    assert 0 < refused["retry_after_ms"] <= 1000
    # Others are not held up, people have no quota, and a repeat costs nothing.
    broker.client("sensors", "sensors").ok("alert.push", {"source": "eve-test"}, [b"{}"])
    lead.ok("alert.push", {"source": "x"}, [b"{}"] * 100)
    import time
    time.sleep(refused["retry_after_ms"] / 1000)  # the time that it was told to wait
    sensor.ok("alert.push", {}, [b"{}"] * 10)


def test_a_disk_that_is_nearly_full_keeps_its_room_for_commands(make_broker):
    broker = make_broker("store: {reserve_mib: 1048576}\n")
    broker.start()
    lead = broker.client("lead")
    refused = broker.client("sensor", "sensors").refused(503, "alert.push", {}, [b"{}"])
    assert "full" in refused["message"]
    assert lead.ok("status")["intake"] is False
    lead.ok("open", {"title": "closing and noting still work"})
    lead.ok("comment", {"incident": "INC-1", "text": "see?"})
    lead.ok("close", {"incident": "INC-1", "verdict": "false_positive"})
    broker.wait_log("nearly full")


def test_a_person_works_while_sensors_flood(broker):
    lead = broker.client("lead")
    sensors = [broker.client("sensor", "sensors") for _ in range(4)]
    payload = json.dumps({"title": "flood", "x": "y" * 900}).encode()
    for i in range(1, 21):
        for sensor in sensors:
            for _ in range(20):
                sensor.send("alert.push", {}, [payload] * 16)
        assert lead.ask("open", {"title": f"in the flood {i}"}, timeout_s=10)["id"] == f"INC-{i}"
    for sensor in sensors:
        for _ in range(400):
            assert sensor.receive().status in (200, 503)
