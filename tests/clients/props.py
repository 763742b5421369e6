"""Props for the scripts that call everything: a picture, a page to link to, and a terminal to sit at."""

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
import zlib
from pathlib import Path

from bench import PATIENCE, check


def picture(path, width, height):
    """A PNG of one colour; its path, for a command line."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x30\x80\x50" * width) * height
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    return str(path)


@contextlib.contextmanager
def link_page(title):
    """A page elsewhere, as far as the server knows; its address."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "spoken-of.html").write_text(
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
            f'<meta property="og:title" content="{title}"><meta property="og:description" content="What it says">'
            f"</head><body><p>{title}</p></body></html>")
        server = subprocess.Popen([sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1",
                                   "--directory", folder, "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            port = re.search(r"port (\d+)", server.stdout.readline())
            check(port, "the page elsewhere does not come up")
            yield f"http://127.0.0.1:{port.group(1)}/spoken-of.html"
        finally:
            server.kill()
            server.wait()


# What a terminal is told besides words.
CONTROL = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|[()][A-Z0-9]|[=>78]|\][^\x07]*\x07)|[\x0e\x0f]")


def plain(text):
    """A text without colours."""
    return CONTROL.sub("", text)


class Terminal:
    """A program in a terminal of its own: what it shows is read, and keys are typed."""

    def __init__(self, words, environment, lines=40, columns=120):
        self.words = words
        self.said = ""
        self.outer, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        environment = {**environment, "TERM": "xterm", "LINES": str(lines), "COLUMNS": str(columns)}
        self.program = subprocess.Popen(words, env=environment, stdin=inner, stdout=inner, stderr=inner,
                                        start_new_session=True)
        os.close(inner)

    def __enter__(self):
        return self

    def __exit__(self, *_failure):
        if self.program.poll() is None:
            self.program.kill()
            self.program.wait()
        os.close(self.outer)

    def types(self, keys):
        """Waits until the program listens for single keys: what is typed before, it throws away."""
        end = time.monotonic() + PATIENCE
        while termios.tcgetattr(self.outer)[3] & termios.ICANON:
            check(time.monotonic() < end, f"{' '.join(self.words)} does not listen: {self.said}")
            time.sleep(0.02)
        os.write(self.outer, keys.encode())

    def sees(self, *parts):
        """Waits until all of this has been shown since the last time; forgets it then."""
        end = time.monotonic() + PATIENCE
        while not all(part in self.said for part in parts):
            check(time.monotonic() < end and self._read(end), f"{' '.join(self.words)} does not show {parts}: {self.said}")
        self.said = ""

    def ends(self):
        """Waits until the program is through; it must be content."""
        end = time.monotonic() + PATIENCE
        while self.program.poll() is None:
            check(time.monotonic() < end, f"{' '.join(self.words)} does not end: {self.said}")
            self._read(time.monotonic() + 0.2)
        check(self.program.returncode == 0, f"{' '.join(self.words)}: exit code {self.program.returncode}: {self.said}")

    def _read(self, end):
        ready, _, _ = select.select([self.outer], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self.outer, 65536)
        except OSError:  # the other side is closed
            return False
        self.said += plain(data.decode(errors="replace"))
        return bool(data)
