"""A gateway in front of a scenario's broker, and a client that is somebody else's: http.client."""
import http.client
import json
import os
import re
import signal
import subprocess
import threading

from conftest import BIN, WAIT_S


class Reply:
    def __init__(self, response):
        self.status, self.headers, self.bytes = response.status, response.headers, response.read()

    @property
    def body(self):
        return json.loads(self.bytes)

    def __getitem__(self, name):
        return self.body[name]

    def __repr__(self):
        return f"<{self.status} {self.bytes[:300]!r}>"


class Gateway:
    def __init__(self, broker, config="", listen="127.0.0.1:0"):
        self.broker, self.lines, self.news = broker, [], threading.Condition()
        self.config = broker.home / "gateway.yaml"
        self.config.write_text(f"gateway:\n  listen: \"{listen}\"\n{config}")
        self.process, self.prefix = None, []

    def start(self, port=None):
        if port:
            self.config.write_text(re.sub(r"listen: .*", f'listen: "127.0.0.1:{port}"', self.config.read_text()))
        self.lines = []
        self.process = subprocess.Popen(
            [*self.prefix, BIN / "tocsin-gateway", "--key", self.broker.home / "keys/gateway.key", "--config", self.config],
            stderr=subprocess.PIPE, text=True, env={**os.environ})
        self.reader = threading.Thread(target=self.read, args=(self.process.stderr, self.lines), daemon=True)
        self.reader.start()
        found = re.search(r"ready: (https?)://.*:(\d+),", self.wait_log("ready: "))
        self.scheme, self.port = found[1], int(found[2])
        self.wait_log("answers at the people' front")
        self.wait_log("answers at the sensors' front")
        return self

    def read(self, stream, lines):
        for line in stream:
            with self.news:
                lines.append(line)
                self.news.notify_all()
        with self.news:
            lines.append("")
            self.news.notify_all()

    def wait_log(self, pattern, timeout_s=WAIT_S):
        with self.news:
            if not self.news.wait_for(lambda: any(re.search(pattern, line) for line in self.lines) or "" in self.lines,
                                      timeout_s):
                raise AssertionError(f"{pattern!r} is not in the log: {self.lines}")
            for line in self.lines:
                if re.search(pattern, line):
                    return line
        raise AssertionError(f"it ended: {self.lines}")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            code = self.process.wait(WAIT_S)
            assert code == 0, (code, self.lines)

    def connect(self, **options):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S, **options)

    def ask(self, method, path, body=None, token=None, headers=None):
        connection = self.connect()
        try:
            headers = dict(headers or {})
            if token:
                headers["Authorization"] = f"Bearer {token}"
            if body is not None and not isinstance(body, (bytes, str)):
                body = json.dumps(body)
            connection.request(method, path, body, headers)
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def post(self, path, body, token=None, status=200, **headers):
        reply = self.ask("POST", path, body, token, {name.replace("_", "-"): value for name, value in headers.items()})
        assert reply.status == status, reply
        return reply

    def get(self, path, token=None, status=200):
        reply = self.ask("GET", path, None, token)
        assert reply.status == status, reply
        return reply
