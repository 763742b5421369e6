"""What the OpenAPI document of the Mastodon API says an answer looks like: which operation a request
belongs to, which schema its answer has, and where a body does not fit. Nothing is sent or recorded here."""

import json
import re
from typing import NamedTuple

from jsonschema import Draft202012Validator

# Updates are documented with one of these and asked for by apps with either.
TWINS = {"PUT": "PATCH", "PATCH": "PUT"}


class Fault(NamedTuple):
    """A place where the document contradicts its own examples or Mastodon's documentation."""

    pointer: str
    instead: dict | list
    reason: str


# Nothing that Balai gets wrong belongs here: each line says which sentence of the document is the better one.
FAULTS = [
    Fault("/paths/~1api~1v1~1filters/get/responses/200/content/application~1json/schema",
          {"type": "array", "items": {"$ref": "#/components/schemas/V1Filter"}},
          "documented as one filter; the text and the example beside it are a list of them"),
    Fault("/components/schemas/OAuthScope", {"type": "string"},
          "lists Mastodon's own scopes only; where they are documented they are strings, and RFC 8414 leaves it to "
          "each server which it has"),
    Fault("/components/schemas/ValidationError/required", ["error"],
          "stands for most refusals (422), but its example is that of signing up; Mastodon says details there and "
          "nowhere else"),
    Fault("/components/schemas/CustomError422", {"$ref": "#/components/schemas/ValidationError"},
          "an error that is an object, for collections only; for every other operation, and in the types that client "
          "libraries declare, it is a sentence"),
]


# Answers that the document has an entity for, and forgets. `[]`: a list of them.
FORGOTTEN = {
    "GET /api/v1/preferences": "Preferences",
    "GET /api/v1/trends": "Tag[]",
    "GET /api/v1/admin/accounts": "AdminAccount[]",
    "GET /api/v2/admin/accounts": "AdminAccount[]",
    "GET /api/v1/admin/accounts/{id}": "AdminAccount",
    "POST /api/v1/admin/accounts/{id}/approve": "AdminAccount",
    "POST /api/v1/admin/accounts/{id}/enable": "AdminAccount",
    "POST /api/v1/admin/accounts/{id}/unsensitive": "AdminAccount",
    "POST /api/v1/admin/accounts/{id}/unsilence": "AdminAccount",
    "POST /api/v1/admin/accounts/{id}/unsuspend": "AdminAccount",
    "GET /api/v1/admin/canonical_email_blocks": "AdminCanonicalEmailBlock[]",
    "POST /api/v1/admin/canonical_email_blocks": "AdminCanonicalEmailBlock",
    "GET /api/v1/admin/canonical_email_blocks/{id}": "AdminCanonicalEmailBlock",
    "POST /api/v1/admin/canonical_email_blocks/test": "AdminCanonicalEmailBlock[]",
    "POST /api/v1/admin/dimensions": "AdminDimension[]",
    "GET /api/v1/admin/domain_allows": "AdminDomainAllow[]",
    "POST /api/v1/admin/domain_allows": "AdminDomainAllow",
    "GET /api/v1/admin/domain_allows/{id}": "AdminDomainAllow",
    "GET /api/v1/admin/domain_blocks": "AdminDomainBlock[]",
    "POST /api/v1/admin/domain_blocks": "AdminDomainBlock",
    "GET /api/v1/admin/domain_blocks/{id}": "AdminDomainBlock",
    "PUT /api/v1/admin/domain_blocks/{id}": "AdminDomainBlock",
    "GET /api/v1/admin/email_domain_blocks": "AdminEmailDomainBlock[]",
    "POST /api/v1/admin/email_domain_blocks": "AdminEmailDomainBlock",
    "GET /api/v1/admin/email_domain_blocks/{id}": "AdminEmailDomainBlock",
    "GET /api/v1/admin/ip_blocks": "AdminIpBlock[]",
    "POST /api/v1/admin/ip_blocks": "AdminIpBlock",
    "GET /api/v1/admin/ip_blocks/{id}": "AdminIpBlock",
    "PUT /api/v1/admin/ip_blocks/{id}": "AdminIpBlock",
    "POST /api/v1/admin/measures": "AdminMeasure[]",
    "GET /api/v1/admin/reports": "AdminReport[]",
    "GET /api/v1/admin/reports/{id}": "AdminReport",
    "PUT /api/v1/admin/reports/{id}": "AdminReport",
    "POST /api/v1/admin/reports/{id}/assign_to_self": "AdminReport",
    "POST /api/v1/admin/reports/{id}/unassign": "AdminReport",
    "POST /api/v1/admin/reports/{id}/reopen": "AdminReport",
    "POST /api/v1/admin/reports/{id}/resolve": "AdminReport",
    "GET /api/v1/notifications/policy": "V1NotificationPolicy",
    "PUT /api/v1/notifications/policy": "V1NotificationPolicy",
    "POST /api/v1/admin/retention": "AdminCohort[]",
    "GET /api/v1/admin/trends/links": "TrendsLink[]",
    "GET /api/v1/admin/trends/statuses": "Status[]",
    "GET /api/v1/admin/trends/tags": "AdminTag[]",
}


