# SPDX-License-Identifier: GPL-3.0-or-later
"""Published API descriptions (Swagger 2.0), as something to check requests and answers against."""

import copy
import json
import os
import re
import urllib.parse
from pathlib import Path

import jsonschema

from labtest import Missing

FORMATS = jsonschema.FormatChecker(formats=())
DURATION = re.compile(r"P(?=.)(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)")

FORMATS.checks("duration")(lambda text: not isinstance(text, str) or bool(DURATION.fullmatch(text)))
FORMATS.checks("date-time")(lambda text: not isinstance(text, str) or bool(TIME.fullmatch(text)))


class Mismatch(AssertionError):
    """A request or an answer is not as described."""


def folder():
    path = os.environ.get("LABCONNECT_API_DIR")
    if not path or not Path(path).is_dir():
        raise Missing("LABCONNECT_API_DIR names no folder with API descriptions")
    return Path(path)


class Operation:
    def __init__(self, description, method, template, data):
        self.description = description
        self.method = method.upper()
        self.template = template
        self.name = data["operationId"]
        self.responses = data["responses"]
        self.parameters = [description.resolve(parameter) for parameter in data.get("parameters", [])]
        parts = re.split(r"\{[^}]+\}", template)
        self.pattern = re.compile("([^/]+)".join(map(re.escape, parts)), re.IGNORECASE)

    def __repr__(self):
        return f"{self.method} {self.template}"

    @property
    def body(self):
        """The schema of the request's body, or None."""
        return next((item["schema"] for item in self.parameters if item["in"] == "body"), None)


class Description:
    def __init__(self, file):
        self.document = json.loads((folder() / file).read_text())
        self.version = self.document["info"]["version"]
        self.answers = self._definitions(for_requests=False)
        self.requests = self._definitions(for_requests=True)
        self.operations = [
            Operation(self, method, template, data)
            for template, methods in self.document["paths"].items()
            for method, data in methods.items()
        ]

    def resolve(self, item):
        if "$ref" not in item:
            return item
        node = self.document
        for name in item["$ref"].lstrip("#/").split("/"):
            node = node[name]
        return node

    def _flatten(self, schema):
        """allOf into one, so that properties that nothing names can be told."""
        merged = copy.deepcopy(schema)
        for part in merged.pop("allOf", []):
            base = self._flatten(self.resolve(part))
            merged["properties"] = base.get("properties", {}) | merged.get("properties", {})
            merged["required"] = [*base.get("required", []), *merged.get("required", [])]
        return merged

    def _definitions(self, for_requests):
        definitions = {}
        for name, schema in self.document["definitions"].items():
            flat = self._flatten(schema)
            if not flat.get("required"):
                flat.pop("required", None)
            if "properties" in flat and "additionalProperties" not in flat:
                flat["additionalProperties"] = False
            for member, value in list(flat.get("properties", {}).items()):
                if for_requests and value.get("readOnly"):
                    del flat["properties"][member]
                elif not for_requests and (value.get("x-ms-secret") or member == "password"):
                    del flat["properties"][member]
            definitions[name] = flat
        return definitions

    def _check(self, schema, definitions, value, what):
        whole = dict(schema, definitions=definitions)
        validator = jsonschema.Draft4Validator(whole, format_checker=FORMATS)
        problems = [
            f"{'/'.join(map(str, error.absolute_path)) or 'the whole'}: {error.message[:300]}"
            for error in validator.iter_errors(value)
        ]
        if problems:
            raise Mismatch(f"{what}: " + "; ".join(problems))

    def find(self, method, path):
        """The operation that a request is for, or None. Fixed paths come before those with names in them."""
        found = [item for item in self.operations if item.method == method and item.pattern.fullmatch(path)]
        return min(found, key=lambda item: item.template.count("{"), default=None)

    def check_answer(self, operation, status, body):
        """`body` is the parsed JSON, None when there is none."""
        response = operation.responses.get(str(status)) or operation.responses.get("default")
        what = f"the answer {status} to {operation!r}"
        if response is None or (str(status) not in operation.responses and status < 400):
            raise Mismatch(f"{what} is not in the description")
        if "schema" not in response:
            if body is not None:
                raise Mismatch(f"{what} must have no content")
            return
        if body is None:
            raise Mismatch(f"{what} has no content")
        self._check(response["schema"], self.answers, body, what)

    def check_request(self, operation, query, body):
        """`query` is a dict; `body` the parsed JSON, None when there is none."""
        what = repr(operation)
        known = {item["name"]: item for item in operation.parameters if item["in"] == "query"}
        for name, item in known.items():
            if item.get("required") and name not in query:
                raise Mismatch(f"{what}: the parameter {name} is missing")
        if query.get("api-version") != self.version:
            raise Mismatch(f"{what}: the api-version is {query.get('api-version')}, not {self.version}")
        for name in query:
            # The service writes $skiptoken into its own nextLink.
            if name not in known and name not in ("api-version", "$skiptoken"):
                raise Mismatch(f"{what}: there is no parameter {name}")
        if operation.body is None:
            if body not in (None, {}):
                raise Mismatch(f"{what} takes no content")
            return
        if body is None:
            raise Mismatch(f"{what} needs content")
        self._check(operation.body, self.requests, body, what)


def split(url):
    """Path and query of a URL, decoded."""
    parts = urllib.parse.urlsplit(url)
    return urllib.parse.unquote(parts.path), dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))


def load_all():
    return [Description("labservices-2018-10-15.json"), Description("resources-subscriptions-2022-12-01.json")]
