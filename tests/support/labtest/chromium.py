# SPDX-License-Identifier: GPL-3.0-or-later
"""A real browser without a display, for the sign-in page and for notebooks."""

import os
import tempfile
from pathlib import Path

from .waiting import need, wait_for

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
]


class Chromium:
    """Context manager around a Selenium driver; `driver` has the whole of Selenium."""

    def __init__(self, size=(1100, 760), language=None):
        self.size = size
        self.language = language
        self.driver = None
        self.profile = None

    def __enter__(self):
        need("chromium", "chromedriver")
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        self.profile = tempfile.TemporaryDirectory(prefix="lc-chromium-", ignore_cleanup_errors=True)
        flags = [*FLAGS, f"--window-size={self.size[0]},{self.size[1]}", f"--user-data-dir={self.profile.name}"]
        if self.language:
            flags.append(f"--lang={self.language}")
        for flag in flags:
            options.add_argument(flag)
        # Selenium would look for a driver on the network otherwise.
        env = {**os.environ, "SE_OFFLINE": "true", "HOME": self.profile.name}
        service = Service(executable_path="/usr/bin/chromedriver", env=env)
        self.driver = webdriver.Chrome(service=service, options=options)
        self.driver.set_page_load_timeout(60)
        return self

    def __exit__(self, *_error):
        if self.driver is not None:
            self.driver.quit()
        self.profile.cleanup()

    def open(self, url):
        self.driver.get(url)

    def _until(self, condition, seconds, what):
        """Waits although the page is just being replaced by the next one."""
        from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException

        def met():
            try:
                return condition()
            except (NoSuchElementException, StaleElementReferenceException):
                return None

        return wait_for(met, seconds, what, interval=0.1)

    def wait_for(self, selector, seconds=30):
        """The first displayed element that matches the CSS selector."""

        def displayed():
            found = self.driver.find_elements("css selector", selector)
            return next((element for element in found if element.is_displayed()), None)

        return self._until(displayed, seconds, f"the page shows {selector}")

    def wait_for_text(self, text, seconds=30):
        def there():
            return text in self.driver.find_element("css selector", "body").text

        self._until(there, seconds, f"the page says {text!r}")

    def sign_in(self, url, user, password):
        """Goes through a sign-in page with a user name and a password field."""
        self.open(url)
        name_field = self.wait_for("input[type=text], input[type=email], input:not([type])")
        name_field.clear()
        name_field.send_keys(user)
        self.wait_for("input[type=password]").send_keys(password)
        self.wait_for("button[type=submit], input[type=submit], button").click()

    def screenshot(self, path):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(path))
