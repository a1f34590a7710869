"""The portal's own settings, with the address of the bare view added."""

from prevent_portal.settings import *  # noqa: F403 - the portal's settings, all of them

ROOT_URLCONF = "tests.bench.urls"
