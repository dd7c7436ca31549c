"""
Settings of the service, all from the environment (a variable NAME may also be given as a file, NAME_FILE).

`docs/reference/settings.md` describes every variable. The three modes are `demo` (invented data, sign-in by one click,
this machine only), `deployment` (refuses to start unsafe, see `checks.py`) and `test`.
"""

from __future__ import annotations

import logging
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from commonweal_web.core import config, logs, queue_storage

env = environ.FileAwareEnv()

MODE = env.str("COMMONWEAL_MODE", default="deployment")
if MODE not in ("demo", "deployment", "test"):
    raise ImproperlyConfigured(f"COMMONWEAL_MODE is {MODE!r}. Use demo, deployment or test.")
DEMO = MODE == "demo"
DEPLOYED = MODE == "deployment"
DEBUG = env.bool("COMMONWEAL_DEBUG", default=False)

HOME = Path(env.str("COMMONWEAL_HOME", default="commonweal-home")).resolve()
"""The folder that holds the SQLite database, the job queue and the evidence files."""
EVIDENCE_ROOT = Path(env.str("COMMONWEAL_EVIDENCE_ROOT", default=str(HOME / "evidence"))).resolve()

SECRET_KEY = env.str("COMMONWEAL_SECRET_KEY", default="" if DEPLOYED else f"not-secret-{MODE}-" + "k" * 50)
TOKEN_KEY = env.str("COMMONWEAL_TOKEN_KEY", default="" if DEPLOYED else f"not-secret-tokens-{MODE}-" + "t" * 50)
"""The key from which each body's key for person tokens is derived; kept outside the database and its backups."""
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.list(
    "COMMONWEAL_HOSTS", default=[] if DEPLOYED else [*LOCAL_HOSTS, *(["testserver"] if MODE == "test" else [])]
)
BASE_URL = env.str(
    "COMMONWEAL_BASE_URL",
    default=f"https://{ALLOWED_HOSTS[0]}" if DEPLOYED and ALLOWED_HOSTS else "http://127.0.0.1:8000",
)

DATABASE_URL = env.str("DATABASE_URL", default="")
SQLITE = {"ENGINE": "django.db.backends.sqlite3", "NAME": HOME / "commonweal.sqlite3"}
DATABASES = {
    "default": config.database(env.db_url_config(DATABASE_URL) if DATABASE_URL else SQLITE, pooled=MODE != "test")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_structlog",
    "commonweal_web.core",
    "commonweal_web.audit",
    "commonweal_web.organisations",
    "commonweal_web.frameworks",
    "commonweal_web.mapping",
    "commonweal_web.contracts",
    "commonweal_web.evidence",
    "commonweal_web.delivery",
    "commonweal_web.performance",
    "commonweal_web.planning",
    "commonweal_web.reports",
    *(["commonweal_web.demo"] if DEMO else []),
]

MIDDLEWARE = [
    "commonweal_web.core.middleware.LogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "commonweal_web.core.middleware.PrivateMiddleware",
    "commonweal_web.core.middleware.ArrivalMiddleware",
    *(["commonweal_web.core.middleware.DemoMiddleware"] if DEMO else []),
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "commonweal_web.organisations.middleware.SecondFactorMiddleware",
    "commonweal_web.core.http.RefusedMiddleware",
    "commonweal_web.frameworks.kept.KeptMiddleware",
]

ROOT_URLCONF = "commonweal_web.urls"
WSGI_APPLICATION = "commonweal_web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "core" / "templates"],  # ours before those of allauth
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "commonweal_web.reports.context.header",
                *(["commonweal_web.demo.context.banner"] if DEMO else []),
            ],
        },
    }
]

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE, and no question about it
ACCOUNT_ADAPTER = "commonweal_web.organisations.adapters.AccountAdapter"
ACCOUNT_EMAIL_NOTIFICATIONS = True
MFA_ADAPTER = "commonweal_web.organisations.adapters.MfaAdapter"
MFA_FORMS = {
    "authenticate": "commonweal_web.organisations.adapters.SlowAuthenticateForm",
    "reauthenticate": "commonweal_web.organisations.adapters.SlowReauthenticateForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not DEPLOYED
SOCIALACCOUNT_ADAPTER = "commonweal_web.organisations.adapters.SocialAdapter"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("COMMONWEAL_PROXIES", default=0)
"""How many proxies of ours stand in front: sign-in slows down by the address that the first of them saw."""
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = False
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [Path(__file__).parent / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": HOME / "media"}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "commonweal_web.core.static_storage.StaticStorage"
    },
}

WHITENOISE_KEEP_ONLY_HASHED_FILES = True

MEBIBYTE = 1024 * 1024
MAX_REQUEST_BYTES = env.int("COMMONWEAL_MAX_REQUEST_BYTES", default=60 * MEBIBYTE)
"""A larger request is answered with 413 and words before anything of it is read."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * MEBIBYTE
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
DATA_UPLOAD_MAX_NUMBER_FILES = 40
FILE_UPLOAD_MAX_MEMORY_SIZE = MEBIBYTE
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

CLAMD = env.str("COMMONWEAL_CLAMD", default="")
"""Where the virus scanner clamd listens: host:port, or the path of its socket. Without one files are not scanned."""
CLAMD_SECONDS = 30
EVIDENCE_FILE_BYTES = env.int("COMMONWEAL_EVIDENCE_FILE_BYTES", default=25 * MEBIBYTE)
EVIDENCE_RETURN_FILES = env.int("COMMONWEAL_EVIDENCE_RETURN_FILES", default=40)
EVIDENCE_RETURN_BYTES = env.int("COMMONWEAL_EVIDENCE_RETURN_BYTES", default=200 * MEBIBYTE)

EMAIL_URL = env.str(
    "EMAIL_URL", default="dummymail://" if MODE == "test" or DEPLOYED else f"filemail:///{HOME / 'mail'}"
)
vars().update(env.email_url_config(EMAIL_URL))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("COMMONWEAL_MAIL_FROM", default="commonweal@localhost")

HUEY = queue_storage.settings_for(HOME, DATABASES["default"])
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if MODE == "test"
        else "huey.contrib.djhuey.tasks_backend.HueyBackend",
        "ENQUEUE_ON_COMMIT": True,
    }
}
ANCHOR_ROOT = Path(env.str("COMMONWEAL_ANCHOR_ROOT", default=str(HOME / "anchors"))).resolve()
"""The folder that gets the log's daily anchor file; best on another machine, where nobody of this one can write."""
ANCHOR_MAIL = env.list("COMMONWEAL_ANCHOR_MAIL", default=[])
"""The addresses that get the daily anchor: people outside who keep it."""

OIDC_APPS, OIDC_DOMAINS = config.identity_providers(env.str("COMMONWEAL_OIDC", default=""))
"""The e-mail domains that each identity provider speaks for: a sign-in through it with another address is refused."""
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": OIDC_APPS}}

LOGGING_CONFIG = None
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO  # a page that is not there is no fault of the service
logs.set_up(level=env.str("COMMONWEAL_LOG_LEVEL", default="WARNING" if DEMO else "INFO"), quiet=MODE == "test")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "commonweal_web.core.views.csrf_failure"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
PASSWORD_RESET_TIMEOUT = 60 * 60
if DEPLOYED:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
