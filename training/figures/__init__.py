"""Reads training figures out of cells: which table is which, what each row says, and every problem by cell.

Tables are read in many layouts: one row for each return; periods or courses side by side; measures below one
another; in any order of columns and beside any others; with compliant and eligible, or does not meet, meets
and grand total. Percentages in the file are only checked against the figures. What is not certain is
refused, by cell and with a reason; it is never guessed.
"""

from training.figures.checked_file import CheckedFile, FigureRow, FirstRow, Matched, Problem, rows_from_json
from training.figures.expected import Expected, KnownCourse, KnownOrganisation, place_of
from training.figures.file import check_file
from training.figures.headings import MEANINGS, PROBLEM_HEADING, column_letters, plain, recognises_heading
from training.figures.marked_sheets import marked_csv, marked_sheets, marked_xlsx

__all__ = [
    "MEANINGS",
    "PROBLEM_HEADING",
    "CheckedFile",
    "Expected",
    "FigureRow",
    "FirstRow",
    "KnownCourse",
    "KnownOrganisation",
    "Matched",
    "Problem",
    "check_file",
    "column_letters",
    "marked_csv",
    "marked_sheets",
    "marked_xlsx",
    "place_of",
    "plain",
    "recognises_heading",
    "rows_from_json",
]
