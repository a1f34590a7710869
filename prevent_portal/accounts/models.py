"""People, role groups, memberships, invitations and tokens."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import (  # type: ignore[attr-defined] # what the mixin itself asks is not in the stubs
    AbstractBaseUser,
    BaseUserManager,
    Group,
    PermissionsMixin,
    _user_has_perm,
)
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.models import Council, CouncilOwned, new_id


def display_name(user: User) -> str:
    """How a person is named on a page."""
    return user.name or user.email


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person who signs in by e-mail address, kept in lower case."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a Django superuser. It has no membership, so it sees no council and no case (RC-3)."""
        return self.create_user(email, password, is_superuser=True, is_staff=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, or a service principal. What they may do comes from memberships alone."""

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    name = models.CharField(max_length=120, blank=True)
    job_title = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(
        default=False, help_text="Platform operator: runs the service, sees no council's data."
    )
    is_service = models.BooleanField(
        default=False, help_text="The principal of scheduled jobs. Nobody can sign in as it."
    )
    security_stamp = models.UUIDField(
        default=uuid.uuid4, help_text="Part of the session hash: changing it ends every session at once."
    )
    last_active_on = models.DateField(null=True, blank=True)
    dormant_since = models.DateField(
        null=True, blank=True, help_text="Suspended on this day because the account was not used (AU-4)."
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_is_unique"),
            models.CheckConstraint(
                name="service_principal_cannot_sign_in",
                condition=Q(is_service=False) | Q(password__startswith="!"),  # noqa: S106 - no password has this
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Ask the backends about an object even for a superuser: being one opens no council's row (RC-3)."""
        if obj is None:
            return super().has_perm(perm)
        return self.is_active and bool(_user_has_perm(self, perm, obj))

    def get_session_auth_hash(self) -> str:
        """Bind sessions to the security stamp as well as the password (AU-4)."""
        return f"{super().get_session_auth_hash()}{self.security_stamp.hex}"

    def get_session_auth_fallback_hash(self) -> Any:
        for fallback in super().get_session_auth_fallback_hash():
            yield f"{fallback}{self.security_stamp.hex}"


class RoleGroup(models.Model):
    """The auth group of one role in one council: the holder of guardian's grants on that council."""

    council = models.ForeignKey(Council, models.CASCADE, related_name="role_groups")
    role = models.CharField(max_length=30, choices=Role.choices)
    group = models.OneToOneField(Group, models.CASCADE, related_name="role_group")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["council", "role"], name="role_group_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.council_id}:{self.role}"


class CouncilGroupPermission(GroupObjectPermissionBase):
    """Guardian's grant of a permission on a council to a role's group, by direct foreign key."""

    id = models.BigAutoField(primary_key=True)
    content_object = models.ForeignKey(Council, models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "permission", "content_object"], name="council_group_grant_is_unique"
            )
        ]


class CouncilUserPermission(UserObjectPermissionBase):
    """Guardian's table for grants to a person. Kept empty: people get rights through roles only."""

    id = models.BigAutoField(primary_key=True)
    content_object = models.ForeignKey(Council, models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "permission", "content_object"], name="council_user_grant_is_unique"
            )
        ]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def live(self, on: date | None = None) -> MembershipQuerySet:
        """Memberships in force on a day (today unless told). The last day counts."""
        day = on or timezone.localdate()
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day, revoked_at__isnull=True
        )


class Membership(models.Model):
    """One person in one role of one council, from a date to a date."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role_group = models.ForeignKey(RoleGroup, models.PROTECT, related_name="memberships")
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True, help_text="Last day of access.")
    revoked_at = models.DateTimeField(null=True, blank=True, help_text="Ended at once, at this moment.")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on"]
        indexes = [models.Index(fields=["user", "council"], name="membership_user_council")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role_group"],
                condition=Q(ends_on__isnull=True, revoked_at__isnull=True),
                name="membership_open_once_per_role",
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.council_id}"

    @property
    def role(self) -> Role:
        return Role(self.role_group.role)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        """Neither accepted nor withdrawn; it may have run out."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def usable(self) -> InvitationQuerySet:
        """Open and still within its days."""
        return self.open().filter(expires_at__gt=timezone.now())


class Invitation(CouncilOwned):
    """An offer of a role to an e-mail address, accepted once (AU-5). Only a hash of its secret is stored."""

    email = models.EmailField("email address", max_length=254)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=30, choices=Role.choices)
    role_ends_on = models.DateField(null=True, blank=True, help_text="Last day of the role that is offered.")
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                "council",
                "email",
                "role",
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_open_once_per_role",
            ),
            models.CheckConstraint(
                name="invitation_accepted_or_withdrawn",
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="invitation_accepted_by_somebody",
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def has_run_out(self) -> bool:
        return self.expires_at <= timezone.now()


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def live(self) -> ApiTokenQuerySet:
        """Not ended and not past its last day. The person's security stamp is compared apart."""
        return self.filter(revoked_at__isnull=True, expires_on__gte=timezone.localdate())


class ApiToken(CouncilOwned):
    """A key for one person's programs in one council. Only its hash is stored.

    It carries the security stamp of the day it was made, so whatever ends the person's sessions ends it too.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    security_stamp = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField(help_text="Last day on which the token works.")
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["council", "user"], name="api_token_council_user")]

    def __str__(self) -> str:
        return f"token {self.prefix}"

    @property
    def is_live(self) -> bool:
        """Whether the token would open the API now."""
        return (
            self.revoked_at is None
            and self.expires_on >= timezone.localdate()
            and self.security_stamp == self.user.security_stamp
        )


class CalendarLink(models.Model):
    """One person's private address of a calendar of what waits for them. Only its secret's hash is stored.

    It carries the security stamp of the day it was made, so whatever ends the person's sessions ends it too.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(User, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    security_stamp = models.UUIDField()
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"

    @property
    def is_live(self) -> bool:
        """Whether the address answers now."""
        return self.ended_at is None and self.security_stamp == self.user.security_stamp
