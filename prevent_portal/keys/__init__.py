"""Keys and sealed fields: what a case says is ciphertext at rest, and its key lives in another database."""
