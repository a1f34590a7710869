"""All settings, read once from the environment by strict parsers.

docs/deployment.md lists every variable. A missing or malformed one stops the process with its name.
"""

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from environs import Env, validate

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG: bool = env.bool("DEBUG", False)
SECRET_KEY: str = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
# Hashes staff references and seals files on their way to the worker; SECRET_KEY does it while this is empty.
REGISTER_KEY: str = env.str("REGISTER_KEY", "")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1"])
PUBLIC_URL: str = env.str("PUBLIC_URL", "http://localhost:8000").rstrip("/")
SECURITY_CONTACT: str = env.str("SECURITY_CONTACT", f"{PUBLIC_URL}/help/")
# Who runs this portal, and whom people write to: named on the pages on accessibility and privacy.
OPERATOR: str = env.str("OPERATOR", "")
ACCESSIBILITY_CONTACT: str = env.str("ACCESSIBILITY_CONTACT", "")
PRIVACY_CONTACT: str = env.str("PRIVACY_CONTACT", "")
SECURE: bool = PUBLIC_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "prevent_portal.web",
    "prevent_portal.outbox",
    "prevent_portal.documents",
    "prevent_portal.audit",
    "prevent_portal.keys",
    "prevent_portal.accounts",
    "prevent_portal.tenancy",
    "partnerships",
    "training",
    "channel",
    "compliance",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "prevent_portal.web.middleware.ResponseHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "prevent_portal.web.middleware.SameOriginFormMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "prevent_portal.accounts.middleware.ApiTokenMiddleware",
    "prevent_portal.accounts.middleware.SessionLimitMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "prevent_portal.web.middleware.CouncilScopeMiddleware",
]

ROOT_URLCONF = "prevent_portal.urls"
WSGI_APPLICATION = "prevent_portal.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "prevent_portal.web.context.layout",
            ],
        },
    },
]
FORM_RENDERER = "prevent_portal.web.forms.GovukRenderer"

# Two logins of one database. "default" is the app's role, which owns nothing and cannot bypass
# row-level security; "owner" exists only where DATABASE_OWNER_URL is given and serves migrations.
# A pooler in transaction mode keeps no named statements or server-side cursors between transactions.


def _database(url: str) -> dict[str, Any]:
    configuration: dict[str, Any] = dict(dj_database_url.parse(url))
    configuration["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", 60)
    configuration["CONN_HEALTH_CHECKS"] = True
    configuration["DISABLE_SERVER_SIDE_CURSORS"] = True
    configuration["OPTIONS"] = {**configuration.get("OPTIONS", {}), "application_name": "prevent-portal"}
    return configuration


DATABASES: dict[str, dict[str, Any]] = {"default": _database(env.str("DATABASE_URL"))}
if owner_url := env.str("DATABASE_OWNER_URL", ""):
    DATABASES["owner"] = _database(owner_url)
    DATABASES["owner"]["CONN_MAX_AGE"] = 0
# The key store: a database of its own, with backups of its own, so that erasing a key outlives a dump of the
# cases. "key_store_owner" exists only where migrations run.
DATABASES["key_store"] = _database(env.str("KEY_STORE_URL"))
if key_store_owner_url := env.str("KEY_STORE_OWNER_URL", ""):
    DATABASES["key_store_owner"] = _database(key_store_owner_url)
    DATABASES["key_store_owner"]["CONN_MAX_AGE"] = 0
