"""A server on this machine that answers as it is told, and remembers what it was sent."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """What arrived at each path, and how it answers: status, body, headers, seconds it sleeps, or drips."""

    port: int = 0
    got: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def bodies(self, path: str = "/hook") -> list[Any]:
        return [body for where, _headers, body in self.got if where.partition("?")[0] == path]


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            receiver.got.append((self.path, dict(self.headers), json.loads(body)))
            answer = receiver.answers.get(self.path.partition("?")[0], {})
            time.sleep(answer.get("sleep", 0))
            text = answer.get("body", '{"errcode": 0, "code": 0}').encode()
            self.send_response(answer.get("status", 200))
            for name, value in answer.get("headers", {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            with contextlib.suppress(OSError):  # who asked has gone
                for part in (text,) if not answer.get("drip") else (bytes([sign]) for sign in text):
                    self.wfile.write(part)
                    self.wfile.flush()
                    time.sleep(answer.get("drip", 0))

        def log_message(self, *_args: Any) -> None:
            return

    return Handler


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver on a free port."""
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(receiver))
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
