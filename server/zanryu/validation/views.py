"""``/validate`` in Flask: a page to paste a document into, and the report on one."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, render_template, request

from zanryu.errors import ZanryuError
from zanryu.validation.protocol import CONTEXTS, OFFERS, Submission, Template, context_of, read_request
from zanryu.validation.syntaxes import SHEETS, SYNTAXES, TURTLE, XLSX, is_sheet
from zanryu.web.content_coding import decode
from zanryu.web.languages import choose_language
from zanryu.web.media_types import HTML
from zanryu.web.negotiation import choose
from zanryu.web.problems import problem
from zanryu.web.request_body import read_bounded_body

if TYPE_CHECKING:
    from zanryu.validation.evaluation import Validator
    from zanryu.validation.protocol import Sent
    from zanryu.web.media_types import MediaType
    from zanryu.web.negotiation import Choice

VALIDATE: Final = "/validate"
# Paths of the empty table, by its media type.
TEMPLATES: Final = {f"{VALIDATE}/template.{sheet.format}": sheet for sheet in SHEETS}
MAX_FINDINGS: Final = 300
MAX_PREVIEW_LINES: Final = 400


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
        for path, sheet in TEMPLATES.items():
            view = partial(self.template, sheet)
            blueprint.add_url_rule(path, f"template_{sheet.format}", view, methods=["GET"])
        return blueprint

    def page(self) -> Response:
        """Show the form, with an example that conforms."""
        language = choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))
        return self._render(language, text=self.validator.example())

    def template(self, sheet: MediaType) -> Response:
        """Send an empty table of claims, with the names of the present data."""
        language = choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))
        response = Response(
            self.validator.template(Template(sheet.format, language)), content_type=sheet.content_type()
        )
        response.headers["Content-Disposition"] = f'attachment; filename="claims.{sheet.format}"'
        response.add_etag()
        return response.make_conditional(request)  # type: ignore[return-value]

    def validate(self) -> Response:
        """Answer the report on the document that was sent: 200, whatever it says."""
        body = read_bounded_body(self.max_body_bytes)
        body = decode(body, request.headers.get("Content-Encoding", ""), self.max_body_bytes)
        sent = read_request(
            request.headers.get("Content-Type", ""),
            body,
            request.args.items(multi=True),
            self.validator.max_bytes,
            request.headers.get("Accept-Language"),
        )
        choice = choose(request.headers.get("Accept"), OFFERS, sent.parameters.get("format"))
        context = context_of(sent.parameters, sent.media_type)
        submission = Submission(sent.data, sent.media_type, context, sent.language, choice.media_type.name)
        if choice.media_type == HTML:
            return self._answer_page(submission, sent)
        return _answer(self.validator.judge(submission), choice)

    def _answer_page(self, submission: Submission, sent: Sent) -> Response:
        """Show the report above the text; of a text that cannot be read, the place of the mistake."""
        shown = self._sent(submission, sent)
        try:
            report = json.loads(self.validator.judge(submission))
        except ZanryuError as error:
            if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            page = self._render(submission.language, problem=problem(error, request.path), **shown)
            page.status_code = error.status
            return page
        # In the order of the document, so that neighbours have the same node, or the same row.
        findings = report["findings"]
        heading = _row_of if is_sheet(submission.media_type) else itemgetter("node")
        groups = [(head, list(found)) for head, found in groupby(findings[:MAX_FINDINGS], heading)]
        unshown = max(0, len(findings) - MAX_FINDINGS)
        claims = _claims_to_take(report.get("turtle", ""))
        return self._render(
            submission.language, report=report, groups=groups, unshown=unshown, **claims, **shown
        )

    def _sent(self, submission: Submission, sent: Sent) -> dict[str, object]:
        """Return what the form shows again: the text, unless it was a file of its own kind."""
        is_text = submission.media_type != XLSX.name
        return {
            "text": submission.data.decode("utf-8", "replace") if is_text else self.validator.example(),
            "context": sent.parameters.get("context", submission.context),
            "syntax": sent.parameters.get("syntax", ""),
        }

    def _render(self, language: str, **values: object) -> Response:
        page = render_template(
            "validate.html",
            language=language,
            syntaxes=(*SYNTAXES, *SHEETS),
            templates=TEMPLATES,
            contexts=CONTEXTS,
            max_bytes=self.validator.max_bytes,
            **values,
        )
        headers = {"Cache-Control": "no-store"} if request.method == "POST" else {}
        return Response(page, content_type=HTML.content_type(), headers=headers)


def _row_of(finding: dict[str, Any]) -> int | None:
    place = finding["place"]
    return place["row"] if place else None


def _claims_to_take(turtle: str) -> dict[str, object]:
    """Return the first lines of the claims, and the address of all of them: no second request is needed."""
    encoded = b64encode(turtle.encode()).decode("ascii")
    return {
        "preview": turtle.splitlines()[:MAX_PREVIEW_LINES],
        "preview_left": max(0, len(turtle.splitlines()) - MAX_PREVIEW_LINES),
        "turtle_address": f"data:{TURTLE.name};charset=utf-8;base64,{encoded}" if turtle else "",
    }


def _answer(report: bytes, choice: Choice) -> Response:
    return Response(report, content_type=choice.content_type, headers={"Cache-Control": "no-store"})
