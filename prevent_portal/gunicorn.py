"""How gunicorn serves the portal; its environment decides the numbers (docs/deployment.md)."""

from __future__ import annotations

import os
from typing import Any

wsgi_app = "prevent_portal.wsgi:application"
bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
timeout = 60
graceful_timeout = int(os.environ.get("WEB_GRACEFUL_SECONDS", "30"))
keepalive = 5
max_requests = 2000
max_requests_jitter = 200
# One import for all workers, and a fault in it stops the start instead of looping.
preload_app = True
# The root file system may be read-only; the workers' heartbeat files need memory, not a disk.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a directory
control_socket_disable = True
accesslog = "-"
logger_class = "prevent_portal.web.secret_addresses.AccessLog"
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(b)s %(M)sms'
forwarded_allow_ips = os.environ.get("PROXY_ADDRESSES", "127.0.0.1")
limit_request_line = 8190
proc_name = "prevent-portal"


def post_fork(server: Any, worker: Any) -> None:
    """Drop connections that the import opened: two processes must never share one."""
    from django.db import connections  # noqa: PLC0415 - needs the settings

    connections.close_all()
