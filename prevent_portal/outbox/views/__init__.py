"""Pages of the outbox: jobs, the inbox, how a person wants to be told, the sent log."""
