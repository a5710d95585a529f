"""The words of templates: what is put into them is escaped, what they are stands as it is."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string

from zanryu.presentation import add_presentation


@pytest.fixture(scope="module")
def app() -> Flask:
    made = Flask("zanryu")
    add_presentation(made)
    return made


def render(app: Flask, source: str, language: str = "en", **values: object) -> str:
    with app.test_request_context(f"/?lang={language}"):
        return render_template_string(source, **values)


def test_a_value_is_escaped_and_the_message_is_not(app: Flask) -> None:
    assert render(app, '{{ _("<b>%(n)s</b>", n=text) }}', text="<i>") == "<b>&lt;i&gt;</b>"


def test_a_percent_sign_is_written_twice_in_every_message(app: Flask) -> None:
    assert render(app, '{{ _("90%% sure") }} {{ _("%(n)s%%", n=90) }}') == "90% sure 90%"


def test_a_message_is_in_the_language_of_the_request(app: Flask) -> None:
    assert render(app, '{{ _("Officers") }}', "ja") != render(app, '{{ _("Officers") }}') == "Officers"


@pytest.mark.parametrize(("count", "written"), [(1, "1 claim"), (2, "2 claims")])
def test_a_number_chooses_its_form(app: Flask, count: int, written: str) -> None:
    assert render(app, '{{ ngettext("%(num)s claim", "%(num)s claims", n) }}', n=count) == written


def test_a_context_tells_messages_apart(app: Flask) -> None:
    source = '{{ pgettext("a claim", "%(verb)s %(value)s", verb="met", value=name) }}'

    assert render(app, source, name="A & B") == "met A &amp; B"
