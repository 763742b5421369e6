"""Whatever one sends, within what the server's own description of its API says or just beside it: it never
fails (5xx), answers only with the statuses and the types that it describes, and under /api in JSON. Told by
schemathesis, for every operation: without a token, with a member's and with a staff's. The examples are the
same each time. The server is one to throw away: what is made, blocked and deleted here stays so."""

import json
import os
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from bench import Settings, check, need, step
from props import picture

LIMIT = 20
EXAMPLES = int(os.environ.get("BALAI_TEST_EXAMPLES", "5"))  # of each kind, for each operation and each caller
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]

# Operations that are not tried ("GET /api/v1/..."), and one sentence each that says why. None of the described
# ones takes the caller's own token away (/oauth/revoke is not described), and streams are bounded by LISTEN.
LEFT_OUT = {}

# A stream has no end of its own: it is listened to for this many seconds.
STREAMS = "/api/v1/streaming"
LISTEN = 1


class Caller:
    """Somebody with a token, or nobody; what was tried in their name, and what was wrong."""

    def __init__(self, name, token, things, is_staff=False):
        self.name, self.is_staff = name, is_staff
        self.token = token
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.checks = [*CHECKS, is_json, *([] if token else [asks_for_a_token])]
        self.things = things
        self.operations = set()
        self.answers = Counter()
        self.failures = {}

    def examples(self, operation):
        """How many: one where this caller is only refused, and where there is a stream to listen to."""
        asked = operation.definition.raw.get("security", [{}])
        for_all = {} in asked
        for_staff = any(scope.startswith("admin:") for one in asked for scope in one.get("bearer", []))
        may = for_all or self.is_staff or (self.token and not for_staff)
        return EXAMPLES if may and not operation.path.startswith(STREAMS) else 1

    def tries(self, case):
        """One example; what is wrong with its answer is kept once for each operation and kind."""
        operation = case.operation
        limit = LISTEN if operation.path.startswith(STREAMS) else LIMIT
        try:
            answer = case.call(session=self.session, headers=self.headers, timeout=limit)
        except requests.RequestException as error:
            self._keep(case, "no answer", repr(error))
            return
        self.operations.add(operation.label)
        self.answers[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=self.checks, headers=self.headers)
        except FailureGroup as group:
            for failure in group.exceptions:
                said = f"{failure.title}: {failure.message}".replace("\n", " ")
                self._keep(case, f"{failure.title} {answer.status_code}", f"{said} {answer.text[:300]}")

    def _keep(self, case, kind, said):
        line = case.as_curl_command(headers=self.headers)
        self.failures.setdefault((case.operation.label, kind), f"{case.operation.label}: {said}\n    {line[:1000]}")


@schemathesis.check
def is_json(_context, answer, case):
    """Every answer under /api is JSON, also one that refuses; but for streams and what watches them."""
    kind = (answer.headers.get("content-type") or [""])[0]
    if case.operation.path.startswith(STREAMS) and answer.status_code == 200:
        return
    assert kind.startswith("application/json"), f"{case.operation.label} answers {answer.status_code} as '{kind}'"
    json.loads(answer.content)


@schemathesis.check
def asks_for_a_token(_context, answer, case):
    """What is described as not for everybody is refused to who has no token, whatever they send."""
    for_all = {} in case.operation.definition.raw.get("security", [{}])
    assert for_all or answer.status_code == 401, f"{case.operation.label} answers {answer.status_code} without a token"


# --- What there is to find ------------------------------------------------------------------------


class Things:
    """One of each thing, so that not every id that is tried leads nowhere."""

    def __init__(self, url, token, somebody):
        self.url, self.token = url, token
        later = (datetime.now(timezone.utc) + timedelta(days=100)).isoformat()
        poll = {"options": ["yes", "no"], "expires_in": 86_400}
        wanted = self._make("filters", {"title": "found", "context": ["home"],
                                        "keywords_attributes": [{"keyword": "found"}]}, version=2)
        self.ids = {
            "accounts": somebody["account"], "groups": somebody["group"],
            "statuses": self._make("statuses", {"status": "a thing to find #found"})["id"],
            "polls": self._make("statuses", {"status": "a question", "poll": poll})["poll"]["id"],
            "lists": self._make("lists", {"title": "found"})["id"],
            "scheduled_statuses": self._make("statuses", {"status": "later", "scheduled_at": later})["id"],
            "filters": wanted["id"], "keywords": wanted["keywords"][0]["id"],
            "collections": self._make("collections", {"name": "found", "description": "", "language": "en",
                                                      "sensitive": False, "discoverable": True}).get("id"),
            "reports": self._make("reports", {"account_id": somebody["account"], "comment": "found"})["id"],
            "media": self._picture(),
        }

    def _make(self, noun, body, version=1):
        answer = requests.post(f"{self.url}/api/v{version}/{noun}", json=body, timeout=LIMIT,
                               headers={"Authorization": f"Bearer {self.token}"})
        check(answer.status_code == 200, f"{noun}: {answer.status_code} {answer.text[:300]}")
        made = answer.json()
        return made.get("collection", made)

    def _picture(self):
        with tempfile.TemporaryDirectory() as folder:
            path = picture(Path(folder, "found.png"), 40, 30)
            answer = requests.post(f"{self.url}/api/v2/media", files={"file": Path(path).read_bytes()}, timeout=LIMIT,
                                   headers={"Authorization": f"Bearer {self.token}"})
        check(answer.status_code == 200, f"media: {answer.status_code} {answer.text[:300]}")
        return answer.json()["id"]

    def rules(self):
        """What only the staff can make."""
        self.ids |= {
            "domain_blocks": self._make("admin/domain_blocks", {"domain": "found.example"})["id"],
            "email_domain_blocks": self._make("admin/email_domain_blocks", {"domain": "found.example"})["id"],
            "canonical_email_blocks": self._make("admin/canonical_email_blocks", {"email": "found@found.example"})["id"],
            "ip_blocks": self._make("admin/ip_blocks", {"ip": "192.0.2.0/24", "severity": "no_access"})["id"],
        }
        return self

    def path(self, operation):
        """The parameters of an operation's path filled with what there is; nothing where nothing fits."""
        parts = operation.path.split("/")
        found = {}
        for before, part in zip(parts, parts[1:]):
            name = part.strip("{}")
            if part == name:
                continue
            thing = "found" if name in ("name", "tag") else self.ids.get(before)
            if thing is None:
                return None
            found[name] = thing
        return found or None


