"""The broker under a service manager: what it tells of itself, as sd_notify(3) has it."""
import os
import socket

import pytest
from conftest import WAIT_S


@pytest.fixture
def manager(make_broker):
    """A broker that is not started, and the socket that it tells."""
    broker = make_broker()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        path = str(broker.home.parent / "notify")
        told.bind(path)
        told.settimeout(WAIT_S)
        broker.environment = {"NOTIFY_SOCKET": path}
        yield broker, told


def test_it_tells_a_watchdog_that_its_loop_turns(manager):
    broker, told = manager
    broker.environment["WATCHDOG_USEC"] = "500000"
    broker.start()
    assert told.recv(100) == b"READY=1"
    assert [told.recv(100) for _ in range(3)] == [b"WATCHDOG=1"] * 3


def test_it_leaves_the_watchdog_of_another_process_alone(manager):
    broker, told = manager
    broker.environment |= {"WATCHDOG_USEC": "1000", "WATCHDOG_PID": str(os.getpid())}
    broker.start()
    assert told.recv(100) == b"READY=1"
    broker.client("lead").ok("whoami")
    broker.stop()
    assert told.recv(100) == b"STOPPING=1"
