"""What a request to validate holds, and what is refused of it."""

from __future__ import annotations

import pytest

from zanryu.errors import BodyTooLarge, MalformedRequest, UnsupportedMediaType, ZanryuError
from zanryu.store.frames import HEADER
from zanryu.validation.protocol import (
    Submission,
    context_of,
    frame_of_submission,
    read_request,
    read_submission,
)

TEXT = b"<http://example.org/s> <http://example.org/p> 1 ."
LIMIT = 1000


def form(*parts: tuple[str, bytes]) -> tuple[str, bytes]:
    """A body of parts, each a Content-Disposition without its beginning."""
    body = b"".join(
        b"--b\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + data + b"\r\n"
        for head, data in parts
    )
    return "multipart/form-data; boundary=b", body + b"--b--\r\n"


def test_a_body_is_the_document_in_the_type_that_it_names() -> None:
    sent = read_request("application/ld+json; charset=UTF-8", b"[]", [("context", "graph")], LIMIT)

    assert (sent.data, sent.media_type, sent.parameters) == (
        b"[]",
        "application/ld+json",
        {"context": "graph"},
    )


def test_the_text_of_a_form_is_turtle_unless_the_form_says_otherwise() -> None:
    data = ('name="data"', TEXT)

    assert read_request(*form(data), [], LIMIT).media_type == "text/turtle"
    sent = read_request(*form(data, ('name="syntax"', b"nt"), ('name="lang"', b"ja")), [], LIMIT)

    assert sent.media_type == "application/n-triples"
    assert sent.parameters["lang"] == "ja"


def test_a_file_goes_before_the_text_and_its_name_tells_its_syntax() -> None:
    content_type, body = form(
        ('name="data"', TEXT), ('name="file"; filename="claims.jsonld"', b"[]"), ('name="syntax"', b"")
    )

    sent = read_request(content_type, body, [], LIMIT)

    assert (sent.data, sent.media_type) == (b"[]", "application/ld+json")


def test_a_file_that_was_not_chosen_is_none() -> None:
    content_type, body = form(('name="data"', TEXT), ('name="file"; filename=""', b""))

    assert read_request(content_type, body, [], LIMIT).data == TEXT


def test_a_form_without_files_may_be_percent_encoded() -> None:
    sent = read_request("application/x-www-form-urlencoded", b"data=%E6%AD%A6&context=graph", [], LIMIT)

    assert sent.data.decode() == "武"
    assert sent.parameters["context"] == "graph"


@pytest.mark.parametrize(
    ("content_type", "body", "arguments", "error"),
    [
        pytest.param("text/turtle", b" \n", [], MalformedRequest, id="empty"),
        pytest.param("text/turtle", b"x" * (LIMIT + 1), [], BodyTooLarge, id="too long"),
        pytest.param("text/turtle; charset=latin-1", TEXT, [], UnsupportedMediaType, id="charset"),
        pytest.param("text/turtle", TEXT, [("syntax", "n3")], UnsupportedMediaType, id="syntax"),
        pytest.param("text/turtle", TEXT, [("lang", "en"), ("lang", "ja")], MalformedRequest, id="twice"),
        pytest.param(*form(('name="lang"', b"en")), [], MalformedRequest, id="no document"),
        pytest.param(*form(('name="dta"', TEXT)), [], MalformedRequest, id="field"),
        pytest.param(
            *form(('name="data"', TEXT), ('name="data"', TEXT)), [], MalformedRequest, id="two documents"
        ),
        pytest.param(
            *form(('name="data"', TEXT), ('name="lang"', b"ja")), [("lang", "en")], MalformedRequest,
            id="in address and form",
        ),
        pytest.param("application/x-www-form-urlencoded", TEXT, [], MalformedRequest, id="curl -d"),
    ],
)  # fmt: skip
def test_what_is_refused(
    content_type: str, body: bytes, arguments: list[tuple[str, str]], error: type[ZanryuError]
) -> None:
    with pytest.raises(error):
        read_request(content_type, body, arguments, LIMIT)


def test_a_context_is_none_or_the_graph() -> None:
    assert context_of({}) == "none"
    assert context_of({"context": "graph"}) == "graph"
    with pytest.raises(MalformedRequest, match="context=all"):
        context_of({"context": "all"})


def test_a_submission_crosses_to_the_process_and_back() -> None:
    submission = Submission(b"a\0b", "text/turtle", "graph", "ja", "application/json")

    assert read_submission(frame_of_submission(submission)[HEADER.size :]) == submission
