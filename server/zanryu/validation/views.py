"""``/validate`` in Flask: a page to paste a document into, and the report on one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, render_template, request

from zanryu.errors import ZanryuError
from zanryu.validation.protocol import CONTEXTS, OFFERS, SYNTAXES, Submission, context_of, read_request
from zanryu.web.content_coding import decode
from zanryu.web.languages import choose_language
from zanryu.web.media_types import HTML
from zanryu.web.negotiation import choose
from zanryu.web.problems import problem
from zanryu.web.request_body import read_bounded_body

if TYPE_CHECKING:
    from zanryu.validation.evaluation import Validator
    from zanryu.validation.protocol import Sent
    from zanryu.web.negotiation import Choice

VALIDATE: Final = "/validate"
MAX_FINDINGS: Final = 300


@dataclass(frozen=True, slots=True)
class ValidationViews:
    """Validation by one validator; ``max_body_bytes`` is for the body around the document, too."""

    validator: Validator
    max_body_bytes: int

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("validation", __name__)
        blueprint.add_url_rule(VALIDATE, "page", self.page, methods=["GET"])
        blueprint.add_url_rule(VALIDATE, "validate", self.validate, methods=["POST"])
        return blueprint

    def page(self) -> Response:
        """Show the form, with an example that conforms."""
        language = choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))
        return self._render(language, text=self.validator.example())

    def validate(self) -> Response:
        """Answer the report on the document that was sent: 200, whatever it says."""
        body = read_bounded_body(self.max_body_bytes)
        body = decode(body, request.headers.get("Content-Encoding", ""), self.max_body_bytes)
        sent = read_request(
            request.headers.get("Content-Type", ""),
            body,
            request.args.items(multi=True),
            self.validator.max_bytes,
        )
        choice = choose(request.headers.get("Accept"), OFFERS, sent.parameters.get("format"))
        language = choose_language(sent.parameters.get("lang"), request.headers.get("Accept-Language"))
        context = context_of(sent.parameters)
        submission = Submission(sent.data, sent.media_type, context, language, choice.media_type.name)
        if choice.media_type == HTML:
            return self._answer_page(submission, sent)
        return _answer(self.validator.judge(submission), choice)

    def _answer_page(self, submission: Submission, sent: Sent) -> Response:
        """Show the report above the text; of a text that cannot be read, the place of the mistake."""
        text = submission.data.decode("utf-8", "replace")
        shown = {"text": text, "context": submission.context, "syntax": sent.parameters.get("syntax", "")}
        try:
            report = json.loads(self.validator.judge(submission))
        except ZanryuError as error:
            if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            page = self._render(submission.language, problem=problem(error, request.path), **shown)
            page.status_code = error.status
            return page
        # In the order of the document, so that neighbours have the same node.
        findings = report["findings"]
        groups = [(node, list(found)) for node, found in groupby(findings[:MAX_FINDINGS], itemgetter("node"))]
        unshown = max(0, len(findings) - MAX_FINDINGS)
        return self._render(submission.language, report=report, groups=groups, unshown=unshown, **shown)

    def _render(self, language: str, **values: object) -> Response:
        page = render_template(
            "validate.html",
            language=language,
            syntaxes=SYNTAXES,
            contexts=CONTEXTS,
            max_bytes=self.validator.max_bytes,
            **values,
        )
        headers = {"Cache-Control": "no-store"} if request.method == "POST" else {}
        return Response(page, content_type=HTML.content_type(), headers=headers)


def _answer(report: bytes, choice: Choice) -> Response:
    return Response(report, content_type=choice.content_type, headers={"Cache-Control": "no-store"})
