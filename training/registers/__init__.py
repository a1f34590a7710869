"""Reads staff registers out of files: who needs a course and holds it, and every problem by cell.

:mod:`.process` runs :mod:`.reader` in a process of its own; :mod:`.rows` judges what it prints, with
:mod:`.identifiers` to find people; :mod:`.keys` hashes references and seals what waits. The submodules are
imported one by one: the reader must not load what the others need.
"""
