"""Asks the database's own functions, which see more than their caller and answer what it may know."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection


def answers_of(question: str, *values: UUID | str | int | list[str]) -> list[tuple[Any, ...]]:
    """The rows that a question to a function of channel/migrations gives in the caller's scope."""
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return list(cursor.fetchall())


def column_of(question: str, *values: UUID | str | int | list[str]) -> list[Any]:
    """The one column of such an answer."""
    return [value for (value,) in answers_of(question, *values)]
