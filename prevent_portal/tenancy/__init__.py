"""Councils and the walls between them: outside a council's scope no rows, inside one only its own."""
