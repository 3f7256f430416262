# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign-in to the local lab: as Entra ID does it, and what it refuses (CONTRACTS 3)."""

import base64
import json
import unittest
import urllib.parse

import requests
from labtest import main
from labtest.lab_service import CLIENT_ID, Client, LabService, SignIn, without_machines

ADA = "ada@school.example"


def claims_of(token):
    middle = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))


class Identity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = LabService(without_machines())
        cls.service.__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.password = cls.service.password_of(ADA)

    def begin(self, **options):
        return SignIn(self.service.url, **options)

    def refused(self, answer, error, code, status=400):
        self.assertEqual(answer.status_code, status, answer.text)
        body = answer.json()
        self.assertEqual((body["error"], body["error_codes"]), (error, [code]))
        self.assertRegex(body["error_description"], rf"^AADSTS{code}: .* Trace ID: [0-9a-f-]+ Correlation ID: ")
        self.assertLessEqual({"timestamp", "trace_id", "correlation_id"}, body.keys())

    def location(self, answer):
        self.assertEqual(answer.status_code, 302, answer.text)
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers["Location"]).query))

    def test_code(self):
        flow = self.begin()
        answer = flow.redeem(flow.submit(ADA, self.password), client_info="1")
        self.assertEqual(answer.status_code, 200, answer.text)
        tokens = answer.json()
        self.assertEqual((tokens["token_type"], tokens["expires_in"]), ("Bearer", 3599))
        claims = claims_of(tokens["id_token"])
        self.assertEqual((claims["preferred_username"], claims["aud"]), (ADA, CLIENT_ID))
        self.assertLessEqual({"oid", "tid", "name"}, claims.keys())
        self.assertEqual(claims_of(tokens["access_token"])["oid"], claims["oid"])
        self.assertIn("client_info", tokens)
        client = Client(self.service.url, tokens["access_token"])
        self.assertEqual(client.send("GET", "/tenants", version="2022-12-01").status_code, 200)

    def test_only_what_was_asked(self):
        flow = self.begin()
        flow.scope = f"{self.service.url}/user_impersonation"
        tokens = flow.redeem(flow.submit(ADA, self.password)).json()
        self.assertNotIn("refresh_token", tokens)
        self.assertNotIn("id_token", tokens)

    def test_code_is_for_once(self):
        flow = self.begin()
        code = flow.submit(ADA, self.password)
        tokens = flow.redeem(code).json()
        self.refused(flow.redeem(code), "invalid_grant", 54005)
        # And what it gave is worth nothing any more.
        self.refused(flow.refresh(tokens["refresh_token"]), "invalid_grant", 50173)

    def test_code_refused(self):
        flow = self.begin()
        code = flow.submit(ADA, self.password)
        self.refused(flow.redeem(code, code_verifier="x" * 43), "invalid_grant", 501481)
        self.refused(flow.redeem(code, code_verifier="short"), "invalid_grant", 501481)
        self.refused(flow.redeem(code, redirect_uri="http://localhost:4711/other"), "invalid_grant", 500112)
        self.refused(flow.redeem(code, client_id="0" * 8), "unauthorized_client", 700016)
        other = "99999999-8888-7777-6666-555555555555"
        self.refused(flow.redeem(code, client_id=other), "invalid_grant", 70000)
        self.refused(flow.redeem(code, client_secret="s"), "invalid_client", 700025, 401)
        self.refused(flow.redeem("nonsense"), "invalid_grant", 70000)
        self.refused(flow.redeem(code, grant_type="password"), "unsupported_grant_type", 70003)
        # The port of a loopback address is of no account.
        self.assertEqual(flow.redeem(code, redirect_uri="http://localhost:9/").status_code, 200)

    def test_code_expires(self):
        flow = self.begin()
        code = flow.submit(ADA, self.password)
        self.service.advance(601)
        self.refused(flow.redeem(code), "invalid_grant", 70008)

    def test_authorize_refused(self):
        flow = self.begin()
        for changes, error in (
            ({"response_type": "token"}, "unsupported_response_type"),
            ({"code_challenge": None}, "invalid_request"),
            ({"code_challenge_method": "plain"}, "invalid_request"),
            ({"response_mode": "form_post"}, "invalid_request"),
            ({"scope": "https://graph.microsoft.com/.default"}, "invalid_scope"),
            ({"prompt": "none"}, "login_required"),
        ):
            with self.subTest(changes):
                query = self.location(flow.authorize(**changes))
                self.assertEqual((query["error"], query["state"]), (error, "a state & more"))
        for changes in (
            {"redirect_uri": "https://evil.example/"},
            {"redirect_uri": "http://127.0.0.1:4711/"},
            {"redirect_uri": "http://localhost.evil.example/"},
            {"redirect_uri": "http://localhost:4711/#fragment"},
            {"client_id": "nobody"},
        ):
            with self.subTest(changes):
                # Nothing is sent to an address that is not the program's.
                self.assertEqual(flow.authorize(**changes).status_code, 400)
        self.assertEqual(self.begin(tenant="elsewhere.example").authorize().status_code, 400)

    def test_page(self):
        flow = self.begin()
        page = flow.authorize(login_hint='"><script>alert(1)</script>')
        self.assertNotIn("<script>", page.text)
        self.assertIn("frame-ancestors 'none'", page.headers["Content-Security-Policy"])
        self.assertNotRegex(page.text, r'(src|href)="(?!data:)')
        self.assertIn('lang="en"', page.text)
        self.assertRegex(page.text, r'name="password"[^>]* autofocus ')
        self.assertRegex(self.begin().authorize().text, r'name="username"[^>]* autofocus ')
        again = flow.post(username=ADA, password="wrong")
        self.assertEqual(again.status_code, 200)
        self.assertIn("The user name or the password is incorrect.", again.text)
        self.assertIn(f'value="{ADA}"', again.text)
        self.assertNotIn("wrong", again.text)
        self.assertIn("Se connecter", self.begin(language="fr-CH, en;q=0.5").authorize().text)
        self.assertIn("Sign In", self.begin(language="de, en;q=0.9, fr;q=0.1").authorize().text)

    def test_form_of_another_browser(self):
        flow = self.begin()
        flow.authorize()
        flow.session.cookies.clear()
        self.assertEqual(flow.post(username=ADA, password=self.password).status_code, 400)
        flow.authorize()
        self.service.advance(901)
        self.assertEqual(flow.post(username=ADA, password=self.password).status_code, 400)

    def test_declined(self):
        flow = self.begin()
        flow.authorize()
        self.assertEqual(self.location(flow.post(decline="1"))["error"], "access_denied")

    def test_refresh(self):
        flow = self.begin()
        first = flow.redeem(flow.submit(ADA, self.password)).json()["refresh_token"]
        self.refused(flow.refresh(first, scope="https://graph.microsoft.com/.default"), "invalid_scope", 70011)
        second = flow.refresh(first, scope=flow.scope).json()
        self.assertNotEqual(second["refresh_token"], first)
        third = flow.refresh(second["refresh_token"]).json()["refresh_token"]
        # The first again: somebody else has it, so nobody's is good any more.
        self.refused(flow.refresh(first), "invalid_grant", 50173)
        self.refused(flow.refresh(third), "invalid_grant", 50173)
        self.refused(flow.refresh("nonsense"), "invalid_grant", 9002313)

    def test_tokens_expire(self):
        flow = self.begin()
        tokens = flow.redeem(flow.submit(ADA, self.password)).json()
        client = Client(self.service.url, tokens["access_token"])
        self.service.advance(3601)
        answer = client.send("GET", "/tenants", version="2022-12-01")
        self.assertEqual(answer.status_code, 401)
        self.assertEqual(answer.json()["error"]["code"], "ExpiredAuthenticationToken")
        self.assertIn("authorization_uri=", answer.headers["WWW-Authenticate"])
        self.service.advance(91 * 86400)
        self.refused(flow.refresh(tokens["refresh_token"]), "invalid_grant", 700082)

    def test_wrong_tokens(self):
        flow = self.begin()
        tokens = flow.redeem(flow.submit(ADA, self.password)).json()
        access = tokens["access_token"]
        for token, code in (
            (tokens["id_token"], "InvalidAuthenticationTokenAudience"),
            (tokens["refresh_token"], "InvalidAuthenticationToken"),
            (access[:-2], "InvalidAuthenticationToken"),
            ("a.b.c", "InvalidAuthenticationToken"),
            ("", "AuthenticationFailed"),
        ):
            answer = Client(self.service.url, token).send("GET", "/tenants", version="2022-12-01")
            self.assertEqual((answer.status_code, answer.json()["error"]["code"]), (401, code))

    def device(self, **changes):
        fields = {"client_id": CLIENT_ID, "scope": f"{self.service.url}/.default offline_access"} | changes
        return requests.post(f"{self.service.url}/common/oauth2/v2.0/devicecode", data=fields, timeout=30)

    def poll(self, code, **changes):
        grant = "urn:ietf:params:oauth:grant-type:device_code"
        fields = {"grant_type": grant, "client_id": CLIENT_ID, "device_code": code} | changes
        return requests.post(f"{self.service.url}/common/oauth2/v2.0/token", data=fields, timeout=30)

    def enter(self, code, **form):
        flow = self.begin()
        flow.page = flow.session.post(f"{self.service.url}/device", data={"code": code}, timeout=30)
        return flow.post(**form) if 'name="flow"' in flow.page.text else flow.page

    def test_device_code(self):
        begun = self.device().json()
        self.assertEqual((begun["expires_in"], begun["interval"]), (900, 5))
        self.assertEqual(requests.get(begun["verification_uri"], timeout=30).status_code, 200)
        self.assertIn(begun["user_code"], begun["message"])
        self.refused(self.poll(begun["device_code"]), "authorization_pending", 70016)
        self.refused(self.poll(begun["device_code"]), "slow_down", 90055)
        self.service.advance(11)
        self.refused(self.poll(begun["device_code"]), "authorization_pending", 70016)
        self.assertIn("no such code", self.enter("WRONGCODE").text)
        page = self.enter(begun["user_code"].lower(), username=ADA, password=self.password)
        self.assertIn("You Are Signed In", page.text)
        self.service.advance(11)
        tokens = self.poll(begun["device_code"])
        self.assertEqual(tokens.status_code, 200, tokens.text)
        self.assertIn("refresh_token", tokens.json())
        self.refused(self.poll(begun["device_code"]), "expired_token", 70020)

    def test_device_code_refused(self):
        begun = self.device().json()
        self.assertIn("Declined", self.enter(begun["user_code"], decline="1").text)
        self.refused(self.poll(begun["device_code"]), "authorization_declined", 70018)
        self.refused(self.poll("nonsense"), "bad_verification_code", 70019)
        self.refused(self.device(scope="openid"), "invalid_scope", 70011)
        self.refused(self.device(client_id="x"), "unauthorized_client", 700016)
        late = self.device().json()
        self.service.advance(901)
        self.refused(self.poll(late["device_code"]), "expired_token", 70020)
        self.assertIn("no such code", self.enter(late["user_code"]).text)

    def test_configuration(self):
        for path in ("/common/v2.0/.well-known/openid-configuration", "/.well-known/openid-configuration"):
            answer = requests.get(self.service.url + path, timeout=30)
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer.json()["token_endpoint"], f"{self.service.url}/common/oauth2/v2.0/token")
            self.assertEqual(requests.get(answer.json()["jwks_uri"], timeout=30).json(), {"keys": []})


if __name__ == "__main__":
    main()
