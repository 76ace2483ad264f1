# terminal.py KEYS COMMAND... - runs COMMAND as the leader of a new session on a new terminal; types KEYS (with ^C and
# the like) each time it has written "ready"; its output is ours and its exit code too.
import os
import pty
import re
import select
import sys
import time

keys = [re.sub(r"\^(.)", lambda m: chr(ord(m[1]) & 31), k) for k in sys.argv[1].split("|")]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])

text, typed, end = b"", 0, time.time() + 20
while time.time() < end:
    if select.select([terminal], [], [], 0.1)[0]:
        try:
            more = os.read(terminal, 4096)
        except OSError:
            break
        if not more:
            break
        text += more
    if typed < len(keys) and text.count(b"ready") > typed:
        os.write(terminal, keys[typed].encode())
        typed += 1
else:
    os.kill(pid, 9)
sys.stdout.write(text.decode().replace("\r\n", "\n"))
status = os.waitpid(pid, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status) & 255)
