"""logger.py KIND LOGGER... - runs each LOGGER with the words of each line of stdin against a socket of that kind (unix,
stream, udp, tcp) and prints what came, with times and process ids made equal. Where the loggers differ: all of them, and
it exits with 1. A line: words as a shell has them; what stands behind ' <<< ' is stdin, with \\n and the like."""
import os, re, shlex, socket, subprocess, sys, tempfile

PLACE = os.path.join(tempfile.mkdtemp(dir=os.environ["T"]), "log")
QUIET = 0.15


def listen(kind):
    if kind in ("unix", "stream"):
        if os.path.exists(PLACE):
            os.unlink(PLACE)
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM if kind == "unix" else socket.SOCK_STREAM)
        s.bind(PLACE)
        options = ["-u", PLACE]
    else:
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM)
        s.bind(("127.0.0.1", 0))
        options = ["-n", "127.0.0.1", "-P", str(s.getsockname()[1]), "-d" if kind == "udp" else "-T"]
    if kind in ("stream", "tcp"):
        s.listen()
    return s, options


def received(s, kind):
    s.settimeout(QUIET)
    got = []
    try:
        if kind in ("stream", "tcp"):
            c, _ = s.accept()
            s.settimeout(None)
            c.settimeout(None)
            while data := c.recv(1 << 20):
                got.append(data)
            return [b"".join(got)]
        s.setblocking(False) # the sender has ended: what it sent is there
        while True:
            got.append(s.recv(1 << 20))
    except OSError:
        return got


def normal(text):
    text = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d", b"TIME", text)
    text = re.sub(rb"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d", b"TIME", text)
    text = re.sub(rb'isSynced="1" syncAccuracy="\d+"', b'isSynced="1" syncAccuracy="N"', text)
    text = re.sub(rb"^(\d+) (?=<)", b"LEN ", text) if b"syncAccuracy" in text else text
    return re.sub(rb"\[\d{3,}\]", b"[PID]", text)


def run(logger, kind, words, stdin):
    s, options = listen(kind)
    done = subprocess.run([logger] + options + words, input=stdin, capture_output=True, env={**os.environ, "TZ": "UTC"})
    result = [normal(m) for m in received(s, kind)]
    s.close()
    return done.returncode, result, normal(done.stdout), normal(done.stderr) if done.returncode == 0 else b""


kind, loggers, differs = sys.argv[1], sys.argv[2:], False
for line in sys.stdin:
    words, _, text = line.rstrip("\n").partition(" <<< ")
    text = text.encode().decode("unicode_escape").encode("latin-1")
    results = [run(logger, kind, shlex.split(words), text) for logger in loggers]
    for result in results if results.count(results[0]) != len(results) else results[:1]:
        print(words, "→", *result)
    differs |= results.count(results[0]) != len(results)
sys.exit(differs)
