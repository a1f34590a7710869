"""Say who acts for an organisation here, and take it back. Each council vouches for itself."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from partnerships.models import ActingPerson, CouncilOrganisation, Organisation
from partnerships.permissions import PARTNER_ROLES
from partnerships.policies.editing import require_editor
from partnerships.policies.organisations import require_submitter
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.models import Membership, User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council


def allow_submitter(
    *, council: Council, organisation: Organisation, user: User, by: User | None
) -> ActingPerson:
    """Vouch that a person acts for an organisation in this council. Doing it twice changes nothing.

    It opens nothing in another council that the organisation serves: that one vouches for itself.

    Raises:
        PartnershipRefused: unless the organisation is linked and the person is a partner and nothing else.
    """
    require_editor(by, council)
    with transaction.atomic():
        link = require_submitter(_lock_link(council, organisation), council_access(user, council))
        acting, created = ActingPerson.objects.live().get_or_create(
            council=council, link=link, user=user, defaults={"allowed_by": by}
        )
        if created:
            record(
                action="partnerships.submitter_allowed",
                subject=acting,
                details={"organisation": organisation.pk, "user": user.pk},
            )
    return acting


def withdraw_submitter(*, council: Council, organisation: Organisation, user: User, by: User | None) -> None:
    """Take the right to act for an organisation in this council away again, at once.

    What other councils vouched for stays with them.
    """
    require_editor(by, council)
    with transaction.atomic():
        _lock_link(council, organisation)
        for acting in ActingPerson.objects.live().filter(
            council=council, link__organisation=organisation, user=user
        ):
            _end(acting, organisation.pk, by)


def end_with_link(*, link: CouncilOrganisation, by: User | None) -> int:
    """Take the right to act away from everybody who acts under a link that has ended; nobody under another.

    Whoever is to act again when the link is opened again is vouched for again.

    Args:
        link: locked by the caller.

    Returns:
        How many lost it.
    """
    if link.ends_on is None or link.ends_on >= timezone.localdate():
        return 0
    acting = list(ActingPerson.objects.live().filter(council=link.council_id, link=link))
    for each in acting:
        _end(each, link.organisation_id, by)
    return len(acting)


def end_with_links(*, council: Council, today: date) -> int:
    """:func:`end_with_link` of every link of a council that a day has ended. Twice is once.

    Pages ask for the date themselves; this brings guardian's grants and the trail into step with it.

    Returns:
        How many people lost the right to act.
    """
    with transaction.atomic():
        links = CouncilOrganisation.objects.select_for_update().filter(
            council=council,
            ends_on__lt=today,
            pk__in=ActingPerson.objects.live().filter(council=council).values("link"),
        )
        return sum(end_with_link(link=link, by=None) for link in links)


def end_without_role(*, council: Council) -> int:
    """Take the right to act from everybody who holds no partner's role in the council any more.

    Else a role that the person is given later, for another organisation, would open the first one again.
    Twice is once.

    Returns:
        How many lost the right to act.
    """
    with transaction.atomic():
        role = Membership.objects.live().filter(
            council=council, user=OuterRef("user"), role_group__role__in=list(PARTNER_ROLES)
        )
        acting = list(
            ActingPerson.objects.live()
            .filter(~Exists(role), council=council)
            .select_for_update(of=("self",))
            .select_related("link")
        )
        for each in acting:
            _end(each, each.link.organisation_id, None)
        return len(acting)


def _end(acting: ActingPerson, organisation_id: UUID, by: User | None) -> None:
    acting.ended_at = timezone.now()
    acting.ended_by = by
    acting.save(update_fields=["ended_at", "ended_by"])
    record(
        action="partnerships.submitter_withdrawn",
        subject=acting,
        details={"organisation": organisation_id, "user": acting.user_id},
    )


def _lock_link(council: Council, organisation: Organisation) -> CouncilOrganisation | None:
    return (
        CouncilOrganisation.objects.select_for_update(of=("self",))
        .filter(council=council, organisation=organisation)
        .first()
    )
