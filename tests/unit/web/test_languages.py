"""The language of the interface, and a catalogue without gaps."""

from __future__ import annotations

import re

import pytest

from zanryu.web.languages import LANGUAGES, catalogue, choose_language, message

CHOICES = {
    "nothing said": (None, None, "en"),
    "the parameter": ("ja", "vi", "ja"),
    "an unknown parameter": ("xx", "vi", "vi"),
    "the header": (None, "vi-VN,vi;q=0.9,en;q=0.8", "vi"),
    "the header's weights": (None, "en;q=0.2, ja;q=0.7", "ja"),
    "another language": (None, "fr,de;q=0.5", "en"),
    "a broken header": (None, ";;;q=,ja;q=x,*", "en"),
}


@pytest.mark.parametrize(("wanted", "header", "expected"), CHOICES.values(), ids=CHOICES.keys())
def test_the_parameter_goes_before_the_header(wanted: str | None, header: str | None, expected: str) -> None:
    assert choose_language(wanted, header) == expected


@pytest.mark.parametrize("key", catalogue())
def test_every_message_is_in_every_language_with_the_same_values(key: str) -> None:
    texts = catalogue()[key]

    assert set(texts) == set(LANGUAGES)
    assert len({frozenset(re.findall(r"\{\w+\}", text)) for text in texts.values()}) == 1


def test_values_are_put_into_a_message() -> None:
    assert message("rows", "vi", count=3) == "3 dòng"