# --- Trying ---------------------------------------------------------------------------------------


def strategies(operation, things):
    """What fits the description; what does not quite; and, where a path has ids, ids of what there is."""
    yield operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    # Any text may stand in a path: what does not fit needs a parameter or a body.
    if operation.body or operation.query:
        yield operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    path = things.path(operation)
    if path is not None:
        yield operation.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=path)


def try_operation(caller, operation):
    for strategy in strategies(operation, caller.things):
        @settings(max_examples=caller.examples(operation), derandomize=True, database=None, deadline=None,
                  phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(case=strategy)
        def examples(case):
            caller.tries(case)

        examples()


def in_order(operations):
    """What takes something away comes last."""
    return sorted(operations, key=lambda one: one.method.upper() == "DELETE")


def try_all(caller, operations):
    begun = time.monotonic()
    with requests.Session() as caller.session:
        for operation in in_order(operations):
            try_operation(caller, operation)
    many = ", ".join(f"{status}: {count}" for status, count in sorted(caller.answers.items()))
    step(f"{caller.name}: {len(caller.operations)} operations, {sum(caller.answers.values())} cases "
         f"in {time.monotonic() - begun:.0f} s ({many})")
    for line in caller.failures.values():
        print(f"  FAILED {caller.name}: {line}", flush=True)


def described(url):
    """Every operation of the server's description of itself."""
    document = requests.get(f"{url}/api/openapi.json", timeout=LIMIT).json()
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=url)
    # The tokens are ours to give: none is made up, none is forgotten.
    schema.config.generation.update(with_security_parameters=False)
    operations = [result.ok() for result in schema.get_all_operations()]
    known = {(path, method) for path, item in document["paths"].items() for method in item}
    missing = known - {(one.path, one.method.lower()) for one in operations}
    check(not missing, f"schemathesis does not know {sorted(missing)}")
    return operations


def id_of(url, name):
    answer = requests.get(f"{url}/api/v1/accounts/lookup", params={"acct": name}, timeout=LIMIT)
    check(answer.status_code == 200, f"{name}: {answer.status_code} {answer.text[:300]}")
    return answer.json()["id"]


def who(url, token):
    answer = requests.get(f"{url}/api/v1/accounts/verify_credentials", timeout=LIMIT,
                          headers={"Authorization": f"Bearer {token}"})
    check(answer.status_code == 200, f"the token is no good: {answer.status_code} {answer.text[:300]}")
    return answer.json()["username"]


def main():
    at = Settings()
    staff_token = need("BALAI_TEST_TOKEN_STAFF")
    somebody = {"account": id_of(at.url, at.user), "group": id_of(at.url, at.group)}
    every = described(at.url)
    operations = [one for one in every if one.label not in LEFT_OUT]
    stale = LEFT_OUT.keys() - {one.label for one in every}
    check(not stale, f"LEFT_OUT names what there is not: {sorted(stale)}")
    step(f"{len(every)} operations are described, {len(LEFT_OUT)} are left out")
    for label, reason in LEFT_OUT.items():
        print(f"  {label}: {reason}")

    members = Things(at.url, at.other_token, somebody)
    callers = [Caller("without a token", None, members), Caller("a member", at.other_token, members),
               Caller("the staff", staff_token, Things(at.url, staff_token, somebody).rules(), is_staff=True)]
    failed = 0
    for caller in callers:
        name = caller.token and who(at.url, caller.token)
        try_all(caller, operations)
        check(len(caller.operations) == len(operations),
              f"{caller.name}: not tried: {sorted({one.label for one in operations} - caller.operations)}")
        check(not caller.token or who(at.url, caller.token) == name, f"{caller.name}: the token is another's now")
        failed += len(caller.failures)
    check(not failed, f"{failed} answers are not as they are described")
    step("done: everything happened")


if __name__ == "__main__":
    main()
