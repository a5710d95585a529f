"""A listening socket that a server must never connect to."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Listener:
    """Counts the connections to a port of its own, and closes them."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._accepted = 0
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._accepted += 1
            connection.close()

    def count(self) -> int:
        """Return the connections so far: one of ours is sent after them, and they are met in order."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as ours, suppress(OSError):
            ours.recv(1)
        self._accepted -= 1
        return self._accepted

    def close(self) -> None:
        """Stop listening."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()
