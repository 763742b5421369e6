"""What the client stories share: their settings, the printed steps, waiting with an end, and a
person with a browser that has no JavaScript. No story is told here."""

import html
import os
import re
import sys
import time
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import requests

PATIENCE = 30.0
PAGES = 8


class Settings:
    """Where the server is and who takes part, from the environment."""

    def __init__(self):
        self.url = need("BALAI_TEST_URL").rstrip("/")
        self.user = need("BALAI_TEST_USER")
        self.email = need("BALAI_TEST_EMAIL")
        self.password = need("BALAI_TEST_PASSWORD")
        self.group = need("BALAI_TEST_GROUP").lstrip("@")
        self.other_token = need("BALAI_TEST_TOKEN_OTHER")
        self.password_grant = os.environ.get("BALAI_TEST_PASSWORD_GRANT") == "1"


def need(name):
    value = os.environ.get(name)
    if not value:
        sys.exit(f"{name} is not set")
    return value


started = time.monotonic()


def step(words):
    print(f"[{time.monotonic() - started:6.2f} s] {words}", flush=True)


def check(truth, words):
    """Ends the story with one sentence where something is not as it must be."""
    if not truth:
        sys.exit(f"FAILED: {words}")


def eventually(look, words, patience=PATIENCE):
    """Asks again until `look` gives something; what a server does after its answer takes a moment."""
    end = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        check(time.monotonic() < end, f"{words} (waited {patience:.0f} s)")
        time.sleep(0.1)


