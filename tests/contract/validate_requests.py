#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks a log of HTTP requests against the API descriptions.

validate_requests.py LOG
reads one JSON object a line: {"method", "url", "body"}, where body is JSON, a form as text, or null.

Says what is wrong with which request and exits with 1; 0 when all are as described. Requests to addresses that
no description has, and that are not known otherwise (see OTHERS), are wrong too.
"""

import json
import re
import sys
import urllib.parse

from description import Mismatch, load_all, split

# Addresses without a published description, and the fields that their forms must have (CONTRACTS 3 and 7).
GRANTS = {
    "authorization_code": {"client_id", "code", "redirect_uri", "code_verifier", "scope"},
    "refresh_token": {"client_id", "refresh_token", "scope"},
    "urn:ietf:params:oauth:grant-type:device_code": {"client_id", "device_code"},
}
AUTHORIZE = {"client_id", "response_type", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"}
PREVIEW = "2019-01-01-preview"


def need(fields, names, what):
    if missing := sorted(names - fields.keys()):
        raise Mismatch(f"{what}: without {', '.join(missing)}")


def form(body):
    return dict(urllib.parse.parse_qsl(body or "", keep_blank_values=True))


def check_token(query, body):
    fields = form(body)
    grant = fields.get("grant_type")
    if grant not in GRANTS:
        raise Mismatch(f"the token endpoint knows no grant_type {grant!r}")
    need(fields, GRANTS[grant], f"a token by {grant}")
    if "client_secret" in fields:
        raise Mismatch("a public client must not send a client_secret")
    verifier = fields.get("code_verifier")
    if verifier is not None and not re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier):
        raise Mismatch("the code_verifier is not as RFC 7636 has it")


def check_authorize(query, body):
    need(query, AUTHORIZE, "authorize")
    if query["code_challenge_method"] != "S256" or query["response_type"] != "code":
        raise Mismatch("authorize must ask for a code, with S256")


def check_device(query, body):
    need(form(body), {"client_id", "scope"}, "devicecode")


def check_preview(query, body):
    if query != {"api-version": PREVIEW}:
        raise Mismatch(f"listAllEnvironments is asked with api-version={PREVIEW} and nothing else")


def check_handed_out(query, body):
    """An address that the service gave: it is followed as it is."""
    if "api-version" not in query:
        raise Mismatch("the address of an operation was changed")


OPERATION = r"/subscriptions/[^/]+/providers/Microsoft\.LabServices/locations/[^/]+/operationResults/[^/]+"
OTHERS = [
    ("POST", r"/[^/]+/oauth2/v2\.0/token", check_token),
    ("GET", r"/[^/]+/oauth2/v2\.0/authorize", check_authorize),
    ("POST", r"/[^/]+/oauth2/v2\.0/devicecode", check_device),
    ("GET", r"/[^/]+/v2\.0/\.well-known/openid-configuration", lambda query, body: None),
    ("POST", r"/providers/Microsoft\.LabServices/users/[^/]+/listAllEnvironments", check_preview),
    ("GET", OPERATION, check_handed_out),
]


def check(descriptions, method, url, body):
    path, query = split(url)
    for wanted, pattern, rule in OTHERS:
        if method == wanted and re.fullmatch(pattern, path, re.IGNORECASE):
            rule(query, body)
            return
    for description in descriptions:
        if operation := description.find(method, path):
            description.check_request(operation, query, body)
            return
    raise Mismatch(f"{method} {path} is in no description")


def check_log(lines):
    """The problems of a log, as texts."""
    descriptions = load_all()
    problems = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        request = json.loads(line)
        try:
            check(descriptions, request["method"], request["url"], request.get("body"))
        except Mismatch as error:
            problems.append(f"request {number}: {error}")
    return problems


def main():
    with open(sys.argv[1], encoding="utf-8") as log:
        problems = check_log(log)
    print("\n".join(problems) or "all requests are as described")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
