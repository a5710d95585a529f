"""The application object for any WSGI server: ``granian --interface wsgi wsgi:application``."""

from __future__ import annotations

from zanryu.app import create_app
from zanryu.config import read_settings

application = create_app(read_settings())
