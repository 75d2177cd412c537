"""A browser without a window, driven over its DevTools protocol: look at a page, use the mouse."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0",
    "--remote-allow-origins=*", "--window-size=1300,900",
)  # fmt: skip
PAUSE = 0.1


def waited(ask: Callable[[], Any], seconds: float, what: str) -> Any:
    """The first answer that is true."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = ask()
        if answer:
            return answer
        time.sleep(PAUSE)
    raise AssertionError(f"waited {seconds} seconds in vain: {what}")


class Page:
    """One page of the browser."""

    def __init__(self, socket: Any) -> None:
        self._socket, self._numbers = socket, count(1)

    def call(self, method: str, **about: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": about}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == number:
                return answer["result"]

    def evaluate(self, script: str) -> Any:
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        return found["result"].get("value")

    def text(self, selector: str) -> str | None:
        return self.evaluate(f"document.querySelector({selector!r})?.innerText")

    def drag(self, selector: str, by: int) -> None:
        """Take hold of an element's middle and draw it so many pixels to the right."""
        self.evaluate(f"document.querySelector({selector!r}).scrollIntoView({{block: 'center'}})")
        box = f"document.querySelector({selector!r}).getBoundingClientRect()"
        x, y = self.evaluate(f"(() => {{const b = {box}; return [b.x + b.width / 2, b.y + 8]}})()")
        mouse: dict[str, Any] = {"button": "left", "clickCount": 1}
        self.call("Input.dispatchMouseEvent", type="mousePressed", x=x, y=y, **mouse)
        for part in (0.25, 0.5, 0.75, 1.0):
            where = {"x": x + part * by, "y": y, "button": "left", "buttons": 1}
            self.call("Input.dispatchMouseEvent", type="mouseMoved", **where)
        self.call("Input.dispatchMouseEvent", type="mouseReleased", x=x + by, y=y, **mouse)


@contextmanager
def page(browser: str, url: str, folder: Path) -> Iterator[Page]:
    """A page at an address."""
    import websocket

    command = [browser, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
        try:
            port_file = folder / "DevToolsActivePort"
            waited(port_file.is_file, 90, "the browser")
            port = port_file.read_text().split()[0]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as listed:
                tabs = json.load(listed)
            address = next(tab for tab in tabs if tab["type"] == "page")["webSocketDebuggerUrl"]
            socket = websocket.create_connection(address, timeout=30)
            shown = Page(socket)
            shown.call("Page.navigate", url=url)
            yield shown
            socket.close()
        finally:
            running.terminate()
