# SPDX-License-Identifier: GPL-3.0-or-later
"""Every answer of the local lab, to every address of the API description, is as described there."""

import copy
import json
import unittest

import requests
from description import Mismatch, load_all, split
from labtest import main, wait_for
from labtest.lab_service import STUDENT, Client, LabService, without_machines

SUBSCRIPTION = "/subscriptions/5c003000-0000-4000-8000-000000000001"
PROVIDER = "/providers/Microsoft.LabServices"
GROUP = f"{SUBSCRIPTION}/resourceGroups/courses{PROVIDER}"
ACCOUNT = f"{GROUP}/labaccounts/computing"
PYTHON = f"{ACCOUNT}/labs/Data science with Python"
SETTINGS = f"{PYTHON}/environmentsettings/default"
OWN = f"{SETTINGS}/environments/vm-1"
EXPAND = {"$expand": "properties($expand=resourceSettings($expand=referenceVm($expand=vmStateDetails)))"}
PASSWORD = "Difference-Engine-2"

# Documented, but never the right answer here: setting a password always takes a while.
NEVER = {("GlobalUsers_ResetPassword", "200"), ("Environments_ResetPassword", "200")}

# What ARM adds to the answers of operation URLs, though this description leaves it out (CONTRACTS 4).
ARM_ADDS = {"Operations_Get": {"name", "startTime", "endTime"}}

CREATE_LAB = {
    "name": "made",
    "labCreationParameters": {"maxUsersInLab": 2},
    "environmentSettingCreationParameters": {
        "resourceSettingCreationParameters": {
            "galleryImageResourceId": f"{ACCOUNT}/galleryimages/Debian 13 with Jupyter",
            "size": "Standard",
            "referenceVmCreationParameters": {"userName": "teacher", "password": PASSWORD},
        }
    },
}
NEW_SETTINGS = {
    "properties": {
        "title": "By hand",
        "resourceSettings": {
            "galleryImageResourceId": f"{ACCOUNT}/galleryimages/Debian 13 with Jupyter",
            "size": "Basic",
            "referenceVm": {"userName": "student", "password": PASSWORD},
        },
    }
}


def required_members(description, schema, path=()):
    """Paths of all members that a body must have."""
    if "$ref" in schema:
        schema = description.requests[schema["$ref"].rsplit("/", 1)[-1]]
    for name, member in schema.get("properties", {}).items():
        if name in schema.get("required", []):
            yield (*path, name)
        yield from required_members(description, member, (*path, name))


def without(body, path):
    """A copy without that member; None when the body does not have it."""
    body = copy.deepcopy(body)
    node = body
    for name in path[:-1]:
        node = node.get(name, {})
    return body if node.pop(path[-1], None) is not None else None