class Verdict(NamedTuple):
    """What the document says to one answer."""

    # The path as it is documented, or nothing where it is not.
    template: str | None
    # Whether there is a schema to hold the body against.
    known: bool
    errors: list[str]


class ApiSchema:
    """The document, read once, its faults mended."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.document = json.load(file)
        for fault in FAULTS:
            mend(self.document, fault)
        remember(self.document)
        # Alternatives of the document overlap: each Status is also a ScheduledStatus. One that fits is enough.
        self.components = any_instead_of_one(self.document["components"])
        self.routes = sorted(
            (Route(template, operations) for template, operations in self.document["paths"].items()),
            key=lambda route: route.literal, reverse=True)
        self._validators = {}

    def operation(self, method, path):
        """The documented path and operation of a request: the most literal one, `lookup` before `{id}`."""
        here = [route for route in self.routes if route.matches(path)]
        for verb in (method, TWINS.get(method)):
            for route in here:
                if verb in route.operations:
                    return route.template, route.operations[verb]
        return None, None

    def judge(self, method, path, status, body):
        """Holds a body (`bytes`) against the schema of its operation and status."""
        template, operation = self.operation(method, path)
        if operation is None:
            return Verdict(None, False, [])
        validator = self._validator(template, method, operation, status)
        if validator is None:
            return Verdict(template, False, [])
        try:
            value = json.loads(body)
        except ValueError:
            return Verdict(template, True, [f"{status}: no JSON, but the document promises it"])
        errors = sorted({f"{status}: {sentence(error)}" for error in validator.iter_errors(value)})
        return Verdict(template, True, errors)

    def _validator(self, template, method, operation, status):
        key = (template, method, status)
        if key not in self._validators:
            schema = answer_schema(operation, status)
            self._validators[key] = schema and Draft202012Validator(
                {**any_instead_of_one(schema), "components": self.components})
        return self._validators[key]


class Route:
    """A documented path: `/api/v1/statuses/{id}`."""

    def __init__(self, template, operations):
        parts = template.strip("/").split("/")
        self.template = template
        self.operations = {verb.upper(): it for verb, it in operations.items() if isinstance(it, dict)}
        # Compared part by part: where two paths differ first, the one with a word there goes before the other.
        self.literal = [not part.startswith("{") for part in parts]
        self._pattern = re.compile(
            "/" + "/".join("[^/]+" if part.startswith("{") else re.escape(part) for part in parts) + "/?")

    def matches(self, path):
        return self._pattern.fullmatch(path) is not None


def answer_schema(operation, status):
    """The schema of an answer with this status, or nothing where the document leaves it open."""
    answers = operation.get("responses", {})
    answer = answers.get(str(status))
    if answer is None and 200 <= status < 300:
        answer = answers.get("200")
    if answer is None and status >= 400:
        return {"$ref": "#/components/schemas/Error"}
    return ((answer or {}).get("content") or {}).get("application/json", {}).get("schema")


def any_instead_of_one(schema):
    if isinstance(schema, dict):
        return {("anyOf" if key == "oneOf" else key): any_instead_of_one(value) for key, value in schema.items()}
    if isinstance(schema, list):
        return [any_instead_of_one(value) for value in schema]
    return schema


def mend(document, fault):
    """Puts the better schema in the faulty one's place; loud where the document no longer has that place."""
    *parents, last = (part.replace("~1", "/").replace("~0", "~") for part in fault.pointer.strip("/").split("/"))
    node = document
    for part in parents:
        node = node[part]
    if last not in node:
        raise KeyError(f"{fault.pointer} is not in the document: is it still at fault?")
    node[last] = fault.instead


def remember(document):
    """Adds what the document forgets, where it has the entity; what it says itself stays as it is."""
    for operation, entity in FORGOTTEN.items():
        verb, path = operation.split(" ")
        schema = {"$ref": f"#/components/schemas/{entity.removesuffix('[]')}"}
        if entity.endswith("[]"):
            schema = {"type": "array", "items": schema}
        answer = (document["paths"].setdefault(path, {}).setdefault(verb.lower(), {})
                  .setdefault("responses", {}).setdefault("200", {}))
        answer.setdefault("content", {"application/json": {"schema": schema}})


KINDS = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number",
         type(None): "null"}


def sentence(error):
    """Where, and what does not fit; the same words for the same fault, whatever the values were."""
    error = closest(error)
    where = "/" + "/".join("*" if isinstance(step, int) else str(step) for step in error.absolute_path)
    kind = KINDS.get(type(error.instance), "value")
    if error.validator == "required":
        said = error.message
    elif error.validator == "type":
        said = f"{kind}, not {error.validator_value}"
    elif error.validator in ("enum", "const"):
        said = f"{error.instance!r:.60} is none of the documented values"
    else:
        said = f"{kind} does not fit {error.validator} {str(error.validator_value):.80}"
    return f"{where} {said}"


def closest(error):
    """Of alternatives that all fail, what is wrong with the one that comes closest: of the right kind, then
    with the fewest errors."""
    while error.context:
        branches = {}
        for below in error.context:
            branches.setdefault(below.schema_path[0], []).append(below)
        nearest = min(branches.values(), key=lambda errors: (any(it.validator == "type" and not it.path
                                                                 for it in errors), len(errors)))
        error = nearest[0]
    return error
