"""Accepted work happens once: jobs and e-mails join the request's transaction and are relayed after it."""
