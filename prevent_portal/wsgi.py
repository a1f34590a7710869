"""The web process. It refuses to start as a database role that could bypass isolation (TI-2)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prevent_portal.settings")
application = get_wsgi_application()

from prevent_portal.tenancy.guard import refuse_bypassing_role  # noqa: E402 - needs the app registry

refuse_bypassing_role()
