"""Load the register of councils. Making one of them a tenant is in accounts, where its role groups are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils.text import slugify

from prevent_portal.tenancy.models import Council, CouncilCode
from prevent_portal.tenancy.register import Entry, Register, published_register

SCHEME = "GSS"


@dataclass(frozen=True)
class Loaded:
    """What loading the register added."""

    councils: int
    codes: int
    known: int


def load_register(*, register: Register | None = None, using: str = DEFAULT_DB_ALIAS) -> Loaded:
    """Add the councils and codes that the register knows and the database does not.

    A council is recognised by any of its codes, else by its slug. One that is there already is left exactly
    as it is, whoever edited it: name, slug, tier, parent, end and successor are all editable. Safe to run at
    every start; when nothing is missing it reads twice and writes nothing.

    Args:
        register: what to load; the published register unless told.

    Returns:
        How many councils and codes were added, and how many councils were known.
    """
    source = register or published_register()
    with transaction.atomic(using=using):
        by_code = {
            row.code: row.council
            for row in CouncilCode.objects.using(using).filter(scheme=SCHEME).select_related("council")
        }
        by_slug = {council.slug: council for council in Council.objects.using(using).all()}
        recoded = {change.old: change for change in source.recodings}
        councils: dict[str, Council] = {}
        fresh: dict[str, Council] = {}
        codes: list[CouncilCode] = []
        for entry in source:
            change = recoded.get(entry.code)
            council = by_code.get(entry.code) or (by_code.get(change.new) if change else None)
            if council is None:
                council = by_slug.get(slug_of(entry))
            if council is None:
                council = fresh[entry.code] = Council(
                    slug=slug_of(entry),
                    name=entry.name,
                    tier=entry.tier,
                    nation=entry.nation,
                    ends_on=entry.ends_on,
                )
            councils[entry.code] = council
            if entry.code not in by_code:
                codes.append(
                    CouncilCode(
                        council=council,
                        scheme=SCHEME,
                        code=entry.code,
                        starts_on=entry.starts_on,
                        ends_on=change.on - timedelta(days=1) if change else entry.ends_on,
                    )
                )
            if change and change.new not in by_code:
                codes.append(
                    CouncilCode(council=council, scheme=SCHEME, code=change.new, starts_on=change.on)
                )
        _add(source, councils, fresh, using)
        CouncilCode.objects.using(using).bulk_create(codes)
    return Loaded(councils=len(fresh), codes=len(codes), known=len(councils) - len(fresh))


def _add(source: Register, councils: dict[str, Council], fresh: dict[str, Council], using: str) -> None:
    """Store new councils, then what they point at: parent and successor exist only once all are stored."""
    Council.objects.using(using).bulk_create(fresh.values())
    related = []
    for code, council in fresh.items():
        entry = source.entries[code]
        council.parent = councils.get(entry.parent)
        council.replaced_by = councils.get(entry.replaced_by)
        if council.parent or council.replaced_by:
            related.append(council)
    Council.objects.using(using).bulk_update(related, ["parent", "replaced_by"])


def slug_of(entry: Entry) -> str:
    """The part of the address that names the council; a county council goes by its county's name."""
    return slugify(entry.name.removesuffix(" County Council"))
