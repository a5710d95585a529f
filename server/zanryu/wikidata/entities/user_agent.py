"""How we name ourselves to Wikimedia (its User-Agent policy): the program, its home, and whom to write to."""

from __future__ import annotations

import re
from typing import Final

from zanryu import __version__
from zanryu.errors import InvalidSetting
from zanryu.graph.namespaces import BASE

_CONTACT: Final = re.compile(r"(https?://|[^\s@()]+@)[^\s@()]+", re.ASCII)


def user_agent(contact: str) -> str:
    """Return how we name ourselves.

    :raises InvalidSetting: without a contact: Wikimedia blocks who cannot be reached.
    """
    if not contact:
        raise InvalidSetting(
            "Wikidata wants to know who asks: set ZANRYU_WIKIDATA_CONTACT to your e-mail address or web page."
        )
    if not _CONTACT.fullmatch(contact) or not contact.isprintable():
        raise InvalidSetting(
            f"ZANRYU_WIKIDATA_CONTACT is {contact!r}; give one e-mail address, or an address with https://."
        )
    import httpx

    return f"Zanryu/{__version__} ({BASE}; {contact}) python-httpx/{httpx.__version__}"
