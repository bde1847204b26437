"""Ends, good and bad, while clients push: what was acknowledged is there exactly once."""
import random
import signal
import threading
import time

import zmq


class Pusher(threading.Thread):
    """Pushes numbered alerts and repeats what was not answered, over any number of restarts."""

    def __init__(self, broker, number):
        super().__init__(daemon=True)
        self.broker, self.number, self.stop = broker, number, threading.Event()
        self.acked, self.receipts, self.failed = {}, [], None

    def run(self):
        from conftest import Client
        counter, client, repeat = 1, None, 0
        try:
            while not self.stop.is_set():
                if client is None:
                    client = Client(self.broker, "sensor", "sensors", reconnect_ivl=20)
                payload = b"pusher %d message %d" % (self.number, counter)
                client.send("alert.push", {"session": f"{self.number:016x}", "counter": counter}, [payload])
                answer = client.receive(0.5)
                if answer is None or answer.status in (500, 503):
                    client.close()
                    client, repeat = None, repeat + 1
                    time.sleep(0.01)
                    continue
                assert answer.status == 200, answer
                self.acked[payload] = answer["alert"]
                counter += 1
        except Exception as fault:  # a thread's end is silent
            self.failed = repr(fault)
        finally:
            if client is not None:
                client.close()


def check(broker, pushers):
    for pusher in pushers:
        assert pusher.failed is None, pusher.failed
        assert pusher.acked
    lead = broker.client("lead")
    status = lead.ok("status")
    received = lead.ok("status", {"min_seq": status["seq"]})["alerts"]["received"]
    found = {}
    for number in range(1, received + 1):
        payload = lead.ok("alert.show", {"alert": f"ALR-{number}", "payload": True}).parts[0]
        assert payload not in found, f"{payload} is there twice"
        found[payload] = f"ALR-{number}"
    for pusher in pushers:
        for payload, alert in pusher.acked.items():
            assert found[payload] == alert


def run(broker, rounds, end):
    pushers = [Pusher(broker, number) for number in range(1, 4)]
    for pusher in pushers:
        pusher.start()
    chance = random.Random(7)
    for _ in range(rounds):
        aim = sum(len(p.acked) for p in pushers) + chance.randrange(1, 60)
        until = time.monotonic() + 30
        while sum(len(p.acked) for p in pushers) < aim:
            assert time.monotonic() < until and all(p.failed is None for p in pushers), [p.failed for p in pushers]
            time.sleep(0.002)
        end()
        broker.start()
    for pusher in pushers:
        pusher.stop.set()
    for pusher in pushers:
        pusher.join()
    check(broker, pushers)


def test_what_was_acknowledged_survives_kills(broker):
    run(broker, 10, broker.kill)


def test_what_was_acknowledged_survives_good_ends(broker):
    run(broker, 5, broker.stop)


def test_sigterm_answers_what_is_in_flight(broker):
    client = broker.client("lead", sndhwm=0, rcvhwm=0)
    for number in range(200):
        client.send("open", {"title": f"{number}"})
    assert client.receive().status == 200
    broker.process.send_signal(signal.SIGTERM)
    assert broker.wait() == 0
    kept = 1
    while (answer := client.receive(0.5)) is not None:
        assert answer.status in (200, 503)
        kept += answer.status == 200
    broker.start()
    # Answered or not, what was read is kept; what was answered is among it.
    assert broker.client("lead").ok("status")["incidents"]["open"] >= kept


def test_parked_reads_are_answered_at_the_end(broker):
    reader = broker.client("lead")
    head = reader.ok("status")["seq"]
    pusher = broker.client("sensor", "sensors")
    pusher.ok("alert.push", {}, [b"{}"])
    reader.send("list", {"min_seq": head + 1})
    broker.process.send_signal(signal.SIGTERM)
    assert broker.wait() == 0
    answer = reader.receive(2)
    assert answer is None or answer.status in (200, 503)


def test_ends_while_nobody_reads_answers(broker):
    sleeper = broker.client("lead", rcvhwm=1)
    for _ in range(300):
        sleeper.send("status")
    broker.client("analyst").ok("status")
    began = time.monotonic()
    broker.stop()
    assert time.monotonic() - began < 15


def test_an_interrupt_and_a_hangup_end_it_as_well(broker):
    for number in (signal.SIGINT, signal.SIGHUP):
        broker.process.send_signal(number)
        assert broker.wait() == 0
        broker.start()
    assert broker.client("lead").ok("whoami")["name"] == "lead"


def test_a_kill_while_idle_leaves_a_store_that_verifies(broker):
    broker.client("lead").ok("open", {"title": "x"})
    # The seal comes at the latest 100 ms after the entry: then nothing is open.
    time.sleep(0.3)
    broker.kill()
    broker.tool("tocsin-verify", broker.home / "store")
    broker.start()
    assert zmq.zmq_version_info() >= (4, 0)
