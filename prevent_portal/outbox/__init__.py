"""Accepted work happens once: jobs and e-mails are written in the request's transaction and relayed after it."""
