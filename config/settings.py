"""Settings: read from the environment, every one documented in docs/settings.md."""

import os
import secrets
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


def _secret_key() -> str:
    """The environment's key, or one made once and kept beside the data."""
    given = env.str("SUNWAI_SECRET_KEY", "")
    if given:
        return given
    path = DATA_ROOT / "secret_key"
    if not path.exists():
        DATA_ROOT.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("x") as file:
                path.chmod(0o600)
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass  # another process was first; its key is the one
    return path.read_text()


SECRET_KEY = _secret_key()
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

# Wiring -------------------------------------------------------------------
SUNWAI_REACTIONS = wiring.REACTIONS
SUNWAI_CHANNELS = wiring.CHANNELS
SUNWAI_COMMANDS = wiring.COMMANDS
SUNWAI_TICKS = wiring.TICKS
SUNWAI_JOBS = wiring.JOBS

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