def text_of(content):
    """What a reader sees of a status's HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", content))


class Page(HTMLParser):
    """The forms of a page, its text, and whatever it offers for copying."""

    def __init__(self, url, source):
        super().__init__()
        self.url = url
        self.forms = []
        self.words = []
        self.copyable = []
        self._form = None
        self._button = None
        self._select = None
        self._copying = None
        self._radio = None
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        attrs = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = {
                "method": attrs.get("method", "get").lower(),
                "action": urljoin(self.url, attrs.get("action", "")),
                "fields": [],
                "buttons": [],
                "radios": [],
            }
            self.forms.append(self._form)
        elif tag == "input":
            self._input(attrs)
        elif tag == "button" and self._form is not None:
            self._button = {**attrs, "label": ""}
            if attrs.get("type", "submit") == "submit":
                self._form["buttons"].append(self._button)
        elif tag == "select" and self._form is not None:
            self._select = {"name": attrs.get("name", ""), "type": "select", "value": None}
            self._form["fields"].append(self._select)
        elif tag == "option" and self._select is not None:
            if self._select["value"] is None or "selected" in attrs:
                self._select["value"] = attrs.get("value", "")
        elif tag in ("code", "pre", "kbd", "output", "textarea"):
            self._copying = []

    def _input(self, attrs):
        kind = attrs.get("type", "text").lower()
        if self._form is None or "readonly" in attrs:
            self.copyable.append(attrs.get("value", ""))
        elif kind in ("submit", "image"):
            self._form["buttons"].append({**attrs, "label": attrs.get("value", "")})
        elif kind in ("radio", "checkbox"):
            if kind == "radio":
                self._radio = {"name": attrs.get("name", ""), "value": attrs.get("value", "on"), "label": ""}
                self._form["radios"].append(self._radio)
            if "checked" in attrs:
                self._form["fields"].append(
                    {"name": attrs.get("name", ""), "type": kind, "value": attrs.get("value", "on")})
        elif kind not in ("button", "reset", "file"):
            self._form["fields"].append(
                {"name": attrs.get("name", ""), "type": kind, "value": attrs.get("value", "")})

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "label":
            self._radio = None
        elif tag == "button":
            self._button = None
        elif tag == "select":
            self._select = None
        elif tag in ("code", "pre", "kbd", "output", "textarea") and self._copying is not None:
            self.copyable.append("".join(self._copying).strip())
            self._copying = None

    def handle_data(self, data):
        self.words.append(data)
        if self._button is not None:
            self._button["label"] += data
        if self._radio is not None:
            self._radio["label"] += data
        if self._copying is not None:
            self._copying.append(data)

    def text(self):
        return " ".join("".join(self.words).split())


# How a button says no, in its name, value, class, address or label.
NO = re.compile(r"deny|denied|cancel|refus|reject|decline|sign.?out|log.?out|tolak|batal|keluar", re.I)


# What a code looks like: nothing that an address or a sentence could be.
CODE = re.compile(r"[A-Za-z0-9._~-]{16,}")


class Browser:
    """A person in front of a browser without JavaScript: reads pages, fills forms, presses buttons."""

    def __init__(self, settings):
        self.settings = settings
        self.session = requests.Session()
        self.session.headers["Accept"] = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"
        self.session.headers["User-Agent"] = "Mozilla/5.0 (a browser without JavaScript)"

    def authorise(self, url, redirect_uri=None, group=None):
        """Goes through sign-in and consent, as oneself or as a group; the query of the redirect to the app,
        or, for an app without an address, the code that the last page shows."""
        reply = self.session.get(url, allow_redirects=False)
        signed_in = False
        for _ in range(PAGES):
            reply = self._follow(reply, redirect_uri)
            if isinstance(reply, dict):
                return reply
            check(reply.status_code == 200, f"{reply.url} answered {reply.status_code}: {reply.text[:400]}")
            check("html" in reply.headers.get("Content-Type", ""), f"{reply.url} is not a page")
            check("<script" not in reply.text, f"{reply.url} has a script")
            page = Page(reply.url, reply.text)
            code = self._shown_code(page)
            if redirect_uri is None and code:
                return {"code": code}
            form, button, is_sign_in = self._choose(page)
            check(not (is_sign_in and signed_in), f"signed in, and asked again: {page.text()[:300]}")
            signed_in = signed_in or is_sign_in
            if group and not is_sign_in:
                self._be(form, group)
            reply = self._submit(form, button)
        check(False, f"no code after {PAGES} pages")

    def _follow(self, reply, redirect_uri):
        for _ in range(PAGES):
            if reply.status_code not in (301, 302, 303, 307, 308):
                return reply
            target = urljoin(reply.url, reply.headers["Location"])
            if redirect_uri is not None and target.startswith(redirect_uri):
                query = parse_qs(urlsplit(target).query)
                return {name: values[0] for name, values in query.items()}
            reply = self.session.get(target, allow_redirects=False)
        check(False, "the pages lead in a circle")

    def _shown_code(self, page):
        """The code of an out-of-band page: shown for copying, and the same as in the address."""
        shown = [text for text in page.copyable if CODE.fullmatch(text)]
        in_address = parse_qs(urlsplit(page.url).query).get("code")
        if not shown or "client_id" in page.url:
            return None
        if in_address:
            check(in_address[0] in shown, "the page does not show the code of its address for copying")
            return in_address[0]
        return shown[0]

    def _choose(self, page):
        """The sign-in form where there is one, else the first button that agrees, before any other
        form (a choice of language) one that has to do with the app."""
        posts = [form for form in page.forms if form["method"] == "post"]
        posts.sort(key=lambda form: not self._is_consent(form))
        for form in posts:
            if any(field["type"] == "password" for field in form["fields"]):
                self._fill(form)
                return form, (form["buttons"] or [{}])[0], True
        for form in posts:
            for button in form["buttons"]:
                said = " ".join([form["action"], *map(str, button.values())])
                if not NO.search(said):
                    return form, button, False
        check(False, f"{page.url} has no form to agree with: {page.text()[:300]}")

    @staticmethod
    def _be(form, group):
        """Chooses to be this group; oneself is what stands there before."""
        offered = [radio for radio in form["radios"] if radio["name"] == "as"]
        check([field["value"] for field in form["fields"] if field["name"] == "as"] == ["me"],
              "the page would not leave one oneself")
        chosen = [radio for radio in offered if f"@{group}" in radio["label"].split()]
        check(len(chosen) == 1, f"@{group} is not offered: {[radio['label'] for radio in offered]}")
        form["fields"] = [field for field in form["fields"] if field["name"] != "as"]
        form["fields"].append({"name": "as", "type": "radio", "value": chosen[0]["value"]})

    @staticmethod
    def _is_consent(form):
        names = {field["name"] for field in form["fields"]}
        return "/oauth/" in form["action"] or "client_id" in names

    def _fill(self, form):
        for field in form["fields"]:
            if field["type"] == "password":
                field["value"] = self.settings.password
            elif field["type"] in ("email", "text"):
                field["value"] = self.settings.email

    def _submit(self, form, button):
        fields = [(field["name"], field["value"] or "") for field in form["fields"] if field["name"]]
        if button.get("name"):
            fields.append((button["name"], button.get("value", "")))
        action = urljoin(form["action"], button.get("formaction", "")) or form["action"]
        origin = urlsplit(action)
        headers = {"Origin": f"{origin.scheme}://{origin.netloc}", "Sec-Fetch-Site": "same-origin"}
        return self.session.post(action, data=fields, headers=headers, allow_redirects=False)