class Contract(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.descriptions = load_all()
        cls.service = LabService(without_machines())
        cls.service.__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.teacher = cls.service.sign_in("grace@school.example")
        cls.student = cls.service.sign_in("ada@school.example")
        cls.nobody = Client(cls.service.url, None)
        cls.seen = set()

    def find(self, method, path):
        for description in self.descriptions:
            if operation := description.find(method, path):
                return description, operation
        self.fail(f"{method} {path} is in no description")

    def check(self, method, path, answer):
        """The answer is as described, and has what every answer of ARM has."""
        description, operation = self.find(method, path)
        body = answer.json() if answer.content else None
        for name in ARM_ADDS.get(operation.name, ()):
            if answer.status_code == 200:
                body.pop(name, None)
        description.check_answer(operation, answer.status_code, body)
        self.assertRegex(answer.headers["x-ms-request-id"], "^[0-9a-f-]{36}$")
        self.assertIn("x-ms-correlation-request-id", answer.headers)
        if answer.content:
            self.assertEqual(answer.headers["Content-Type"], "application/json; charset=utf-8")
        if answer.status_code >= 400:
            self.assertTrue(body["error"]["code"] and body["error"]["message"])
        if answer.status_code == 202:
            self.assertIn("Azure-AsyncOperation", answer.headers)
            # Lab Services sends none (CONTRACTS 4).
            self.assertNotIn("Retry-After", answer.headers)
        status = str(answer.status_code)
        self.seen.add((operation.name, status if status in operation.responses else "default"))

    def call(self, method, path, body=None, expect=200, client=None, query=None, version=None):
        description, operation = self.find(method, path)
        version = version or description.version
        answer = (client or self.teacher).send(method, path, body, version, query)
        self.assertEqual(answer.status_code, expect, f"{method} {path}: {answer.text}")
        self.check(method, path, answer)
        # What this test sends is a valid request too, unless it was meant to fail.
        if expect < 400:
            description.check_request(operation, {"api-version": version} | (query or {}), body)
        return answer.json() if answer.content else answer

    def follow(self, answer, client=None):
        """The operation of a 202, by both of the addresses that it gives."""
        client = client or self.teacher
        end = client.follow(answer)
        self.assertEqual(end["status"], "Succeeded", end)
        url = answer.headers["Azure-AsyncOperation"]
        self.check("GET", split(url)[0], requests.get(url, headers=client.headers, timeout=30))
        result = requests.get(answer.headers["Location"], headers=client.headers, timeout=30)
        self.assertEqual(result.status_code, 204)

    def act(self, path, client=None, body=None):
        self.follow(self.call("POST", path, body, 202, client), client)

    def rest(self, settings):
        """Waits until what was begun on a template has ended: its password, a publication."""

        def properties():
            now = self.call("GET", settings)["properties"]
            return now if now["latestOperationResult"]["status"] != "InProgress" else None

        return wait_for(properties, 30, "the template is at rest")

    def test_10_subscriptions(self):
        self.assertEqual(self.call("GET", "/subscriptions", client=self.student)["value"], [])
        self.assertEqual(len(self.call("GET", "/subscriptions")["value"]), 1)
        self.call("GET", SUBSCRIPTION)
        self.call("GET", SUBSCRIPTION, client=self.student, expect=404)
        self.call("GET", f"{SUBSCRIPTION}/locations")
        self.call("GET", "/tenants")
        self.call("GET", f"{PROVIDER}/operations")

    def test_20_student(self):
        def post(action, body=None, expect=200):
            return self.call("POST", STUDENT + action, body, expect, self.student)

        self.assertEqual(len(post("listLabs")["labs"]), 2)
        self.assertEqual(len(post("listEnvironments", {})["environments"]), 2)
        self.assertEqual(len(post("listEnvironments", {"labId": PYTHON})["environments"]), 1)
        own = {"environmentId": OWN}
        self.assertEqual(post("getEnvironment", own)["environment"]["name"], "Data science with Python")
        answer = post("startEnvironment", own, 202)
        url = answer.headers["Azure-AsyncOperation"]
        self.follow(answer, self.student)
        post("startEnvironment", own, 200)
        details = post("getEnvironment", own)["environment"]["virtualMachineDetails"]
        self.assertEqual(details["lastKnownPowerState"], "Running")
        self.assertRegex(details["sshAuthority"], r"^127\.0\.0\.1:\d+$")
        self.assertEqual(post("getOperationStatus", {"operationUrl": url})["status"], "Succeeded")
        batch = post("getOperationBatchStatus", {"urls": [url, "http://nowhere/"]})["items"]
        self.assertEqual([item["status"] for item in batch], ["Succeeded", "NotFound"])
        self.act(STUDENT + "resetPassword", self.student, own | {"username": "student", "password": PASSWORD})
        self.act(STUDENT + "stopEnvironment", self.student, own)
        post("stopEnvironment", own, 200)
        favourite = {"labAccountResourceId": ACCOUNT, "addRemove": "Add", "labResourceId": PYTHON}
        self.assertEqual(post("getPersonalPreferences", favourite)["favoriteLabResourceIds"], [PYTHON])
        favourite["addRemove"] = "Remove"
        self.assertEqual(post("getPersonalPreferences", favourite)["favoriteLabResourceIds"], [])
        post("register", {"registrationCode": "no such code"}, 400)

        # Of what is not theirs, people do not even learn whether it is there.
        def refusal(path):
            error = post("getEnvironment", {"environmentId": path}, 404).get("error")
            return error["code"], error["message"].replace(path, "…")

        others = [f"{SETTINGS}/environments/vm-2", f"{SETTINGS}/environments/none", OWN.replace("computing", "none")]
        others.append(OWN.replace("courses", "none"))
        self.assertEqual(len({refusal(path) for path in others}), 1)
        alan = self.service.sign_in("alan@school.example")
        self.call("POST", STUDENT + "register", {"registrationCode": "statistics-2026"}, client=alan)
        self.assertEqual(len(alan.environments()), 2)

    def test_21_newer_list(self):
        """listAllEnvironments has no published description: as Microsoft's samples read it."""
        answer = self.student.student("listAllEnvironments", None, "2019-01-01-preview")
        self.assertEqual(answer.status_code, 200)
        for item in answer.json()["environments"]:
            self.assertEqual(item["lastKnownPowerState"], item["virtualMachineDetails"]["lastKnownPowerState"])
            self.assertIn("privateIpAddress", item["virtualMachineDetails"])
        self.assertEqual(self.student.student("listAllEnvironments").status_code, 400)

    def test_30_accounts_and_images(self):
        self.call("GET", f"{SUBSCRIPTION}{PROVIDER}/labaccounts")
        self.call("GET", f"{GROUP}/labaccounts")
        self.call("GET", ACCOUNT)
        self.call("POST", f"{ACCOUNT}/getRegionalAvailability")
        other = f"{GROUP}/labaccounts/other"
        made = self.call("PUT", other, {"location": "local", "tags": {"a": "b"}}, 201)
        self.assertEqual(made["tags"], {"a": "b"})
        self.call("PUT", other, {"properties": {"enabledRegionSelection": True}})
        self.assertTrue(self.call("PATCH", other, {"tags": {}})["properties"]["enabledRegionSelection"])
        self.call("GET", f"{ACCOUNT}/galleryimages")
        image = f"{other}/galleryimages/plain"
        self.call("PUT", image, {"properties": {"isEnabled": True}}, 201)
        self.call("PUT", image, {"properties": {"isEnabled": True}})
        self.assertFalse(self.call("PATCH", image, {"properties": {"isEnabled": False}})["properties"]["isEnabled"])
        self.call("GET", image)
        self.call("DELETE", image)
        self.call("DELETE", image, expect=204)
        self.follow(self.call("DELETE", other, expect=202))
        self.call("DELETE", other, expect=204)
        self.call("GET", other, expect=404)

    def test_40_lab_by_hand(self):
        lab = f"{ACCOUNT}/labs/by-hand"
        self.call("PUT", lab, {"properties": {"maxUsersInLab": 3}}, 201)
        again = self.call("PUT", lab, {"properties": {"usageQuota": "PT25H", "userAccessMode": "Open"}})
        self.assertEqual(again["properties"]["usageQuota"], "P1DT1H")
        self.assertEqual(again["properties"]["maxUsersInLab"], 3)
        self.call("PATCH", lab, {"properties": {"maxUsersInLab": 2}})
        self.assertEqual(self.call("GET", lab)["properties"]["maxUsersInLab"], 2)
        self.assertIn("by-hand", [item["name"] for item in self.call("GET", f"{ACCOUNT}/labs")["value"]])
        settings = f"{lab}/environmentsettings/default"
        self.assertEqual(self.call("GET", f"{lab}/environmentsettings")["value"], [])
        self.call("PUT", settings, NEW_SETTINGS, 201)
        self.rest(settings)
        self.call("PUT", settings, NEW_SETTINGS)
        self.rest(settings)
        self.call("PATCH", settings, {"properties": {"description": "More"}})
        self.follow(self.call("DELETE", settings, expect=202))
        self.call("DELETE", settings, expect=204)
        self.follow(self.call("DELETE", lab, expect=202))
        self.call("DELETE", lab, expect=204)

    def test_50_whole_course(self):
        """As an instructor does it: create, prepare, publish, invite, look after, end."""
        self.call("POST", f"{ACCOUNT}/createLab", CREATE_LAB)
        self.call("POST", f"{ACCOUNT}/createLab", CREATE_LAB, 409)
        lab = f"{ACCOUNT}/labs/made"
        settings = f"{lab}/environmentsettings/default"
        state = self.rest(settings)
        self.assertEqual(state["publishingState"], "Draft")
        self.assertNotIn("vmStateDetails", state["resourceSettings"]["referenceVm"])
        self.act(f"{settings}/start")
        self.call("POST", f"{settings}/start", expect=200)
        state = self.call("GET", settings, query=EXPAND)["properties"]["resourceSettings"]["referenceVm"]
        self.assertEqual((state["userName"], state["vmStateDetails"]["powerState"]), ("teacher", "Running"))
        self.act(f"{settings}/stop")
        self.call("POST", f"{settings}/stop", expect=200)

        self.call("POST", f"{settings}/publish", {"useExistingImage": False})
        self.assertEqual(self.rest(settings)["publishingState"], "Published")
        whole = self.call("GET", settings)["properties"]
        change = {"properties": {"configurationState": "Completed", "resourceSettings": {
            "referenceVm": {"userName": whole["resourceSettings"]["referenceVm"]["userName"]}}}}
        self.call("PUT", settings, change)

        self.call("POST", f"{lab}/addUsers", {"emailAddresses": ["ada@school.example", "new@school.example"]})
        users = self.call("GET", f"{lab}/users")["value"]
        self.assertEqual([user["properties"]["email"] for user in users], ["ada@school.example", "new@school.example"])
        self.call("GET", f"{lab}/users/{users[0]['name']}")
        self.call("PATCH", f"{lab}/users/{users[0]['name']}", {"properties": {}})
        third = f"{lab}/users/third@school.example"
        self.call("PUT", third, {}, 201)
        self.call("PUT", third, {})
        self.follow(self.call("DELETE", third, expect=202))
        self.call("DELETE", third, expect=204)
        self.call("POST", f"{lab}/register", client=self.student)
        self.call("POST", f"{lab}/register", client=self.service.sign_in("alan@school.example"), expect=403)

        environments = self.call("GET", f"{settings}/environments")["value"]
        self.assertEqual([item["properties"]["isClaimed"] for item in environments], [True, False])
        claimed = environments[0]["id"]
        self.assertEqual(environments[0]["properties"]["claimedByUserName"], "ada@school.example")
        self.act(f"{claimed}/start")
        self.call("POST", f"{claimed}/start")
        self.assertEqual(self.call("GET", claimed)["properties"]["lastKnownPowerState"], "Running")
        reset = {"environmentId": claimed, "username": "teacher", "password": PASSWORD}
        self.act(f"{claimed}/resetPassword", body=reset)
        self.act(f"{claimed}/stop")
        self.call("POST", f"{claimed}/stop")
        self.call("POST", f"{settings}/claimAny")
        self.call("POST", f"{environments[1]['id']}/claim")
        extra = f"{settings}/environments/extra"
        self.call("PUT", extra, {}, 201)
        self.call("PUT", extra, {})
        self.call("PATCH", extra, {"properties": {}})
        self.follow(self.call("DELETE", extra, expect=202))
        self.call("DELETE", extra, expect=204)

        self.follow(self.call("DELETE", lab, expect=202))
        self.call("GET", lab, expect=404)

    def test_60_paging(self):
        addresses = [f"student-{number}@school.example" for number in range(250)]
        self.call("POST", f"{PYTHON}/addUsers", {"emailAddresses": addresses})

        def pages(query):
            path = f"{PYTHON}/users"
            answer = self.call("GET", path, query=query)
            while True:
                yield [user["properties"]["email"] for user in answer["value"]]
                if not answer.get("nextLink"):
                    return
                self.assertTrue(answer["nextLink"].startswith(self.service.url))
                followed = requests.get(answer["nextLink"], headers=self.teacher.headers, timeout=30)
                self.assertEqual(followed.status_code, 200, followed.text)
                self.check("GET", split(answer["nextLink"])[0], followed)
                answer = followed.json()

        sizes = [len(page) for page in pages({})]
        self.assertEqual(sizes, [100, 100, 53])
        everyone = [email for page in pages({}) for email in page]
        self.assertEqual(len(set(everyone)), 253)
        self.assertEqual([len(page) for page in pages({"$top": "120"})], [100, 20])
        self.assertEqual([len(page) for page in pages({"$top": "100"})], [100])
        found = list(pages({"$filter": "Properties/Email eq 'student-7@school.example'"}))
        self.assertEqual(found, [["student-7@school.example"]])
        ordered = [email for page in pages({"$orderby": "properties/email desc"}) for email in page]
        self.assertEqual(ordered, sorted(everyone, reverse=True))
        for wrong in ({"$top": "0"}, {"$top": "x"}, {"$skiptoken": "x"}, {"$filter": "everything"}):
            self.call("GET", f"{PYTHON}/users", query=wrong, expect=400)

    def concrete(self, operation):
        """A path of the operation that leads to something that is there."""
        return (
            operation.template.replace("{subscriptionId}", SUBSCRIPTION.rsplit("/", 1)[-1])
            .replace("{resourceGroupName}", "courses")
            .replace("{labAccountName}", "computing")
            .replace("{labName}", "Data science with Python")
            .replace("{environmentSettingName}", "default")
            .replace("{environmentName}", "vm-1")
            .replace("{userName}", "NoUsername")
            .replace("{galleryImageName}", "Debian 13 with Jupyter")
            .replace("{locationName}", "local")
            .replace("{operationName}", "none")
        )

    def test_70_refusals(self):
        """Without a token, with a student's, without or with a wrong version: the same envelope everywhere."""
        for description in self.descriptions:
            for operation in description.operations:
                path, body = self.concrete(operation), {} if operation.body else None
                with self.subTest(operation):
                    for client, version, status in (
                        (self.nobody, description.version, 401),
                        (self.teacher, "", 400),
                        (self.teacher, "1999-01-01", 400),
                    ):
                        answer = client.send(operation.method, path, body, version)
                        self.assertEqual(answer.status_code, status, answer.text)
                        if "default" in operation.responses:
                            self.check(operation.method, path, answer)
                    if path.startswith(ACCOUNT) and not path.endswith("/register"):
                        answer = self.student.send(operation.method, path, body, description.version)
                        self.assertEqual(answer.status_code, 403, answer.text)
                        self.assertEqual(answer.json()["error"]["code"], "AuthorizationFailed")

    def test_71_required_members(self):
        """Every member that the description requires of a body is missed when it is not there."""
        bodies = {
            "LabAccounts_CreateLab": CREATE_LAB | {"name": "never"},
            "EnvironmentSettings_CreateOrUpdate": NEW_SETTINGS,
            "Labs_AddUsers": {"emailAddresses": []},
            "Environments_ResetPassword": {"environmentId": OWN, "password": PASSWORD},
            "GlobalUsers_GetEnvironment": {"environmentId": OWN},
            "GlobalUsers_StartEnvironment": {"environmentId": OWN},
            "GlobalUsers_StopEnvironment": {"environmentId": OWN},
            "GlobalUsers_ResetPassword": {"environmentId": OWN, "password": PASSWORD},
            "GlobalUsers_GetOperationStatus": {"operationUrl": "http://nowhere/"},
            "GlobalUsers_GetOperationBatchStatus": {"urls": []},
        }
        covered = set()
        for operation in self.descriptions[0].operations:
            if not operation.body:
                continue
            for member in required_members(self.descriptions[0], operation.body):
                with self.subTest(operation, member=member):
                    body = without(bodies[operation.name], member)
                    self.assertIsNotNone(body, "the sample has not this member")
                    client = self.student if operation.name.startswith("GlobalUsers") else self.teacher
                    answer = client.send(operation.method, self.concrete(operation), body)
                    self.assertEqual(answer.status_code, 400, answer.text)
                    self.assertIn(member[-1], answer.json()["error"]["message"])
                    covered.add(operation.name)
        self.assertEqual(covered, set(bodies))

    def test_99_all_covered(self):
        """Nothing of the descriptions was left out above."""
        missing = []
        for description in self.descriptions:
            for operation in description.operations:
                for status in operation.responses:
                    if (operation.name, status) not in self.seen | NEVER:
                        missing.append(f"{operation!r} {status}")
        self.assertEqual(missing, [])


class Validator(unittest.TestCase):
    """The checks can fail."""

    def setUp(self):
        self.description = load_all()[0]

    def refuse(self, method, path, **what):
        operation = self.description.find(method, path)
        query = {"api-version": "2018-10-15"} | what.get("query", {})
        with self.assertRaises(Mismatch):
            if "status" in what:
                self.description.check_answer(operation, what["status"], what.get("answer"))
            else:
                self.description.check_request(operation, query, what.get("body"))

    def test_answers(self):
        self.refuse("GET", PYTHON, status=200, answer={"properties": {"usageQuota": "10 hours"}})
        self.refuse("GET", PYTHON, status=200, answer={"unheard": "of"})
        self.refuse("GET", PYTHON, status=200, answer={"properties": {"userAccessMode": "Sometimes"}})
        self.refuse("GET", PYTHON, status=200)
        self.refuse("GET", PYTHON, status=204)
        self.refuse("GET", PYTHON, status=404, answer={"error": "text"})
        self.refuse("GET", SETTINGS, status=200, answer={"properties": {}})
        self.refuse("POST", f"{OWN}/start", status=200, answer={})

    def test_requests(self):
        self.refuse("POST", STUDENT + "startEnvironment", body={})
        self.refuse("POST", STUDENT + "startEnvironment", body={"environmentId": OWN, "more": 1})
        self.refuse("PATCH", PYTHON, body={"properties": {"invitationCode": "read-only"}})
        self.refuse("GET", PYTHON, query={"api-version": "2023-06-07"})
        self.refuse("GET", PYTHON, query={"$unheard": "of"})
        self.refuse("POST", f"{OWN}/start", body={"not": "empty"})
        self.assertIsNone(self.description.find("GET", f"{PYTHON}/nothing/of/the/kind"))

    def test_log(self):
        from validate_requests import check_log

        good = [
            {"method": "POST", "url": f"http://x{STUDENT}listLabs?api-version=2018-10-15", "body": None},
            {"method": "GET", "url": "http://x/tenants?api-version=2022-12-01"},
            {"method": "POST", "url": f"http://x{STUDENT}listAllEnvironments?api-version=2019-01-01-preview"},
            {"method": "POST", "url": "http://x/common/oauth2/v2.0/token",
             "body": "grant_type=refresh_token&client_id=a&refresh_token=b&scope=c"},
        ]
        self.assertEqual(check_log(map(json.dumps, good)), [])
        bad = [
            {"method": "POST", "url": f"http://x{STUDENT}startEnvironment?api-version=2018-10-15", "body": {}},
            {"method": "GET", "url": "http://x/nowhere"},
            {"method": "POST", "url": "http://x/common/oauth2/v2.0/token", "body": "grant_type=password"},
        ]
        self.assertEqual(len(check_log(map(json.dumps, bad))), 3)


if __name__ == "__main__":
    main()
