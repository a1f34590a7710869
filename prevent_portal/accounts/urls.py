"""Addresses of accounts. Of allauth's own, only these few exist; everything else it brings is unreachable."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from prevent_portal.accounts.views import (
    api_tokens,
    home,
    invitations,
    people,
    second_factor,
    sign_in,
    step_up,
)


class SecretConverter(StringConverter):
    """The secret part of an e-mailed link."""

    regex = "[-_A-Za-z0-9]{20,80}"


class NumberConverter(StringConverter):
    """The account's number in the link of a password reset, in base 36."""

    regex = "[0-9A-Za-z]{1,13}"


register_converter(SecretConverter, "secret")
register_converter(NumberConverter, "base36")

urlpatterns = [
    path("", home.HomeView.as_view(), name="home"),
    path("account/", home.AccountView.as_view(), name="account"),
    path("account/council/", home.CouncilSwitchView.as_view(), name="council-switch"),
    path("account/step-up/", step_up.StepUpView.as_view(), name="step_up"),
    path("account/session/", home.SessionExtendView.as_view(), name="session_extend"),
    path("account/sign-out-everywhere/", home.SignOutEverywhereView.as_view(), name="sign-out-everywhere"),
    path("account/authenticator-app/", second_factor.EnrolView.as_view(), name="mfa_enrol"),
    path("account/authenticator-app/remove/", second_factor.RemoveView.as_view(), name="mfa_remove"),
    path("account/recovery-codes/", second_factor.RecoveryCodesView.as_view(), name="mfa_recovery_codes"),
    path(
        "account/recovery-codes/file/",
        second_factor.RecoveryCodesFileView.as_view(),
        name="mfa_recovery_codes_file",
    ),
    # Signing in
    path("accounts/login/", sign_in.LoginView.as_view(), name="account_login"),
    path("accounts/login/code/", sign_in.RequestLoginCodeView.as_view(), name="account_request_login_code"),
    path(
        "accounts/login/code/confirm/",
        sign_in.ConfirmLoginCodeView.as_view(),
        name="account_confirm_login_code",
    ),
    path("accounts/login/second-step/", sign_in.AuthenticateView.as_view(), name="mfa_authenticate"),
    path("accounts/logout/", sign_in.LogoutView.as_view(), name="account_logout"),
    path("accounts/signed-out/", sign_in.SignedOutView.as_view(), name="account_signed_out"),
    path("accounts/inactive/", sign_in.InactiveView.as_view(), name="account_inactive"),
    path("accounts/password/change/", sign_in.PasswordChangeView.as_view(), name="account_change_password"),
    path("accounts/password/reset/", sign_in.PasswordResetView.as_view(), name="account_reset_password"),
    path(
        "accounts/password/reset/sent/",
        sign_in.PasswordResetSentView.as_view(),
        name="account_reset_password_done",
    ),
    path(
        "accounts/password/reset/done/",
        sign_in.PasswordResetDoneView.as_view(),
        name="account_reset_password_from_key_done",
    ),
    path(
        "accounts/password/reset/<base36:uidb36>-<slug:key>/",
        sign_in.PasswordResetFromLinkView.as_view(),
        name="account_reset_password_from_key",
    ),
    # Invitations
    path(
        "invitation/<slug:council_slug>/<uuid:invitation_id>/join/",
        invitations.InvitationJoinView.as_view(),
        name="invitation-join",
    ),
    path(
        "invitation/<slug:council_slug>/<secret:secret>/",
        invitations.InvitationView.as_view(),
        name="invitation",
    ),
    # People of a council
    path("c/<slug:council>/settings/people/", people.PeopleView.as_view(), name="people"),
    path("c/<slug:council>/settings/people/invite/", people.InviteView.as_view(), name="people-invite"),
    path(
        "c/<slug:council>/settings/people/invitations/<uuid:invitation_id>/withdraw/",
        people.InvitationWithdrawView.as_view(),
        name="invitation-withdraw",
    ),
    path(
        "c/<slug:council>/settings/people/roles/<uuid:membership_id>/end/",
        people.RoleEndView.as_view(),
        name="role-end",
    ),
    path("c/<slug:council>/settings/people/<int:user_id>/", people.PersonDetailView.as_view(), name="person"),
    path(
        "c/<slug:council>/settings/people/<int:user_id>/roles/",
        people.RoleGiveView.as_view(),
        name="role-give",
    ),
    path(
        "c/<slug:council>/settings/people/<int:user_id>/sign-out/",
        people.PersonSignOutView.as_view(),
        name="person-sign-out",
    ),
    path(
        "c/<slug:council>/settings/people/<int:user_id>/let-back-in/",
        people.PersonLetInView.as_view(),
        name="person-let-in",
    ),
    # API tokens
    path("c/<slug:council>/api-tokens/", api_tokens.ApiTokensView.as_view(), name="api-tokens"),
    path("c/<slug:council>/api-tokens/new/", api_tokens.ApiTokenNewView.as_view(), name="api-token-new"),
    path(
        "c/<slug:council>/api-tokens/<uuid:token_id>/end/",
        api_tokens.ApiTokenEndView.as_view(),
        name="api-token-end",
    ),
]
