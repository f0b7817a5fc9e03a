"""What a worker needs and no more: the desk's other apps have tests of their own."""

from pathlib import Path

from environs import Env

from operations.cluster import Q_CLUSTER as Q_CLUSTER

env = Env()
DATA_ROOT = Path(env.str("SUNWAI_DATA", "/nonexistent"))
PRIVATE_ROOT = DATA_ROOT / "private"
SECRET_KEY = "only for the tests of the worker"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django_q",
    "operations",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "tests.operations.worker_urls"
LOGIN_URL = "/healthz"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
DATABASES = {
    "default": env.dj_db_url("DATABASE_URL", "sqlite://:memory:", conn_max_age=60)
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON;",
    }
SUNWAI_REACTIONS: list[str] = []
SUNWAI_CHANNELS: dict[str, str] = {}
SUNWAI_COMMANDS: dict[str, str] = {}
SUNWAI_TICKS = [
    "operations.jobs.tick",
    "operations.housekeeping.tick",
    "tests.operations.worker_side.broken",
    "tests.operations.worker_side.tick",
]
SUNWAI_JOBS = {
    "write": "tests.operations.worker_side.write",
    "sleep": "tests.operations.worker_side.sleep",
}
SUNWAI_FIGURES: list[str] = []
METRICS_TOKEN = ""
