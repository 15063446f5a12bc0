"""What no page may do: ask another host, break the content security policy, raise an error, answer 500."""

import re

from playwright.sync_api import ConsoleMessage, Page, Request, Response

# A refusal is an answer; the browser writes each into its console.
EXPECTED = re.compile(r"(status of|Status Error Code) 4(03|04|09|22|29)\b")
OWN_SCHEMES = ("data:", "blob:", "about:")


class Watch:
    """Collects complaints over all pages of a test."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.complaints: list[str] = []

    def over(self, page: Page) -> None:
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.url, *OWN_SCHEMES)):
            self.complaints.append(f"foreign request: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status}: {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED.search(message.text):
            self.complaints.append(f"console: {message.text}")
