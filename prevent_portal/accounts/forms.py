"""Forms of sign-in, second factor, people and tokens."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import reauthentication
from allauth.core import context, ratelimit
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth import password_validation
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from prevent_portal.accounts import second_factor
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.accounts.services.second_factors import has_totp, spend_code
from prevent_portal.tenancy.scope import own_councils_scope
from prevent_portal.web.forms import (
    CodeField,
    DateField,
    GovukForm,
    GovukFormMixin,
    word_messages,
)

PASSWORD_HINT = "At least 12 characters. Three words that do not belong together are easy to remember."  # noqa: S105 - a hint, no password
CODE_HINT = "The 6 digits that your authenticator app shows now, or one of your recovery codes."


def _email(label: str = "Email address", hint: str = "") -> forms.EmailField:
    field = forms.EmailField(
        label=label,
        error_messages={"required": "Enter your email address"},
        help_text=hint,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )
    word_messages(field, label)
    return field


def _code(label: str = "Code", hint: str = "", **attrs: str) -> CodeField:
    field = CodeField(
        label=label, help_text=hint, max_length=32, error_messages={"required": "Enter the code"}
    )
    field.widget.attrs.update(attrs)
    word_messages(field, label)
    return field


def _reword(field: forms.Field, label: str, hint: str = "", required: str = "") -> None:
    field.label, field.help_text = label, hint
    if required:
        field.error_messages["required"] = required
    field.widget.attrs.pop("placeholder", None)
    word_messages(field, label)


# Sign in ------------------------------------------------------------------------------------------


class LoginForm(GovukFormMixin, account_forms.LoginForm):  # type: ignore[misc] # the library has no types
    """Email address and password."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["login"] = _email()
        self.order_fields(["login", "password"])
        _reword(self.fields["password"], "Password", required="Enter your password")

    def clean_login(self) -> str:
        return str(super().clean_login()).lower()


class RequestLoginCodeForm(GovukFormMixin, account_forms.RequestLoginCodeForm):  # type: ignore[misc] # the library has no types
    """Ask for a code by e-mail. The answer on the page is the same whoever asks (AU-6)."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"] = _email()

    def clean_email(self) -> str:
        self.cleaned_data["email"] = self.cleaned_data["email"].lower()
        email = str(super().clean_email())
        user: User | None = self._user  # type: ignore[has-type] # allauth's form has it
        if user is not None:
            with own_councils_scope(user_id=user.pk):
                allowed = second_factor.may_use_emailed_code(second_factor.roles_of(user))
            if not allowed:
                self._user = None
                send_mail(
                    subject="How to sign in to Prevent Portal",
                    message=render_to_string("accounts/email/no_code.txt", {}),
                    from_email=None,
                    recipient_list=[user.email],
                )
        return email


class ConfirmLoginCodeForm(GovukFormMixin, account_forms.ConfirmLoginCodeForm):  # type: ignore[misc] # the library has no types
    """The code from the e-mail. Guesses are counted in Valkey, because a session can be raced."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"] = _code("Code from the email", "6 digits")

    def clean_code(self) -> str:
        session = context.request.session.session_key or ""
        if not ratelimit.consume(context.request, action="confirm_login_code", key=session):
            raise get_adapter().validation_error("too_many_login_attempts")
        return str(super().clean_code())


class ResetPasswordForm(GovukFormMixin, account_forms.ResetPasswordForm):  # type: ignore[misc] # the library has no types
    """Ask for a link to set a new password."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"] = _email()


class ResetPasswordKeyForm(GovukFormMixin, account_forms.ResetPasswordKeyForm):  # type: ignore[misc] # the library has no types
    """A new password from the e-mailed link."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["password2"]  # the password can be shown, so it is asked for once
        _reword(self.fields["password1"], "New password", PASSWORD_HINT)


class ChangePasswordForm(GovukFormMixin, account_forms.ChangePasswordForm):  # type: ignore[misc] # the library has no types
    """A new password for somebody who is signed in."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["password2"]
        _reword(self.fields["oldpassword"], "Current password")
        _reword(self.fields["password1"], "New password", PASSWORD_HINT)


# Second factor ------------------------------------------------------------------------------------


class _SpentOnce:
    """A code of the authenticator app works once (AU-1)."""

    user: User

    def clean_code(self) -> str:
        code = str(super().clean_code())  # type: ignore[misc] # allauth's form has it
        authenticator = self.authenticator  # type: ignore[attr-defined] # allauth's form has it
        if authenticator.type == Authenticator.Type.TOTP and not spend_code(user=self.user, code=code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(GovukFormMixin, _SpentOnce, mfa_forms.AuthenticateForm):  # type: ignore[misc] # the library has no types
    """The second step of signing in."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"] = _code("Code", CODE_HINT)


