"""The language of the interface."""

from __future__ import annotations

import pytest

from zanryu.web.languages import choose_language
from zanryu.web.words import Words

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


def test_a_number_is_put_into_its_form_of_a_message() -> None:
    assert Words("vi").ngettext("%(num)s claim", "%(num)s claims", 3) == "3 nhận định"
    assert Words("en").ngettext("%(num)s claim", "%(num)s claims", 3) == "3 claims"
    assert Words("en").ngettext("%(num)s claim", "%(num)s claims", 1) == "1 claim"
