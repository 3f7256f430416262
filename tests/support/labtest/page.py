# SPDX-License-Identifier: GPL-3.0-or-later
"""The local lab's sign-in page, for tests that need nobody to look at it."""

import html
import re
import urllib.parse

import requests


def answer_page(url, person):
    """Fills in the sign-in page as a browser does, down to the program's own page. Returns the authorization code."""
    browser = requests.Session()
    page = browser.get(url, timeout=20)
    action = html.unescape(re.search(r'action="([^"]+)"', page.text).group(1))
    flow = html.unescape(re.search(r'name="flow" value="([^"]+)"', page.text).group(1))
    form = {"flow": flow, "username": person["userName"], "password": person["password"]}
    answer = browser.post(urllib.parse.urljoin(url, action), data=form, allow_redirects=False, timeout=20)
    assert answer.status_code == 302, answer.text
    location = answer.headers["Location"]
    assert browser.get(location, timeout=20).ok
    return urllib.parse.parse_qs(urllib.parse.urlsplit(location).query)["code"][0]
