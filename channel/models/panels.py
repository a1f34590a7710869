"""Panels, and the seats of the people who sit on them."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from channel.enums import Agency, Capacity
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council, CouncilOwned


class Panel(CouncilOwned):
    """A Channel panel of a council. Found only by the people who sit on it."""

    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["council", "name"], name="panel_name_is_unique")]

    def __str__(self) -> str:
        return self.name


class SeatQuerySet(models.QuerySet["Seat"]):
    def live(self, on: date | None = None) -> SeatQuerySet:
        """Seats held on a day (today unless told). The last day counts."""
        day = on or timezone.localdate()
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day, ended_at__isnull=True
        )


class Seat(CouncilOwned):
    """A person's place on a panel, from a date to a date: the named grant to the panel (RC-3).

    The chair's and the secretary's seat covers all cases of their panel, under the annual acknowledgement; a
    member's seat covers no case without a grant on it. The role that the council's administrator gives and
    the seat that the chair gives are both needed: neither can let anybody in alone. A district attender's and
    a police representative's seat names the area that they come for; a case manager's ends on a day.
    """

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="seats")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=12, choices=Capacity.choices)
    agency = models.CharField(max_length=16, choices=Agency.choices, default=Agency.COUNCIL)
    district = models.ForeignKey(
        Council,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whose residents a district attender comes for (rule 3 of the product).",
    )
    police_area = models.CharField(
        max_length=80, blank=True, help_text="Whose residents a police representative comes for."
    )
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True, help_text="Last day on the panel.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Ended at once, at this moment.")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = SeatQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["person", "panel"], name="seat_person_panel")]
        constraints = [
            models.UniqueConstraint(
                fields=["panel", "person"],
                condition=Q(ends_on__isnull=True, ended_at__isnull=True),
                name="seat_open_once_per_panel",
            ),
            models.CheckConstraint(
                name="seat_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="seat_of_a_district_names_it",
                condition=Q(capacity=Capacity.DISTRICT, district__isnull=False)
                | (~Q(capacity=Capacity.DISTRICT) & Q(district__isnull=True)),
            ),
            models.CheckConstraint(
                name="seat_of_the_police_names_an_area",
                condition=(Q(capacity=Capacity.POLICE) & ~Q(police_area=""))
                | (~Q(capacity=Capacity.POLICE) & Q(police_area="")),
            ),
            models.CheckConstraint(
                name="seat_of_a_case_manager_ends",
                condition=~Q(capacity=Capacity.CASE_MANAGER)
                | Q(ends_on__isnull=False)
                | Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.panel_id}"
