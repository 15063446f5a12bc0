"""A tiny IMAP server on this machine: it knows the few commands we use, and writes down every one it got."""

import re
import socket
import threading
from dataclasses import dataclass, field


@dataclass
class FakeImap:
    """Messages by number; those in `seen` are read already. `sizes` lies about sizes where it says so."""

    messages: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    sizes: dict[int, int] = field(default_factory=dict)
    validity: int = 7
    password: str = "geheim"
    commands: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self.socket.close()

    def _serve(self) -> None:
        while True:
            try:
                link, _address = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(link,), daemon=True).start()

    def _talk(self, link: socket.socket) -> None:
        with link, link.makefile("rwb") as wire:
            wire.write(b"* OK ready\r\n")
            wire.flush()
            for line in wire:
                tag, _blank, command = line.decode().strip().partition(" ")
                self.commands.append(re.sub(r"(LOGIN \S+) .*", r"\1 ...", command))
                wire.write(self._answer(tag, command))
                wire.flush()
                if command.upper() == "LOGOUT":
                    return

    def _answer(self, tag: str, command: str) -> bytes:
        verb, done = command.upper(), f"{tag} OK done\r\n".encode()
        if verb.startswith("CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1\r\n" + done
        if verb.startswith("LOGIN"):
            return done if self.password in command else f"{tag} NO wrong\r\n".encode()
        if verb.startswith(("EXAMINE", "SELECT")):
            return (
                f"* {len(self.messages)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] x\r\n".encode() + done
            )
        if verb.startswith("UID SEARCH"):
            first = int(command.rpartition(" ")[2].partition(":")[0])
            fresh = [uid for uid in self.messages if uid not in self.seen]
            hits = [uid for uid in fresh if uid >= first] or fresh[-1:]  # as real ones: n:* is never empty
            return f"* SEARCH {' '.join(map(str, hits))}\r\n".encode() + done
        if verb.startswith("UID FETCH"):
            return self._fetch(int(command.split()[2]), verb) + done
        if verb.startswith("LOGOUT"):
            return b"* BYE\r\n" + done
        return f"{tag} BAD what\r\n".encode()

    def _fetch(self, uid: int, verb: str) -> bytes:
        raw = self.messages[uid]
        if "RFC822.SIZE" in verb:
            return f"* 1 FETCH (UID {uid} RFC822.SIZE {self.sizes.get(uid, len(raw))})\r\n".encode()
        return f"* 1 FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