DATABASE_ROUTERS = ["prevent_portal.keys.router.KeyStoreRouter"]
# name:key,name:key; the first one wraps, the others only open until manage.py rotate_keys has run.
KEY_ENCRYPTION_KEYS: list[str] = env.list("KEY_ENCRYPTION_KEYS")
DATABASE_APP_ROLE: str = env.str("DATABASE_APP_ROLE", DATABASES["default"]["USER"] or "portal_app")
DATABASE_AUDIT_ROLE: str = env.str("DATABASE_AUDIT_ROLE", "portal_audit")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL: str = env.str("REDIS_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

# Accounts ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    # First, because its refusal is final: guardian is not asked about a case.
    "channel.backends.CaseBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
GUARDIAN_RAISE_403 = False
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my-work"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_signed_out"
ACCOUNT_ADAPTER = "prevent_portal.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "prevent_portal.accounts.models.display_name"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
PASSWORD_RESET_TIMEOUT = 4 * 60 * 60
# Counted per account ("key", "user") and per network address ("ip"), never for everybody (AU-6). A whole
# council may share one address, so the limits of an address leave room for a busy morning.
ACCOUNT_RATE_LIMITS = {
    "login": "200/m/ip",
    "login_failed": "60/m/ip,5/5m/key",
    "request_login_code": "60/m/ip,3/5m/key",
    "confirm_login_code": "60/m/ip,5/10m/key",
    "reset_password": "60/m/ip,3/5m/key",
    "reset_password_from_key": "60/m/ip",
    "change_password": "5/5m/user",
    "accept_invitation": "60/m/ip,10/10m/key",
    # The servers of one calendar service ask for everybody who uses it.
    "read_calendar": "600/m/ip,30/10m/key",
}
# How many of our own reverse proxies add to X-Forwarded-For. With none the header is not read at all.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 0)
ACCOUNT_FORMS = {
    "login": "prevent_portal.accounts.forms.LoginForm",
    "change_password": "prevent_portal.accounts.forms.ChangePasswordForm",
    "reset_password": "prevent_portal.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "prevent_portal.accounts.forms.ResetPasswordKeyForm",
    "request_login_code": "prevent_portal.accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "prevent_portal.accounts.forms.ConfirmLoginCodeForm",
}
MFA_ADAPTER = "prevent_portal.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {"authenticate": "prevent_portal.accounts.forms.AuthenticateForm"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Prevent Portal"
# One step of 30 seconds either way, for clocks that are a little off; each code still works once.
MFA_TOTP_TOLERANCE = 1

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# A message may name a case. It ends with the session, and does not wait in a cookie for whoever comes next.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "prevent_portal.web.errors.csrf_failure"

# Headers -----------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", SECURE) else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Files -------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "build" / "static")))
STATICFILES_DIRS = [path for path in (BASE_DIR / "static", BASE_DIR / "build" / "assets") if path.is_dir()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
# Source maps are for developers' tools; compressing those of the API page took most of the time.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [
    "map",
    "png",
    "jpg",
    "jpeg",
    "gif",
    "webp",
    "gz",
    "br",
    "zip",
    "woff",
    "woff2",
]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(BASE_DIR / ".local" / "media")))
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "prevent_portal.web.unnamed_files.UnnamedFileUploadHandler",
]
UPLOAD_LIMIT_BYTES = env.int("UPLOAD_LIMIT_BYTES", 20_000_000)
# A malware scanner that speaks clamd's protocol: tcp://host:3310 or unix:///path. Empty: nothing is scanned.
CLAMAV_URL: str = env.str("CLAMAV_URL", "", validate=validate.Regexp(r"^$|^tcp://[^/\s]+:\d+$|^unix:///\S+$"))
CLAMAV_SECONDS: float = env.float("CLAMAV_SECONDS", 20)