class StepUpCodeForm(GovukFormMixin, _SpentOnce, mfa_forms.ReauthenticateForm):  # type: ignore[misc] # the library has no types
    """Confirm with a code that it is still you."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"] = _code("Code", CODE_HINT)

    def prove(self, request: HttpRequest) -> None:
        """Write the proof into the session, which gets a new id."""
        self.save()
        second_factor.renew_session(request)


class StepUpPasswordForm(GovukFormMixin, account_forms.ReauthenticateForm):  # type: ignore[misc] # the library has no types
    """Confirm with the password that it is still you; for people without a second factor."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _reword(self.fields["password"], "Password", required="Enter your password")

    def prove(self, request: HttpRequest) -> None:
        """Write the proof into the session, which gets a new id."""
        reauthentication.reauthenticate_by_password(request)
        second_factor.renew_session(request)


STEP_UP_PREFIX = "step-up"


def step_up_form(user: User, data: Any = None) -> StepUpCodeForm | StepUpPasswordForm:
    """The form by which this person confirms who they are: a code if they have an app, else the password."""
    kind = StepUpCodeForm if has_totp(user) else StepUpPasswordForm
    return kind(user=user, data=data, prefix=STEP_UP_PREFIX)


class EnrolForm(GovukFormMixin, ActivateTOTPForm):  # type: ignore[misc] # the library has no types
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"] = _code("Code", "The 6 digits that the app shows for Prevent Portal.")

    def clean_code(self) -> str:
        code = str(super().clean_code())
        if not spend_code(user=self.user, code=code):
            raise get_adapter().validation_error("incorrect_code")
        return code


# Invitations --------------------------------------------------------------------------------------


class AcceptInvitationForm(GovukForm):
    """Name and password of a new account."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        help_text="As colleagues know you. It appears beside what you do.",
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=256,
        error_messages={"required": "Enter a password"},
        help_text=PASSWORD_HINT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **options: Any) -> None:
        self.email = email
        super().__init__(*args, **options)

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        account = User(email=self.email, name=self.cleaned_data.get("name", ""))
        password_validation.validate_password(password, account)
        return password


# People -------------------------------------------------------------------------------------------


class PeopleFilterForm(GovukForm):
    """Search and filters of the list of people; they live in the page's address."""

    marks_optional = False

    q = forms.CharField(
        label="Name or email",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    role = forms.ChoiceField(label="Role", required=False, choices=[("", "Every role"), *Role.choices])
    state = forms.ChoiceField(
        label="Show people",
        required=False,
        choices=[
            ("", "With a role today"),
            ("coming", "With a role that starts later"),
            ("ended", "Whose last role has ended"),
            ("suspended", "Suspended, not used"),
        ],
    )


class RoleForm(GovukForm):
    """A role with its days."""

    role = forms.ChoiceField(
        label="Role",
        choices=[("", "Choose a role"), *Role.choices],
        error_messages={"required": "Select a role", "invalid_choice": "Select a role from the list"},
    )
    starts_on = DateField(label="First day", initial=timezone.localdate)
    ends_on = DateField(
        label="Last day",
        required=False,
        help_text="Leave empty if the role has no end yet. For example, 31 3 2027.",
    )


class InvitationForm(GovukForm):
    """Whom to invite, as what."""

    email = forms.EmailField(
        label="Email address",
        max_length=254,
        help_text="Their own work address. The invitation works for this address only.",
        error_messages={"required": "Enter an email address"},
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(label="Name", required=False, max_length=120)
    role = forms.ChoiceField(
        label="Role",
        choices=[("", "Choose a role"), *Role.choices],
        error_messages={"required": "Select a role", "invalid_choice": "Select a role from the list"},
    )
    role_ends_on = DateField(
        label="Last day of the role", required=False, help_text="Leave empty if it has no end yet."
    )


class EndRoleForm(GovukForm):
    """When a role ends."""

    WHEN = [("now", "Now"), ("on", "After a day")]

    when = forms.ChoiceField(label="When does the role end?", choices=WHEN, widget=forms.RadioSelect)
    ends_on = DateField(label="Last day", required=False)
    reveals = {"when": {"on": ["ends_on"]}}
    option_hints = {
        "when": {"now": "They are signed out at once, and their API tokens stop working."},
    }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("when") == "on" and not data.get("ends_on") and "ends_on" not in self.errors:
            self.add_error("ends_on", "Enter the last day")
        return data

    @property
    def day(self) -> date | None:
        """The last day, or None for now."""
        return self.cleaned_data["ends_on"] if self.cleaned_data["when"] == "on" else None


# Tokens -------------------------------------------------------------------------------------------


def _in_ninety_days() -> date:
    return timezone.localdate() + timedelta(days=90)


class ApiTokenForm(GovukForm):
    """What a token is for and how long it works."""

    name = forms.CharField(
        error_messages={"required": "Enter what the token is for"},
        label="What is it for?",
        max_length=80,
        help_text="For example, “quarterly upload from the learning system”.",
    )
    expires_on = DateField(
        label="Last day",
        initial=_in_ninety_days,
        help_text="A year from today at most.",
        error_messages={"required": "Enter the last day"},
    )
