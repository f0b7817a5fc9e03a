"""Settings: read from the environment, every one documented in docs/settings.md."""

import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from tempfile import gettempdir

from environs import Env

from config import wiring
from operations.cluster import Q_CLUSTER as Q_CLUSTER

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(BASE_DIR / ".env", recurse=False)

DATA_ROOT = env.path("SUNWAI_DATA", BASE_DIR / "var")
PRIVATE_ROOT = DATA_ROOT / "private"
DEMO = env.bool("SUNWAI_DEMO", False)
DEBUG = env.bool("SUNWAI_DEBUG", False)


def _made_once(name: str, make: Callable[[], str]) -> str:
    """A key made at the first start and kept beside the data."""
    path = DATA_ROOT / name
    if not path.exists():
        DATA_ROOT.mkdir(parents=True, exist_ok=True)
        # Whole or not there: another process may look for it at this moment.
        fresh = path.with_name(f"{name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(make())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass  # another process was first; its key is the one
        finally:
            fresh.unlink()
    return path.read_text()


SECRET_KEY = env.str("SUNWAI_SECRET_KEY", "") or _made_once(
    "secret_key", lambda: secrets.token_urlsafe(48)
)
# The newest first: it seals the secrets of channel accounts, all of them unseal.
CREDENTIALS_KEYS = env.list("SUNWAI_CREDENTIALS_KEYS", []) or [
    _made_once(
        "credentials_key", lambda: urlsafe_b64encode(secrets.token_bytes(32)).decode()
    )
]
PUBLIC_URL = env.str("SUNWAI_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("SUNWAI_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
HTTPS = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "config.apps.SunwaiAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django_q",
    "operations",
    "officers",
    "complaints",
    "notices",
    "incidents",
    "escalation",
    "feedback",
    "channels_in",
    "helpline",
    "fieldwork",
    "portal",
    "reports",
    "presets",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "officers.middleware.OfficerLanguage",
    "officers.middleware.SecondFactor",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Widgets of ours have their templates in templates/ too.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Engines ------------------------------------------------------------------
# SQLite tuned is the embedded default; PostgreSQL by DATABASE_URL is production.
if not env.str("DATABASE_URL", ""):
    DATA_ROOT.mkdir(parents=True, exist_ok=True)
DATABASES = {
    "default": env.dj_db_url(
        "DATABASE_URL",
        f"sqlite:///{DATA_ROOT / 'sunwai.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        " PRAGMA busy_timeout=20000; PRAGMA foreign_keys=ON;",
    }
    # A file, not memory: the tests of races need connections of their own.
    DATABASES["default"]["TEST"] = {
        "NAME": Path(gettempdir()) / f"sunwai-test-{os.getpid()}.sqlite3"
    }
# SQLite leaves out the columns that an index only holds: slower there, not wrong.
SILENCED_SYSTEM_CHECKS = ["models.W040"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Sign-in ------------------------------------------------------------------
AUTH_USER_MODEL = "officers.Officer"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8 if DEMO else 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/admin/"
FORCE_MFA = env.bool("SUNWAI_FORCE_MFA", not DEMO)
ACCOUNT_ADAPTER = "officers.signin.SigninAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody gets mail because a stranger typed it
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # others end, the one who changed it stays
# Our counters hold across processes; allauth's live in each process's cache.
ACCOUNT_RATE_LIMITS = False
ACCOUNT_FORMS = {
    "login": "officers.signin.SigninForm",
    "change_password": "officers.signin.NewPasswordForm",
    "reset_password": "officers.signin.ForgottenForm",
    "reset_password_from_key": "officers.signin.ResetForm",
    "reauthenticate": "officers.signin.AgainForm",
}
MFA_ADAPTER = "officers.signin.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "officers.signin.CodeForm",
    "reauthenticate": "officers.signin.CodeAgainForm",
    "activate_totp": "officers.signin.ActivateForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("SUNWAI_TRUSTED_PROXIES", 0)
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "sunwai_session"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"  # gives the typed words back

# Languages and time -------------------------------------------------------
LANGUAGES = [
    ("en", "English"),
    ("hi", "हिन्दी"),
    ("mr", "मराठी"),
    ("it", "Italiano"),
]
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "config.formats"

# Files --------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_ROOT / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Hashed names need `collectstatic` first; the demo and the tests do without.
HASHED_STATIC = env.bool("SUNWAI_HASHED_STATIC", False)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT / "files"},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if HASHED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not HASHED_STATIC
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
MAX_PHOTO_BYTES = env.int("SUNWAI_MAX_PHOTO_BYTES", 10 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# Work ---------------------------------------------------------------------
# Open complaints of one officer, from which on routing passes them over; 0: no limit.
MOST_OPEN_PER_OFFICER = env.int("SUNWAI_MOST_OPEN_PER_OFFICER", 60)

# Providers ----------------------------------------------------------------
# Where local stand-ins for all providers answer; blank is the real ones.
SUNWAI_SIMULATOR_URL = env.str("SUNWAI_SIMULATOR_URL", "").rstrip("/")
# Whether requests of ours may end at this machine: the demo and the tests only.
OUTGOING_LOOPBACK = DEMO
# Without the simulator the demo and the tests send nothing, whatever the accounts say.
REAL_PROVIDERS = not DEMO and "PYTEST_VERSION" not in os.environ

# Mail ---------------------------------------------------------------------
EMAIL_BACKEND = env.str(
    "SUNWAI_EMAIL_BACKEND",
    "django.core.mail.backends.filebased.EmailBackend"
    if DEMO
    else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_FILE_PATH = str(DATA_ROOT / "mail")
EMAIL_HOST = env.str("SUNWAI_EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("SUNWAI_EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("SUNWAI_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.str("SUNWAI_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env.bool("SUNWAI_EMAIL_TLS", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("SUNWAI_FROM_EMAIL", "sunwai@example.org")

# Headers ------------------------------------------------------------------
SECURE_SSL_REDIRECT = env.bool("SUNWAI_SSL_REDIRECT", HTTPS)
# Asked by the machine next door, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
METRICS_TOKEN = env.str("SUNWAI_METRICS_TOKEN", "")
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("SUNWAI_BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies of ours stand in front: whose X-Forwarded-For we believe.
TRUSTED_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# REST API -----------------------------------------------------------------
# JSON and a bearer token only: no session, no forms, no browsable pages.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["portal.api.authentication.BearerToken"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["portal.api.throttle.PerToken"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.api.parsing.Json"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "portal.api.parsing.AlwaysJson",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.api.errors.answer",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Sunwai",
    "DESCRIPTION": "Complaints for apps and partners. How to begin: docs/api.md.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVERS": [{"url": PUBLIC_URL}],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [],  # each field tells its own choices
    "SORT_OPERATIONS": False,
}

# Wiring -------------------------------------------------------------------
SUNWAI_REACTIONS = wiring.REACTIONS
SUNWAI_CHANNELS = wiring.CHANNELS
SUNWAI_COMMANDS = wiring.COMMANDS
SUNWAI_TICKS = wiring.TICKS
SUNWAI_JOBS = wiring.JOBS
SUNWAI_FIGURES = wiring.FIGURES

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["stderr"],
        "level": env.str("SUNWAI_LOG_LEVEL", "WARNING").upper(),
    },
    "loggers": {"django-q": {"level": "WARNING"}},  # else its canary every 5 s
}
