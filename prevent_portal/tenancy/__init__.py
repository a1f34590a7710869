"""Councils and the walls between them: outside a council's scope there are no rows, inside one only its own."""
