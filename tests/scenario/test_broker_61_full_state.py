"""LMDB's map is full in the middle of a transaction: it is thrown away and folded again, out of the journal."""
import errno
import time

MAP_FULL = -30792  # MDB_MAP_FULL


def refused_until(broker, lead, sensor):
    """Nothing is written to the state; all the same alerts are kept, reads go on, and it says what to do."""
    assert "state" in lead.refused(503, "open", {"title": "no"})["message"]
    received = lead.ok("status")["journal"]["durable"]
    for _ in range(20):
        assert sensor.ok("alert.push", {}, [b"{}"])["seq"] > received
    assert lead.ok("list", {"min_seq": 0})["incidents"]
    line = broker.wait_log("the state cannot be written")
    assert "no room left" in line and "make room on its disk" in line and "LimitAS" in line


def test_a_map_that_is_full_in_mid_transaction_is_made_up_for(failing):
    broker = failing()
    lead, sensor = broker.client("lead"), broker.client("sensor", "sensors")
    lead.ok("open", {"title": "before"})
    broker.meddle(f"put 3 {MAP_FULL}")
    kept = lead.ask("open", {"title": "kept"})
    assert kept.status == 202 and kept["kept"] <= kept["seq"]
    refused_until(broker, lead, sensor)
    assert [row["title"] for row in lead.ok("list", {"min_seq": 0})["incidents"]] == ["before"]
    broker.meddle()
    broker.wait_log("the state is written again")
    assert sorted(row["title"] for row in lead.ok("list", {"min_seq": kept["kept"]})["incidents"]) == ["before", "kept"]
    assert lead.ok("open", {"title": "after"})["id"] == "INC-3"
    assert lead.ok("status", {"min_seq": lead.ok("status")["seq"]})["alerts"]["received"] == 20


def test_rows_that_fail_now_and_then_leave_no_half_transaction(failing):
    """One row in a hundred is refused: some transactions end in the middle, others are whole."""
    broker = failing()
    lead, sensor = broker.client("lead"), broker.client("sensor", "sensors")
    lead.ok("status")
    for number, code in ((97, MAP_FULL), (61, errno.ENOMEM), (41, errno.EIO)):
        broker.meddle(f"put {number} {code}")
        for _ in range(30):
            lead.send("open", {"title": "one of many", "tags": ["a", "b"]})
        statuses = [lead.receive().status for _ in range(30)]
        assert set(statuses) <= {200, 202, 503} and statuses.count(200) < 30, statuses
        for _ in range(10):
            sensor.ok("alert.push", {}, [b"{}"])
        broker.meddle()
        while lead.ask("open", {"title": "again"}).status != 200:
            time.sleep(0.01)
    broker.wait_log("the state is written again")


def test_a_map_that_is_too_small_is_no_loss_once_there_is_a_larger_one(failing):
    broker = failing()
    broker.client("lead").ok("open", {"title": "before"})
    broker.stop()
    broker.meddle(f"map - {1 << 20}")
    broker.start()
    lead, sensor = broker.client("lead"), broker.client("sensor", "sensors")
    opened = 1
    while (answer := lead.ask("open", {"title": "t" * 512, "description": "d" * 60000})).status == 200:
        opened += 1
        assert opened < 1000
    assert answer.status == 202
    refused_until(broker, lead, sensor)
    broker.stop()
    broker.meddle()
    broker.start()
    broker.wait_log("entries behind; replayed")
    lead = broker.client("lead")
    status = lead.ok("status", {"min_seq": answer["kept"]})
    assert status["incidents"]["open"] == opened + 1 and status["alerts"]["received"] == 20
    assert lead.ok("open", {"title": "after"})["id"] == f"INC-{opened + 2}"
