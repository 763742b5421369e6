"""The recorder, tried: it carries what it is given unchanged, and says what does not fit. Runs by itself:
`python recorder_test.py`."""

import gzip
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
from contextlib import closing
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).parent
PATIENCE = 20

THING = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}


def operation(schema):
    return {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}


def document():
    """A small document in the words of the large one. It has the places that are at fault in that."""
    v1_filter = operation({"$ref": "#/components/schemas/V1Filter"})
    thing = {"oneOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "object"}, {"type": "null"}]}
    return {
        "openapi": "3.1.0",
        "paths": {
            "/api/v1/filters": {"get": v1_filter},
            "/api/v1/things/{id}": {"get": operation({"$ref": "#/components/schemas/Thing"}),
                                    "patch": operation({"$ref": "#/components/schemas/Thing"})},
            "/api/v1/things/{id}/{part}": {"get": operation({"type": "integer"})},
            "/api/v1/things/mine": {"get": operation({"type": "array"})},
            "/api/v1/preferences": {"get": {"responses": {"200": {"description": "forgotten"}}}},
            "/api/v1/holder": {"get": operation({"type": "object", "properties": {"thing": thing}})},
        },
        "components": {"schemas": {
            "OAuthScope": {"type": "string", "enum": ["read"]},
            "Thing": THING,
            "ValidationError": {"required": ["error", "details"]},
            "CustomError422": {},
            "V1Filter": {"type": "object"},
            "Preferences": {"type": "object", "required": ["posting"]},
            "AdminIpBlock": THING,
            "Error": {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}},
        }},
    }


ANSWERS = {
    "/api/v1/things/1": {"id": "1"},
    "/api/v1/things/2": {"id": 2},
    "/api/v1/things/3": {},
    "/api/v1/things/mine": [],
    "/api/v1/things/1/mine": 7,
    "/api/v1/filters": [{}],
    "/api/v1/holder": {"thing": {"id": "1"}},
    "/api/v1/preferences": {},
    "/api/v1/admin/ip_blocks": [{"id": "1"}],
    "/api/v1/groups/123456": {"anything": True},
}


