"""SPARQL 1.1 Update: from an operation of the protocol to a change, or to the reason why there is none.

First the text is parsed, where nothing can be carried out; so what is malformed is told as that, and no
clause that would be refused is ever begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zanryu.errors import Refused
from zanryu.sparql.load_operation import refuse_load, without_silent_loads
from zanryu.sparql.operations import refuse_complex_update
from zanryu.sparql.service_clause import refuse_service
from zanryu.sparql.using import with_dataset
from zanryu.store.backend import UNION, UPDATE_SYNTAX

if TYPE_CHECKING:
    from zanryu.sparql.policy import Policy
    from zanryu.sparql.protocol import Update
    from zanryu.store.backend import Backend
    from zanryu.store.writer import Change, Writer

NO_WRITER: Final = "This endpoint answers queries. Changes are refused: no writer is configured."


def carry_out(
    update: Update, policy: Policy, backend: Backend, writer: Writer | None, timeout_seconds: float
) -> Change:
    """Carry an update out, all of its operations or none.

    :raises MalformedQuery: with ``line`` and ``column``.
    :raises MalformedRequest: if the text and the protocol's parameters both name a dataset.
    :raises Refused: for LOAD, for SERVICE, and for every change where nothing may be written.
    """
    refuse_complex_update(update.text)
    parsed = backend.query(update.text, policy.dataset(UNION), UPDATE_SYNTAX, timeout_seconds=timeout_seconds)
    b"".join(parsed)  # an engine may parse no sooner than it is asked for the answer
    text = with_dataset(update.text, update.using)
    if writer is None or not policy.writes:
        raise Refused(NO_WRITER, parameter="update")
    refuse_service(text, "update")
    text = without_silent_loads(text)
    refuse_load(text)
    return writer.update(text, policy.dataset(UNION))
