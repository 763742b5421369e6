"""A reverse proxy on the loopback that holds each answer of the API against the Mastodon API schema and
writes down what did not fit. What it carries it does not change; the one exception: of the encodings that a
client accepts it leaves those that it can read itself.

    recorder.py --server 127.0.0.1:3001 --report report.json [--listen 127.0.0.1:3000]

`BALAI_API_SCHEMA` is the path of the OpenAPI document; without it bodies are counted and not checked.
It says `ready: ADDRESS` and ends with its input (Ctrl-D) or by a signal; then the report is whole."""

import argparse
import asyncio
import json
import os
import queue
import re
import signal
import sys
import threading
import zlib
from collections import Counter
from typing import NamedTuple
from urllib.parse import urlsplit

from api_schema import ApiSchema

HEAD_LIMIT = 256 * 1024
PIECE = 64 * 1024
# Of a longer body the rest is carried and not kept: it counts as one that does not fit.
BODY_LIMIT = 32 * 1024 * 1024
ERRORS_SHOWN = 5
# For the end of a request whose answer is complete.
GRACE = 1.0

# What answers with JSON by contract.
CHECKED = ("/api/", "/oauth/", "/nodeinfo/", "/.well-known/nodeinfo", "/.well-known/oauth-authorization-server")
READABLE = ("gzip", "deflate", "identity")


class Head(NamedTuple):
    """The first line of a message and its header, as it came."""

    raw: bytes

    @property
    def words(self):
        return self.raw.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)

    def get(self, name):
        found = re.search(rb"(?im)^" + name.encode() + rb":[ \t]*([^\r\n]*)", self.raw)
        return found.group(1).decode("latin-1").strip() if found else ""

    def has(self, name, word):
        return word in [part.strip() for part in self.get(name).lower().split(",")]

    def goes_on(self):
        """Whether another message may follow on the same connection."""
        return b"HTTP/1.1" in self.raw.split(b"\r\n", 1)[0] and not self.has("connection", "close")

    def only_readable(self):
        """The same request, asking for nothing that cannot be read here."""
        kept = [part for part in self.get("accept-encoding").split(",")
                if part.split(";")[0].strip().lower() in READABLE]
        value = ",".join(kept).strip() or "identity"
        return re.sub(rb"(?im)^(accept-encoding:)[^\r\n]*", rb"\1 " + value.encode(), self.raw)


class Answer(NamedTuple):
    """What is known of an answer when it has passed."""

    method: str
    path: str
    status: int
    # Without its encoding, where it could be read.
    body: bytes


class Notes:
    """The report: counted on a thread of its own, so that no client waits for a schema."""

    def __init__(self, schema):
        self._schema = schema
        self._answers = queue.SimpleQueue()
        self._known, self._unknown = {}, {}
        self._judged = {}
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def take(self, answer):
        self._answers.put(answer)

    def finish(self):
        """The report, when everything that was taken is counted."""
        self._answers.put(None)
        self._thread.join()
        known = self._known.values()
        return {
            "checked": sum(it["bodies"] for it in known) if self._schema else 0,
            "invalid": sum(it["invalid"] for it in known),
            "unknown": sum(it["bodies"] for it in self._unknown.values()),
            "endpoints": {name: shown(it) for name, it in sorted(self._known.items())},
            "unknown_endpoints": {name: shown(it) for name, it in sorted(self._unknown.items())},
        }

    def _work(self):
        while (answer := self._answers.get()) is not None:
            self._count(answer)

    def _count(self, answer):
        template, known, errors = self._judge(answer)
        # Numbers and random names in a path are somebody's: one line for all of them.
        shape = template or re.sub(r"/(?=[^/]*\d)[^/]{6,}", "/:id", answer.path)
        entry = (self._known if known else self._unknown).setdefault(
            f"{answer.method} {shape}",
            {"bodies": 0, "invalid": 0, "statuses": Counter(), "errors": Counter()})
        entry["bodies"] += 1
        entry["invalid"] += bool(errors)
        entry["statuses"][answer.status] += 1
        entry["errors"].update(errors)

    def _judge(self, answer):
        if self._schema is None:
            return None, False, []
        # The same bytes again: apps ask for the same page often.
        if answer not in self._judged:
            self._judged[answer] = self._schema.judge(answer.method, answer.path, answer.status, answer.body)
        return self._judged[answer]


def shown(entry):
    errors = [f"{count} times {error}" for error, count in entry["errors"].most_common(ERRORS_SHOWN)]
    return {**entry, "statuses": dict(sorted(entry["statuses"].items())), "errors": errors}


class Recorder:
    """Carries requests to one server. Each gets a connection of its own there: an old one might be closed."""

    def __init__(self, server, notes):
        self.server = server
        self.notes = notes

    async def serve(self, client, reply):
        """One connection of a client, request by request."""
        try:
            while await self._exchange(client, reply):
                pass
        except (OSError, EOFError, asyncio.LimitOverrunError, ValueError, asyncio.CancelledError):
            # Either side went away or talked nonsense: to the other it looks as it would have without us. Or
            # we are told to end.
            pass
        finally:
            reply.close()

    async def _exchange(self, client, reply):
        """Carries one request and its answer; whether another may follow."""
        request = await read_head(client)
        if request is None:
            return False
        server, out = await asyncio.open_connection(*self.server, limit=HEAD_LIMIT)
        out.write(request.only_readable())
        # Beside the answer, which may come before the whole request was sent: a refusal, or `100 Continue`.
        sending = asyncio.create_task(send_body(client, out, request))
        try:
            answer = await first_words(server, reply)
            if answer.words[1] == "101" or kind_of(answer) == "text/event-stream":
                await sending
                await tunnel((client, out), (server, reply))
                return False
            goes_on = await self._carry_back(request, answer, server, reply)
            done, _late = await asyncio.wait([sending], timeout=GRACE)
            return goes_on and bool(done) and request.goes_on()
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            out.close()

    async def _carry_back(self, request, answer, server, reply):
        """Carries the body of an answer and notes it; whether the connection goes on after it."""
        method, target, _version = request.words
        status = int(answer.words[1])
        if method == "HEAD" or status in (204, 304):
            return answer.goes_on()
        path = urlsplit(target).path
        # Under /api/ whatever is said in place of JSON, too. The pages and redirects of OAuth are for people.
        is_news = path.startswith("/api/") or (path.startswith(CHECKED) and kind_of(answer).endswith("json"))
        body = Kept()
        said_its_end = await carry(server, reply, answer, body if is_news else None)
        if is_news:
            self.notes.take(Answer(method, path, status, body.decoded(answer.get("content-encoding"))))
        return said_its_end and answer.goes_on()