class Server(BaseHTTPRequestHandler):
    """What stands behind the recorder: it answers what it heard, or one of `ANSWERS`."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path == "/echo":
            body = b""
            if self.headers.get("Transfer-Encoding") == "chunked":
                while (size := int(self.rfile.readline(), 16)) > 0:
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
            else:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._say(200, {"header": str(self.headers), "body": body.decode(), "from": self.client_address[1]})
        elif self.path == "/stream":
            self._pour(200, "text/event-stream", (b"data: one\n\n", b"data: two\n\n"))
        elif self.path == "/api/v1/streaming":
            self._socket()
        elif self.path == "/api/v1/things/chunks":
            self._pour(200, "application/json", (b'{"id"', b': 5}'))
        elif self.path == "/api/v1/things/page":
            self._say(200, b"<p>Oh no</p>", kind="text/html")
        elif self.path.split("?")[0] in ANSWERS:
            self._say(200, ANSWERS[self.path.split("?")[0]])
        else:
            self._say(404, {"error": "none"} if "polite" in self.path else {"mistake": "none"})

    do_POST = do_PUT = do_HEAD = do_GET

    def _say(self, status, body, kind="application/json"):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            self.send_header("Content-Encoding", "gzip")
            body = gzip.compress(body)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _pour(self, status, kind, pieces):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in (*pieces, b""):
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")

    def _socket(self):
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.end_headers()
        self.wfile.write(b"heard " + self.rfile.read(5))
        self.close_connection = True


class Quiet(ThreadingHTTPServer):
    """A server that does not complain of clients who leave."""

    daemon_threads = True

    def handle_error(self, *_):
        pass


class RecorderTest(unittest.TestCase):
    def setUp(self):
        self.server = Quiet(("127.0.0.1", 0), Server)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.folder = tempfile.TemporaryDirectory()
        folder = Path(self.folder.name)
        self.report = folder / "report.json"
        (folder / "schema.json").write_text(json.dumps(document()))
        self.recorder = subprocess.Popen(
            [sys.executable, HERE / "recorder.py", "--server", f"127.0.0.1:{self.server.server_port}",
             "--report", self.report],
            env={**os.environ, "BALAI_API_SCHEMA": str(folder / "schema.json")},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = self.recorder.stdout.readline().removeprefix("ready: ").strip()

    def tearDown(self):
        self.recorder.kill()
        self.recorder.communicate()
        self.server.shutdown()
        self.server.server_close()
        self.folder.cleanup()

    def finish(self):
        """Ends the recorder as a test bench does; its report."""
        self.recorder.communicate("", timeout=PATIENCE)
        self.assertEqual(self.recorder.returncode, 0)
        return json.loads(self.report.read_text())

    def connection(self):
        return closing(HTTPConnection(self.address, timeout=PATIENCE))

    def ask(self, *paths, **header):
        with self.connection() as connection:
            for path in paths:
                connection.request("GET", path, headers=header)
                connection.getresponse().read()

    def test_what_fits_is_counted_and_no_error(self):
        self.ask("/api/v1/things/1", "/api/v1/things/mine?limit=2", "/api/v1/things/1/mine", "/api/v1/filters",
                 "/api/v1/holder", "/api/v1/things/polite")
        report = self.finish()
        self.assertEqual((report["checked"], report["invalid"], report["unknown"]), (6, 0, 0), report)

    def test_what_does_not_fit_is_said(self):
        self.ask("/api/v1/things/2", "/api/v1/things/3", "/api/v1/things/3", "/api/v1/things/page",
                 "/api/v1/things/chunks", "/api/v1/things/none")
        report = self.finish()
        self.assertEqual((report["checked"], report["invalid"]), (6, 6), report)
        errors = report["endpoints"]["GET /api/v1/things/{id}"]["errors"]
        self.assertIn("2 times 200: /id integer, not string", errors)
        self.assertIn("2 times 200: / 'id' is a required property", errors)
        self.assertIn("1 times 200: no JSON, but the document promises it", errors)
        self.assertIn("1 times 404: / 'error' is a required property", errors)

    def test_what_the_document_forgets_is_checked_too(self):
        self.ask("/api/v1/preferences", "/api/v1/admin/ip_blocks")
        report = self.finish()
        self.assertEqual((report["checked"], report["invalid"]), (2, 1), report)

    def test_a_packed_answer_is_read_too(self):
        self.ask("/api/v1/things/2", **{"Accept-Encoding": "br, gzip"})
        self.assertEqual(self.finish()["invalid"], 1)

    def test_an_update_is_documented_by_either_verb(self):
        with self.connection() as connection:
            connection.request("PUT", "/api/v1/things/2")
            connection.getresponse().read()
        self.assertIn("PUT /api/v1/things/{id}", self.finish()["endpoints"])

    def test_what_the_document_does_not_know_stands_apart(self):
        self.ask("/api/v1/groups/123456", "/echo")
        report = self.finish()
        self.assertEqual((report["checked"], report["unknown"]), (0, 1), report)
        self.assertEqual(list(report["unknown_endpoints"]), ["GET /api/v1/groups/:id"])

    def test_a_request_arrives_as_it_was_sent(self):
        with self.connection() as connection:
            connection.request("POST", "/echo", "böse".encode(),
                               {"Host": "balai.example", "X-Two": "a,  b", "Accept-Encoding": "br"})
            heard = json.loads(connection.getresponse().read())
            socket_before = connection.sock
            # On the same connection, in pieces.
            connection.request("POST", "/echo", iter([b"one", b"two"]), {"Transfer-Encoding": "chunked"},
                               encode_chunked=True)
            again = json.loads(connection.getresponse().read())
            self.assertIs(connection.sock, socket_before)
        for line in ("Host: balai.example\n", "X-Two: a,  b\n", "Accept-Encoding: identity\n"):
            self.assertIn(line, heard["header"])
        self.assertEqual((heard["body"], again["body"]), ("böse", "onetwo"))

    def test_a_head_has_no_body_and_the_connection_goes_on(self):
        with self.connection() as connection:
            for verb in ("HEAD", "GET"):
                connection.request(verb, "/api/v1/things/1")
                answer = connection.getresponse()
                self.assertEqual(answer.getheader("Content-Length"), "11")
                self.assertEqual(len(answer.read()), 0 if verb == "HEAD" else 11)

    def test_streams_and_sockets_pass_unread(self):
        with self.connection() as connection:
            connection.request("GET", "/stream")
            self.assertEqual(connection.getresponse().read(22), b"data: one\n\ndata: two\n\n")
        host, port = self.address.split(":")
        with socket.create_connection((host, int(port)), PATIENCE) as line:
            line.sendall(b"GET /api/v1/streaming HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                         b"Upgrade: websocket\r\n\r\nhello")
            with line.makefile("rb") as reader:
                self.assertIn(b"101", reader.readline())
                self.assertTrue(reader.read().endswith(b"heard hello"))
        self.assertEqual(self.finish()["unknown"], 0)

    def test_a_client_that_leaves_harms_nobody(self):
        host, port = self.address.split(":")
        with socket.create_connection((host, int(port)), PATIENCE) as line:
            line.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
        self.ask("/api/v1/things/1")
        self.assertEqual(self.finish()["checked"], 1)


if __name__ == "__main__":
    unittest.main()
