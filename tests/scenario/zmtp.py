"""ZMTP 3.0 with CURVE by hand (RFC 23, RFC 26), for what libzmq's own client never sends: messages without an end."""
import ctypes
import ctypes.util
import os
import socket
import struct

import zmq.utils.z85

sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))
MAC = 16


def box(plain, nonce, public, secret):
    out = ctypes.create_string_buffer(len(plain) + MAC)
    assert sodium.crypto_box_easy(out, plain, ctypes.c_ulonglong(len(plain)), nonce, public, secret) == 0
    return out.raw


def unbox(sealed, nonce, public, secret):
    out = ctypes.create_string_buffer(len(sealed) - MAC)
    assert sodium.crypto_box_open_easy(out, sealed, ctypes.c_ulonglong(len(sealed)), nonce, public, secret) == 0
    return out.raw


def key_pair():
    public, secret = ctypes.create_string_buffer(32), ctypes.create_string_buffer(32)
    sodium.crypto_box_keypair(public, secret)
    return public.raw, secret.raw


def property_(name, value):
    return bytes([len(name)]) + name + struct.pack(">I", len(value)) + value


class Connection:
    """An encrypted connection to host and port, handshake done; keys in Z85."""

    def __init__(self, port, pair, server, kind=b"DEALER"):
        self.public, self.secret = (zmq.utils.z85.decode(key) for key in pair)
        self.server = zmq.utils.z85.decode(server)
        self.nonce = 0
        self.plain = socket.create_connection(("127.0.0.1", port), 10)
        self.plain.sendall(b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"CURVE".ljust(20, b"\0") + b"\0" + bytes(31))
        self.read(64)
        self.handshake(kind)

    def read(self, count):
        data = b""
        while len(data) < count:
            more = self.plain.recv(count - len(data))
            assert more, "the other side has shut the connection"
            data += more
        return data

    def next_nonce(self):
        self.nonce += 1
        return struct.pack(">Q", self.nonce)

    def command(self, body):
        size = bytes([4, len(body)]) if len(body) < 256 else b"\x06" + struct.pack(">Q", len(body))
        self.plain.sendall(size + body)

    def read_command(self):
        flags = self.read(1)[0]
        size = self.read(1)[0] if not flags & 2 else struct.unpack(">Q", self.read(8))[0]
        return self.read(size)

    def handshake(self, kind):
        short_public, self.short_secret = key_pair()
        nonce = self.next_nonce()
        self.command(b"\x05HELLO\x01\x00" + bytes(72) + short_public + nonce
                     + box(bytes(64), b"CurveZMQHELLO---" + nonce, self.server, self.short_secret))
        welcome = self.read_command()
        assert welcome.startswith(b"\x07WELCOME")
        opened = unbox(welcome[24:], b"WELCOME-" + welcome[8:24], self.server, self.short_secret)
        self.short_server, cookie = opened[:32], opened[32:]
        vouch_nonce, nonce = os.urandom(16), self.next_nonce()
        vouch = box(short_public + self.server, b"VOUCH---" + vouch_nonce, self.short_server, self.secret)
        self.command(b"\x08INITIATE" + cookie + nonce + box(
            self.public + vouch_nonce + vouch + property_(b"Socket-Type", kind) + property_(b"Identity", b""),
            b"CurveZMQINITIATE" + nonce, self.short_server, self.short_secret))
        ready = self.read_command()
        assert ready.startswith(b"\x05READY"), ready

    def sealed(self, payload, more):
        """A frame as it goes over the wire."""
        nonce = self.next_nonce()
        body = b"\x07MESSAGE" + nonce + box(bytes([int(more)]) + payload, b"CurveZMQMESSAGEC" + nonce, self.short_server, self.short_secret)
        return (bytes([0, len(body)]) if len(body) < 256 else b"\x02" + struct.pack(">Q", len(body))) + body

    def send(self, payload, more=False):
        self.plain.sendall(self.sealed(payload, more))

    def close(self):
        self.plain.close()