# Mail: Django's mail functions write to the outbox; the worker sends with DELIVERY_EMAIL_BACKEND.
EMAIL_BACKEND = "prevent_portal.outbox.mail.OutboxEmailBackend"
_mail = env.dj_email_url("EMAIL_URL", "console:")
DELIVERY_EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"]
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _mail["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _mail["EMAIL_USE_SSL"]
EMAIL_FILE_PATH = env.str("EMAIL_FILE_PATH", str(BASE_DIR / ".local" / "mail"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Prevent Portal <no-reply@portal.invalid>")

# API ---------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["prevent_portal.web.authentication.RequestAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["prevent_portal.web.authentication.DenyAll"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "prevent_portal.web.pagination.Pagination",
    "EXCEPTION_HANDLER": "prevent_portal.web.api.exception_handler",
    "PAGE_SIZE": 25,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Prevent Portal API",
    "DESCRIPTION": "The same rooms, rights and services as the pages. Sign in with a token: "
    "`Authorization: Bearer <token>`.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    # Hundreds of operations at once take a browser half a minute to draw; a room opens when it is asked for.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "none", "defaultModelsExpandDepth": -1},
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1(/c/\{council\})?",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": True,
    "ENUM_NAME_OVERRIDES": {
        "RegisterState": "training.enums.RegisterState",
        "ReportState": "compliance.enums.ReportState",
        "ReviewState": "compliance.enums.ReviewState",
        "JobState": "prevent_portal.outbox.enums.JobState",
        "ActionStatus": "compliance.enums.ActionStatus",
        "AnswerState": "compliance.enums.AnswerState",
        "AnswerStepKind": "compliance.enums.AnswerStepKind",
        "ExtensionState": "compliance.enums.ExtensionState",
        "HearingKind": "compliance.enums.HearingKind",
        "ItemKind": "compliance.enums.ItemKind",
        "PlanKind": "compliance.enums.PlanKind",
        "RecommendationState": "compliance.enums.RecommendationState",
        "RiskStatus": "compliance.enums.RiskStatus",
        "AcknowledgementScope": "partnerships.enums.AcknowledgementScope",
        "AgendaKind": "partnerships.enums.AgendaKind",
        "AuditKind": "partnerships.enums.AuditKind",
        "BoardKind": "partnerships.enums.BoardKind",
        "BoardLevel": "partnerships.enums.BoardLevel",
        "BoardState": "partnerships.enums.BoardState",
        "BriefingKind": "partnerships.enums.BriefingKind",
        "ClaimState": "partnerships.enums.ClaimState",
        "DesignationKind": "partnerships.enums.DesignationKind",
        "EstateKind": "partnerships.enums.EstateKind",
        "EventKind": "partnerships.enums.EventKind",
        "MeetingState": "partnerships.enums.MeetingState",
        "OrganisationKind": "partnerships.enums.OrganisationKind",
        "RegisterStatus": "partnerships.enums.RegisterStatus",
        "ResidualRisk": "partnerships.enums.ResidualRisk",
        "VenueKind": "partnerships.enums.VenueKind",
        "FacilitatorState": "training.enums.FacilitatorState",
        "ImprovementState": "training.enums.ImprovementState",
        "RequestState": "training.enums.RequestState",
        "SchoolState": "training.enums.SchoolState",
        "SessionState": "training.enums.SessionState",
        "WaveKind": "training.enums.WaveKind",
    },
}

# Audit: where the heads of the trail's chains go, outside the database, and who hears when one does not hold.
AUDIT_ANCHOR_FILE = Path(env.str("AUDIT_ANCHOR_FILE", str(BASE_DIR / ".local" / "audit-heads.jsonl")))
ALERT_EMAILS: list[str] = env.list("ALERT_EMAILS", [])

# Jobs: configuration of Celery, see prevent_portal/celery.py ------------------------------------
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", REDIS_URL)
# How long a worker may be silent before its work is taken again, and how long accepted work may lie before
# the sweeper tells the broker once more.
OUTBOX_CLAIM_SECONDS: float = env.float("OUTBOX_CLAIM_SECONDS", 45)
OUTBOX_SILENCE_SECONDS: float = env.float("OUTBOX_SILENCE_SECONDS", 30)

# Place and language -----------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
DATE_FORMAT = "j F Y"
FORMAT_MODULE_PATH: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"secrets": {"()": "prevent_portal.web.secret_addresses.SecretsLeftOut"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["secrets"]}},
    "loggers": {"pikepdf": {"level": "WARNING"}},  # says at INFO that it was loaded
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
}
