"""The demo's staff register: invented people of an invented service, checked and confirmed."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta

from django.utils import timezone

from partnerships.enums import OrganisationKind
from partnerships.models import Organisation, OrganisationCode
from partnerships.services.organisations import link_organisation
from prevent_portal.accounts.models import User
from prevent_portal.outbox.services import jobs
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.dates import british_date
from training.models import StaffRegister
from training.periods import last_ended_quarter
from training.services.registers import confirm_register, receive_register

_CODE = "WOLVERHAMPTON-EH"
_NAME = "Wolverhampton Invented Early Help Service"
_HEADER = ("Staff reference", "Site", "Role group", "Course", "Completed on", "Required")
_TEAMS = (
    ("North hub", "Family support", 12, 10),
    ("North hub", "Business support", 5, 3),
    ("South hub", "Family support", 14, 13),
    ("South hub", "Business support", 4, 4),
)
"""Site, role group, people, and how many of them hold WRAP."""


def load_registers(*, councils: Mapping[str, Council], people: Mapping[str, User]) -> None:
    """Send, check and confirm one register the way a coordinator does. Running it again changes nothing."""
    council = councils["wolverhampton"]
    sender = people.get("coordinator@wolverhampton.example")
    with service_scope(council=council):
        if sender is None or StaffRegister.objects.filter(council=council).exists():
            return
        service = _service(council)
        period_end = last_ended_quarter(timezone.localdate()).end
        content = _export(period_end)
        register, job = receive_register(
            council=council,
            by=sender,
            organisation=service,
            of_services=True,
            council_staff_only=False,
            period_end=period_end,
            leaves_out_other_courses=False,
            file_name="Early help, staff register.csv",
            chunks=lambda: [content],
        )
    jobs.run(council_id=council.pk, job_id=job.pk)
    with service_scope(council=council):
        confirm_register(register=register, organisations=[service], by=sender)


def _service(council: Council) -> Organisation:
    known = OrganisationCode.objects.filter(scheme="Local", code=_CODE).select_related("organisation").first()
    if known is not None:
        return known.organisation
    service = Organisation.objects.create(
        name=_NAME, kind=OrganisationKind.COUNCIL_SERVICE, panel_partner=True
    )
    OrganisationCode.objects.create(organisation=service, scheme="Local", code=_CODE)
    link_organisation(council=council, organisation=service, by=None)
    return service


def _export(period_end: date) -> bytes:
    """What a learning system would export on that day."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_HEADER)
    number = 4100
    for site, role, staff, trained in _TEAMS:
        for place in range(staff):
            number += 7
            day = british_date(period_end - timedelta(days=20 + 9 * place)) if place < trained else ""
            writer.writerow((f"EH{number}", site, role, "WRAP", day, "Yes"))
    return out.getvalue().encode()
