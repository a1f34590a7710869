"""Reads logs of delivered sessions out of files: each line a session or several, and every problem by cell.

:mod:`.days` reads when a session was; :mod:`.reader` finds the table and judges its rows.
"""