class Kept:
    """A body while it passes."""

    def __init__(self):
        self.pieces = []
        self.length = 0

    def add(self, piece):
        self.length += len(piece)
        if self.length <= BODY_LIMIT:
            self.pieces.append(piece)

    def decoded(self, encoding):
        raw = b"".join(self.pieces)
        if encoding in ("", "identity"):
            return raw
        try:
            # 32: of gzip and zlib whichever it is.
            return zlib.decompress(raw, zlib.MAX_WBITS | 32)
        except zlib.error:
            return raw


async def read_head(reader):
    """The head of the next message; nothing where the connection has ended before it."""
    try:
        return Head(await reader.readuntil(b"\r\n\r\n"))
    except asyncio.IncompleteReadError:
        return None


async def first_words(server, reply):
    """Carries the head of the answer, after whatever comes before it (1xx)."""
    while True:
        answer = await read_head(server)
        if answer is None:
            raise EOFError
        await hand_on(reply, answer.raw)
        if answer.words[1] == "101" or not answer.words[1].startswith("1"):
            return answer


def kind_of(answer):
    return answer.get("content-type").split(";")[0].strip().lower()


async def send_body(client, out, request):
    """Carries the body of a request. A client that goes away in the middle is gone for the server, too."""
    try:
        await carry(client, out, request)
    except BaseException:
        out.close()
        raise


async def carry(reader, writer, head, kept=None):
    """Carries the body that belongs to a head, byte for byte; whether its end was said, so that another message
    may follow."""
    if head.has("transfer-encoding", "chunked"):
        await carry_chunks(reader, writer, kept)
        return True
    length = head.get("content-length")
    is_request = not head.raw.startswith(b"HTTP/")
    if length or is_request:
        await carry_bytes(reader, writer, int(length or 0), kept)
        return True
    while piece := await reader.read(PIECE):
        await hand_on(writer, piece, kept)
    return False


async def carry_bytes(reader, writer, length, kept):
    while length > 0:
        piece = await reader.read(min(length, PIECE))
        if not piece:
            raise EOFError
        length -= len(piece)
        await hand_on(writer, piece, kept)


async def carry_chunks(reader, writer, kept):
    while True:
        line = await reader.readuntil(b"\r\n")
        writer.write(line)
        size = int(line.split(b";")[0], 16)
        if size == 0:
            break
        await carry_bytes(reader, writer, size, kept)
        writer.write(await reader.readexactly(2))
    # Trailers, and the empty line.
    while line != b"\r\n":
        line = await reader.readuntil(b"\r\n")
        writer.write(line)
    await writer.drain()


async def hand_on(writer, piece, kept=None):
    writer.write(piece)
    await writer.drain()
    if kept is not None:
        kept.add(piece)


async def tunnel(*ways):
    """Carries both ways without reading, until one side ends."""
    async def pour(reader, writer):
        while piece := await reader.read(PIECE):
            await hand_on(writer, piece)

    pouring = [asyncio.create_task(pour(*way)) for way in ways]
    try:
        await asyncio.wait(pouring, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in pouring:
            task.cancel()
        await asyncio.gather(*pouring, return_exceptions=True)


async def until_told():
    """Until the input ends or a signal comes."""
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)

    def read():
        # Not by `sys.stdin`: its lock would be held when we end by a signal.
        while os.read(sys.stdin.fileno(), PIECE):
            pass
        loop.call_soon_threadsafe(told.set)

    threading.Thread(target=read, daemon=True).start()
    await told.wait()


async def run(options, notes):
    recorder = Recorder(options.server, notes)
    host, port = options.listen
    listening = await asyncio.start_server(recorder.serve, host, port, limit=HEAD_LIMIT)
    host, port = listening.sockets[0].getsockname()
    print(f"ready: {host}:{port}", flush=True)
    await until_told()
    listening.close()


def address(text):
    host, _, port = text.rpartition(":")
    return host, int(port)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", type=address, required=True, help="where the server listens")
    parser.add_argument("--listen", type=address, default=("127.0.0.1", 0), help="where to listen; a free port")
    parser.add_argument("--report", required=True, help="the file that the report goes to")
    options = parser.parse_args()
    document = os.environ.get("BALAI_API_SCHEMA")
    # The thread that checks must not keep the one that carries waiting.
    sys.setswitchinterval(0.0005)
    notes = Notes(ApiSchema(document) if document else None)
    asyncio.run(run(options, notes))
    with open(options.report, "w", encoding="utf-8") as file:
        json.dump(notes.finish(), file, indent=1)


if __name__ == "__main__":
    main()
