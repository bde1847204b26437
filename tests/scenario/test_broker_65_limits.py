"""Queues just beyond their bound, behind a state that is held up or cannot be written."""
import errno
import json

import zmq

from conftest import LIMITS, WAIT_S


def test_commands_beyond_their_queue_are_refused_and_change_nothing(failing):
    broker = failing()
    flood, analyst = broker.client("lead", sndhwm=0, rcvhwm=0), broker.client("analyst")
    analyst.ok("status")
    broker.meddle("sync data.mdb -1")
    body = {"title": "one of many", "description": "d" * 60000}
    sent, statuses = 0, []
    # The state is held up by its disk: what is sent now is decided by nobody, and a queue has an end.
    while 503 not in statuses:
        assert sent * len(json.dumps(body)) < 3 * LIMITS["COMMAND_QUEUE_BYTES_MAX"]
        for _ in range(50):
            sent += bool(flood.send("open", body))
        barrier = flood.send("status")
        while (answer := flood.receive()).request != barrier:
            if answer.status == 503:
                assert "too many commands wait" in answer["message"]
            statuses.append(answer.status)
    # Others have a place all the same.
    mine = analyst.send("open", {"title": "mine"})
    broker.meddle()
    assert (answer := analyst.receive()).request == mine and answer.status == 200
    while len(statuses) < sent:
        statuses.append(flood.receive().status)
    assert set(statuses) == {200, 503}
    opened = flood.ok("status", {"min_seq": flood.ok("status")["seq"]})["incidents"]["open"]
    assert opened == statuses.count(200) + 1


def test_reads_that_wait_for_an_entry_are_bounded_in_number_and_in_time(failing):
    broker = failing()
    lead, sensor = broker.client("lead", sndhwm=0, rcvhwm=0), broker.client("sensor", "sensors")
    broker.meddle(f"sync data.mdb {errno.EIO}", f"write data.mdb {errno.EIO}")
    pushed = sensor.ok("alert.push", {}, [b"{}"])
    broker.wait_log("the state cannot be written")
    parked = {lead.send("list", {"min_seq": pushed["seq"]}) for _ in range(LIMITS["PARKED_READS_MAX"])}
    over = lead.send("list", {"min_seq": pushed["seq"]})
    # Who waits for nothing is served; who waits is told in the end that it was in vain.
    assert broker.client("analyst").ok("list", {"min_seq": 0})["incidents"] == []
    answers = {}
    for _ in range(len(parked) + 1):
        answer = lead.receive(WAIT_S + LIMITS["PARK_MS_MAX"] / 1000)
        answers[answer.request] = answer
    refused = answers.pop(over)
    assert (refused.status, refused["field"]) == (503, "min_seq"), refused
    assert set(answers) == parked
    assert {(answer.status, answer["field"]) for answer in answers.values()} == {(504, "min_seq")}
    broker.meddle()
    broker.wait_log("the state is written again")
    assert lead.ok("list", {"min_seq": pushed["seq"]}).status == 200


def test_many_who_are_enrolled_in_one_breath_are_all_known(failing):
    """More than the state tells the loop of one by one in a transaction: FOLDING_PEOPLE_MAX is 64."""
    broker = failing()
    admin = broker.client("admin")
    admin.ok("status")
    broker.meddle("sync data.mdb -1")
    pairs = [zmq.curve_keypair() for _ in range(80)]
    for number, pair in enumerate(pairs):
        admin.send("people.enrol", {"name": f"new{number}", "public": pair[0].decode(), "roles": ["analyst"]})
    broker.meddle()
    assert {admin.receive().status for _ in pairs} == {200}
    for number in (0, 1, 63, 64, 65, 79):
        assert broker.client("new", pair=pairs[number]).ok("whoami")["name"] == f"new{number}"
