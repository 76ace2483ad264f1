# relp_server.py PORT FILE MODE - a RELP server that behaves badly on its first connection and well on all others. Messages
# go to FILE, one a line, before they are acknowledged; a line "--" is a new connection.
#   partial   acknowledges ten messages and resets the connection
#   middle    resets it in the middle of a frame
#   twice     acknowledges the first message twice, in one piece with the others
#   garbage   answers with what is no RELP
#   long      answers with a frame that does not end
#   refuse    refuses the fifth message
import re
import socket
import struct
import sys

port, path, mode = int(sys.argv[1]), sys.argv[2], sys.argv[3]
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", port))
listener.listen()
first = True
out = open(path, "wb", buffering=0)


def reset(conn):
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conn.close()


def frames(conn):
    text = b""
    while True:
        m = re.match(rb"(\d+) (\w+) (\d+) ?", text)
        if m and len(text) > m.end() + int(m[3]):
            end = m.end() + int(m[3])
            yield m[1], m[2], text[m.end():end]
            text = text[end + 1:]
            continue
        if first and mode == "middle" and m and m[2] == b"syslog":
            return
        more = conn.recv(1500)
        if not more:
            return
        text += more


while True:
    conn, _ = listener.accept()
    conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    out.write(b"--\n")
    count = 0
    try:
        for nr, command, data in frames(conn):
            if command == b"open":
                conn.sendall(nr + b" rsp 21 200 OK\nrelp_version=0\n")
                continue
            if command == b"close":
                conn.sendall(nr + b" rsp 0\n0 serverclose 0\n")
                break
            count += 1
            if first and mode == "garbage":
                conn.sendall(b"HTTP/1.1 200 OK\n")
                break
            if first and mode == "long":
                conn.sendall(nr + b" rsp 5000 " + b"x" * 3000)
                break
            if first and mode == "refuse" and count == 5:
                conn.sendall(nr + b" rsp 13 500 not today\n")
                break
            out.write(data.split(b" ")[-1] + b"\n")
            if first and mode == "partial" and count > 10:
                break
            conn.sendall(nr + b" rsp 6 200 OK\n" + (nr + b" rsp 6 200 OK\n" if first and mode == "twice" else b""))
    except OSError:
        pass  # it has reset the connection
    if first and mode in ("partial", "middle"):
        reset(conn)
    else:
        conn.close()
    first = False
