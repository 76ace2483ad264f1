# collector.py KIND PORT FILE [DROPS] - a server for logs: writes the messages it gets to FILE, a JSON object a line, and
# what is wrong to FILE.wrong. Writes FILE.ready when it listens. KIND:
#   lines       JSON lines over TCP
#   gelf-tcp    GELF over TCP: NUL-terminated
#   gelf-udp    GELF by datagrams, chunks put together; FILE.chunks counts them
#   lumberjack  lumberjack v2. Acknowledges in parts, with 0 in between. DROPS times, after half of a window, it ends the
#               connection: it has said what it has, and gets what is acknowledged never again. At the first it says nothing.
# With COLLECTOR_CERT, a file with a certificate and its key, those over TCP speak TLS.
import json
import os
import socket
import ssl
import struct
import sys

kind, port, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
drops = int(sys.argv[4]) if len(sys.argv) > 4 else 0
out = open(path, "a", buffering=1)
acked = set()


def wrong(text):
    with open(path + ".wrong", "a") as f:
        f.write(text + "\n")


def put(raw):
    try:
        doc = json.loads(raw.decode("utf-8"))
    except ValueError as e:
        wrong(f"no JSON: {e}: {raw!r}")
        return None
    out.write(json.dumps(doc) + "\n")
    return doc


def listen(type_):
    s = socket.socket(socket.AF_INET, type_)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if type_ == socket.SOCK_DGRAM:
        s.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)  # SO_RCVBUFFORCE
    s.bind(("127.0.0.1", port))
    if type_ == socket.SOCK_STREAM:
        s.listen()
    if "COLLECTOR_CERT" in os.environ:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(os.environ["COLLECTOR_CERT"])
        s = tls.wrap_socket(s, server_side=True)
    with open(path + ".ready", "w"):
        pass
    return s


def pieces(end):
    server = listen(socket.SOCK_STREAM)
    while True:
        client = server.accept()[0]
        buf = b""
        while more := client.recv(65536):
            *whole, buf = (buf + more).split(end)
            for raw in whole:
                put(raw)
        if buf:
            wrong(f"cut off: {buf!r}")


def datagrams():
    server, parts, count = listen(socket.SOCK_DGRAM), {}, 0
    while True:
        raw = server.recv(65536)
        if raw[:2] != b"\x1e\x0f":
            put(raw)
            continue
        count += 1
        with open(path + ".chunks", "w") as f:
            f.write(f"{count}\n")
        of, nr, total = raw[2:10], raw[10], raw[11]
        mine = parts.setdefault(of, {})
        if not 0 < total <= 128 or nr >= total or nr in mine:
            wrong(f"chunk {nr} of {total}")
        mine[nr] = raw[12:]
        if len(mine) == total:
            put(b"".join(mine[i] for i in range(total)))
            del parts[of]


class Ended(Exception):
    pass


def exactly(client, n):
    buf = b""
    while len(buf) < n:
        more = client.recv(n - len(buf))
        if not more:
            raise Ended
        buf += more
    return buf


def window(client, drop):
    head = exactly(client, 6)
    if head[:2] != b"2W":
        wrong(f"no window: {head!r}")
        raise Ended
    count, fresh = struct.unpack(">I", head[2:])[0], []

    def ack(nr):
        acked.update(fresh)
        fresh.clear()
        client.sendall(b"2A" + struct.pack(">I", nr))

    client.sendall(b"2A\0\0\0\0")
    for nr in range(1, count + 1):
        head = exactly(client, 10)
        if head[:2] != b"2J" or struct.unpack(">I", head[2:6])[0] != nr:
            wrong(f"no document {nr}: {head!r}")
            raise Ended
        doc = put(exactly(client, struct.unpack(">I", head[6:])[0]))
        if doc and doc["message"] in acked:
            wrong(f"again, though acknowledged: {doc['message']}")
        if doc:
            fresh.append(doc["message"])
        if nr == (count + 1) // 2:
            if drop != 1:
                ack(nr)
            client.sendall(b"2A\0\0\0\0")
            if drop and count > 1:
                return True
    # in two writes
    client.sendall(b"2A\0\0")
    acked.update(fresh)
    client.sendall(struct.pack(">H", count))
    return False


def lumberjack():
    server, done = listen(socket.SOCK_STREAM), 0
    while True:
        client = server.accept()[0]
        try:
            while not window(client, done < drops and done + 1):
                pass
            done += 1
            client.shutdown(socket.SHUT_WR)
            while client.recv(65536):
                pass
        except (Ended, ConnectionError):
            pass
        client.close()


if os.path.exists(path + ".ready"):
    os.unlink(path + ".ready")
{"lines": lambda: pieces(b"\n"), "gelf-tcp": lambda: pieces(b"\0"), "gelf-udp": datagrams, "lumberjack": lumberjack}[kind]()
