"""The file of the tokens: for its owner's eyes, replaced in one step, changed by one command at a time."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager, suppress
from datetime import date, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zanryu.access.tokens import DIGEST_BYTES, Scope, Token
from zanryu.errors import InputNotFound, ZanryuError
from zanryu.store.files import sync

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_OTHERS: Final = 0o077
_PRIVATE: Final = 0o600
_FIELDS: Final = frozenset({"id", "name", "scope", "sha256", "created", "expires", "revoked"})


class UnusableTokens(ZanryuError):
    """The file of the tokens cannot be read, or may not be: nobody can write until that is mended."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    title = "Tokens cannot be read"
    slug = "unusable-tokens"


class Stamp(NamedTuple):
    """What differs between two states of a file. ``changed_ns`` also tells of a new mode or owner."""

    written_ns: int
    changed_ns: int
    inode: int
    size_bytes: int


class TokenFile:
    """Tokens on disk, in JSON. There need not be a file: then there are no tokens."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return str(self._path)

    def stamp(self) -> Stamp | None:
        """Return the state of the file, at the cost of one system call; ``None`` if there is none.

        :raises UnusableTokens: if the system does not tell.
        """
        try:
            return _stamp_of(self._path.stat())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unreadable(error) from None

    def read(self) -> tuple[Stamp | None, tuple[Token, ...]]:
        """Return the tokens, with the state of the file that they were read from.

        :raises UnusableTokens: if others may read it, or it holds anything else: a mark of revocation that
            cannot be read must not be lost.
        """
        try:
            with self._path.open("rb") as file:
                status = os.fstat(file.fileno())
                content = file.read()
        except FileNotFoundError:
            return None, ()
        except OSError as error:
            raise self._unreadable(error) from None
        if status.st_mode & _OTHERS:
            raise UnusableTokens(
                f"{self} can be read or written by others than its owner; run `chmod 600 {self}`, "
                "and revoke its tokens if others could write."
            )
        try:
            return _stamp_of(status), _tokens_of(json.loads(content))
        except (ValueError, TypeError, KeyError, RecursionError):
            raise UnusableTokens(
                f"{self} is not a list of tokens as `zanryu token` writes it; put a backup in its place."
            ) from None

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Keep every other command from changing the file meanwhile.

        :raises InputNotFound: if its folder is not there.
        :raises UnusableTokens: if nothing may be written there.
        """
        folder = self._path.parent
        if not folder.is_dir():
            raise InputNotFound(
                f"{folder}: no such folder; run `zanryu build`, or name the store with --store."
            )
        # Beside the file: a lock on the file itself would go with it when it is replaced.
        path = self._path.with_name(f"{self._path.name}.lock")
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _PRIVATE)
        except OSError as error:
            raise UnusableTokens(f"{path} cannot be written: {error.strerror}.") from None
        try:
            self._give_to_owner(descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def write(self, tokens: Sequence[Token]) -> None:
        """Put tokens in place of those that are there, in one step, on disk when this returns.

        :raises UnusableTokens: if the disk refuses; then nothing is changed.
        """
        content = json.dumps({"tokens": [_record_of(t) for t in tokens]}, ensure_ascii=False, indent=1)
        unfinished = self._path.with_name(f"{self._path.name}.unfinished")
        try:
            unfinished.unlink(missing_ok=True)
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE)
            with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor
                file.write(f"{content}\n")
                file.flush()
                self._give_to_owner(descriptor)
                os.fsync(descriptor)
            unfinished.replace(self._path)
            sync(self._path.parent)  # the new name, too: no loss of power may undo a revocation
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink()
            raise UnusableTokens(f"{self} cannot be written: {error.strerror}.") from None

    def _give_to_owner(self, descriptor: int) -> None:
        """Leave what root makes to the user of the server, who could not read it otherwise."""
        if os.geteuid() == 0:
            owner = (self._path if self._path.exists() else self._path.parent).stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)

    def _unreadable(self, error: OSError) -> UnusableTokens:
        return UnusableTokens(
            f"{self} cannot be read: {error.strerror}. It belongs to the user that runs the server."
        )


def _stamp_of(status: os.stat_result) -> Stamp:
    return Stamp(status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size)


def _record_of(token: Token) -> dict[str, object]:
    return {
        "id": token.id,
        "name": token.name,
        "scope": token.scope.value,
        "sha256": token.digest.hex(),
        "created": token.created.isoformat(timespec="seconds"),
        "expires": token.expires.isoformat() if token.expires else None,
        "revoked": token.revoked.isoformat(timespec="seconds") if token.revoked else None,
    }


def _tokens_of(document: Any) -> tuple[Token, ...]:  # noqa: ANN401 - whatever stands in the file
    tokens = tuple(_token_of(record) for record in document["tokens"])
    if len({token.id for token in tokens}) != len(tokens):
        raise ValueError("two tokens have one id")
    return tokens


def _token_of(record: dict[str, Any]) -> Token:
    digest = bytes.fromhex(record["sha256"])
    is_typed = isinstance(record["id"], int) and isinstance(record["name"], str)
    if record.keys() != _FIELDS or len(digest) != DIGEST_BYTES or not is_typed:
        raise ValueError("no token")
    expires, revoked = record["expires"], record["revoked"]
    return Token(
        record["id"],
        record["name"],
        Scope(record["scope"]),
        digest,
        datetime.fromisoformat(record["created"]),
        None if expires is None else date.fromisoformat(expires),
        None if revoked is None else datetime.fromisoformat(revoked),
    )
