"""What the stories share: people with Mastodon.py in hand and a note of each method called, pages, pictures, and
a small server of one's own for what Balai looks up and sends. No story is told here."""

import struct
import threading
import zlib
from functools import wraps
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mastodon import Mastodon
from mastodon.errors import MastodonAPIError

from bench import check, eventually, need

METHODS = {name for name in dir(Mastodon) if not name.startswith("_") and callable(getattr(Mastodon, name))}
SCOPES = ["read", "write", "follow", "push", "profile"]
PASSWORD = "a long enough password"

# The names of methods that were called and answered, and of those that were called and refused as they should be.
called = set()
refused = set()


class App:
    """Mastodon.py in the hands of one person. What is called on it is noted; `library` is without notes."""

    def __init__(self, settings, **more):
        self.library = Mastodon(api_base_url=settings.url, **more)
        self._who = None

    def __getattr__(self, name):
        found = getattr(self.library, name)
        return noted(name, found) if name in METHODS else found

    @property
    def who(self):
        if self._who is None:
            self._who = self.library.me()
        return self._who

    @property
    def id(self):
        return self.who.id

    @property
    def acct(self):
        return self.who.acct


def noted(name, method):
    @wraps(method)
    def calling(*arguments, **named):
        answer = method(*arguments, **named)
        called.add(name)
        return answer
    return calling


def refuses(app, name, *arguments, error=MastodonAPIError, saying="", **named):
    """The call is answered with this error and no other."""
    try:
        getattr(app.library, name)(*arguments, **named)
    except error as said:
        check(type(said) is error, f"{name} was refused with {type(said).__name__}: {said}")
        check(saying in str(said), f"{name} was refused with other words: {said}")
        refused.add(name)
    else:
        check(False, f"{name}{arguments} was not refused")


class World:
    """The people of the stories. `eka` signs in by herself, `ana` and `oki` (of the staff) come with tokens,
    the others sign up and are let in by oki."""

    def __init__(self, settings):
        self.settings = settings
        self.eka = None
        self.ana = App(settings, access_token=settings.other_token)
        self.oki = App(settings, access_token=need("BALAI_TEST_TOKEN_STAFF"))
        # The id and secret of the app that eka has registered.
        self.client = None
        # What many talk about.
        self.trend = None
        self._newcomers = {}

    def waiting(self, name):
        """Somebody new who signed up with an app, and is not let in yet."""
        client_id, secret = self.client
        newcomer = App(self.settings, client_id=client_id, client_secret=secret)
        token = newcomer.create_account(
            name, PASSWORD, f"{name}@mail.example", agreement=True, reason="To grow tea.", scopes=SCOPES)
        check(token and token == newcomer.access_token, "who signed up has no token")
        return newcomer

    def newcomer(self, name):
        """Somebody new, let in by the staff; the same person under the same name."""
        if name not in self._newcomers:
            newcomer = self.waiting(name)
            found = self.oki.library.admin_accounts_v2(username=name, status="pending")
            check([one.username for one in found] == [name], f"@{name} does not wait to be let in")
            self.oki.library.admin_account_approve(found[0].id)
            self.is_in(name, newcomer)
        return self._newcomers[name]

    def is_in(self, name, newcomer):
        """From now on this is who is called so."""
        self._newcomers[name] = newcomer

    @property
    def group(self):
        return self.eka.library.account_lookup(self.settings.group)

    def befriend(self, one, other):
        """Each follows the other."""
        for person, whom in ((one, other), (other, one)):
            if not person.library.account_relationships(whom.id)[0].following:
                check(person.library.account_follow(whom.id).following, f"@{person.acct} does not follow")


def ids(things):
    return [one.id for one in things]


def texts(statuses):
    return [one.content for one in statuses]


def holds(things, wanted, words):
    """Waits until the list that `things` answers has something of this id."""
    return eventually(lambda: [one for one in things() if one.id == wanted], words)[0]


def lacks(things, wanted, words):
    """Waits until the list that `things` answers has nothing of this id."""
    eventually(lambda: all(one.id != wanted for one in things()), words)


def pages_lead(app, name, ask, key=lambda one: one.id, least=5):
    """The pages of a list, two by two, are the list: forward, back, and all that remains."""
    def keys(page):
        return None if page is None else [key(one) for one in page]
    whole = keys(ask(40))
    check(least <= len(whole) < 40, f"{name} is too short or too long: {whole}")
    first = ask(2)
    second = app.fetch_next(first)
    for words, page, wanted in (
        ("the first page", first, whole[:2]),
        ("the second page", second, whole[2:4]),
        ("back from the second page", second and app.fetch_previous(second), whole[:2]),
        ("all pages", app.fetch_remaining(first), whole),
    ):
        check(keys(page) == wanted, f"{words} of {name}: {keys(page)}, not {wanted}")


def png(width, height, colour=(200, 40, 40)):
    """A picture of one colour."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    rows = (b"\0" + bytes(colour) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Web:
    """A server on loopback: shows the pages that it was given, and keeps what is posted to it."""

    def __init__(self):
        self.pages = {}
        self.posted = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                page = web.pages.get(self.path)
                self._answer(404 if page is None else 200, (page or "").encode())

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                web.posted.append((dict(self.headers.items()), body))
                self._answer(201, b"")

            def _answer(self, status, body):
                self.send_response(status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def show(self, path, title):
        """A page with a title; its address."""
        self.pages[path] = (
            f"<html lang=\"en\"><head><title>{title}</title>"
            f"<meta property=\"og:title\" content=\"{title}\">"
            "<meta property=\"og:description\" content=\"A page\"></head><body>text</body></html>")
        return self.url + path
