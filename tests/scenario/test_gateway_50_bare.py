"""A bare frame is an alert of its key's one source: what rsyslog's omczmq sends. At most once."""


def test_a_bare_frame_of_a_sensor_with_one_source_is_an_alert(broker, sensor, lead):
    sensor.socket.send(b"<14>Jan  1 00:00:00 host app: text")
    sensor.socket.send_multipart([b"TOC1"])
    pushed = sensor.ok("alert.push", parts=[b"{}"])  # what follows is answered, and it alone
    assert (pushed.request, pushed["alert"]) == (b"1", "ALR-3")
    shown = lead.ok("alert.show", {"alert": "ALR-1", "payload": True, "min_seq": pushed["seq"]})
    assert (shown["source"], shown["pushed_by"]) == ("wazuh-test", "sensor")
    assert shown.parts == [b"<14>Jan  1 00:00:00 host app: text"]


def test_a_bare_frame_of_anybody_else_is_none(broker, sensor):
    for client in (broker.client("sensors", "sensors"), broker.client("lead", "sensors"), broker.client("lead"),
                   broker.client("sensor")):
        client.socket.send(b"text")
        assert client.receive().status == 400
    sensor.socket.send(b"")
    assert sensor.receive().status == 400
    assert broker.client("lead").ok("status")["alerts"]["received"] == 0
