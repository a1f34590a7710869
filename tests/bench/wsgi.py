"""The portal with the bare view beside it."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"

from prevent_portal.wsgi import application

__all__ = ["application"]
