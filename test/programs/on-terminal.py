"""Runs a program on a terminal of its own, below nobody: on-terminal.py WAIT-FOR KEYS BEFORE PROGRAM ARG...

Types BEFORE at once and KEYS as soon as WAIT-FOR was shown (backslash escapes are read); prints what the program
printed, then a line `=> CODE`.
"""
import os
import pty
import sys
import time


def text(word):
    return word.encode().decode("unicode_escape").encode("latin1")


wait_for, keys, before = (text(word) for word in sys.argv[1:4])
program = sys.argv[4:]
reader, writer = os.pipe()
if os.fork() == 0:
    if os.fork() != 0:
        os._exit(0)  # The grandchild now has no parent but the first process.
    time.sleep(0.1)
    child, terminal = pty.fork()
    if child == 0:
        os.execv(program[0], program)
    if before:
        os.write(terminal, before)
    shown, is_sent = b"", False
    while True:
        try:
            chunk = os.read(terminal, 4096)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
        if not is_sent and wait_for in shown:
            time.sleep(0.1)
            os.write(terminal, keys)
            is_sent = True
    _, status = os.waitpid(child, 0)
    os.write(writer, shown + b"\n=> %d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)
os.close(writer)
while True:
    chunk = os.read(reader, 65536)
    if not chunk:
        break
    sys.stdout.buffer.write(chunk)
