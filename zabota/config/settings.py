"""Django's settings.

What an installation sets stands in the environment; the rest is in the database.

`docs/settings.md` lists the variables. A wrong value stops the start with a sentence.
"""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from zabota.config import env

CODE = Path(__file__).resolve().parents[1]
DATA = env.folder("ZABOTA_DATA", Path.cwd() / "data")
TESTING = "pytest" in sys.modules

# The address under which people reach this installation: links in mail are made of it alone,
# never of a request's Host header.
ZABOTA_PORT = env.port("PORT", "8000")
ZABOTA_LISTEN = env.text("ZABOTA_LISTEN", f"127.0.0.1:{ZABOTA_PORT}")
ZABOTA_URL = env.text("ZABOTA_URL", f"http://127.0.0.1:{ZABOTA_PORT}").rstrip("/")
_address = urlsplit(ZABOTA_URL)
if _address.scheme not in {"http", "https"} or not _address.hostname:
    raise ImproperlyConfigured(
        f"ZABOTA_URL is {ZABOTA_URL!r}: write the whole address, such as https://care.example.com."
    )
HTTPS = _address.scheme == "https"
# Addresses of proxies whose X-Forwarded-* headers are believed.
ZABOTA_TRUSTED_PROXIES = env.networks("ZABOTA_TRUSTED_PROXIES")
# Whether a mailbox may lie on a server in a private network or on this machine. Who runs Zabota
# for owners whom he does not know says 0: their forms must not reach into his network (T40).
ZABOTA_PRIVATE_MAIL_HOSTS = env.flag("ZABOTA_PRIVATE_MAIL_HOSTS", default=True)

# Mail to our own people leaves by the first mailbox, like all mail.
EMAIL_BACKEND = "zabota.domains.channels.kinds.email.django_mail.Backend"

SECRET_KEY = env.secret_key(DATA)
DEBUG = False
ALLOWED_HOSTS = sorted({_address.hostname, "127.0.0.1", "localhost", "[::1]"})
CSRF_TRUSTED_ORIGINS = [ZABOTA_URL]

INSTALLED_APPS = [
    "zabota.kernel.accounts",
    "zabota.kernel.brands",
    "zabota.kernel.facts",
    "zabota.kernel.jobs",
    "zabota.kernel.files",
    "zabota.kernel.secrets",
    "zabota.kernel.health",
    "zabota.kernel.search",
    "zabota.domains.charter",
    "zabota.domains.people",
    "zabota.domains.channels",
    "zabota.domains.promises",
    "zabota.domains.desk",
    "zabota.faces.design",
    "zabota.faces.portal",
    "zabota.faces.web",
    "zabota.faces.web.owner",
    "zabota.config.apps.ConfigConfig",
    "django_htmx",
    "template_partials",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "zabota.config.middleware.KeptNowhereMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "zabota.config.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "zabota.faces.web.owner.first.FirstRunMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zabota.faces.web.second_factor.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "zabota.config.urls"
WSGI_APPLICATION = "zabota.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.database(env.text("DATABASE_URL"), DATA)}

# Who runs jobs: our own table, or Procrastinate on PostgreSQL when many machines share the work.
ZABOTA_JOBS = env.text("ZABOTA_JOBS", "table")
if ZABOTA_JOBS not in {"table", "procrastinate"}:
    raise ImproperlyConfigured(f"ZABOTA_JOBS is {ZABOTA_JOBS!r}: write table or procrastinate.")
if ZABOTA_JOBS == "procrastinate":
    if not DATABASES["default"]["ENGINE"].endswith("postgresql"):
        raise ImproperlyConfigured(
            "ZABOTA_JOBS is procrastinate, which needs PostgreSQL: set DATABASE_URL."
        )
    INSTALLED_APPS.insert(0, "procrastinate.contrib.django")
    PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None
    PROCRASTINATE_ON_APP_READY = "zabota.kernel.jobs.scaled.register"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits and locks must hold when a process restarts: those live in the database (axes).
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- who may enter -------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if TESTING:
    # Argon2 costs 0.2 s a log-in by design; the tests that prove it choose it themselves.
    PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "django.contrib.auth.hashers.Argon2PasswordHasher",
    ]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# A typed address that is nobody's gets no mail: else anybody could write through us (T15, T37).
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_ADAPTER = "zabota.faces.web.adapter.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Wrong passwords are counted by axes, in the database: a restart forgets none. A whole office may
# come through one address and sign in at nine.
ACCOUNT_RATE_LIMITS = {"login_failed": None, "login": "300/m/ip"}
_FORMS = "zabota.faces.web.account_forms"
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.LoginForm",
    "reset_password": f"{_FORMS}.ResetPasswordForm",
    "reset_password_from_key": f"{_FORMS}.ResetPasswordKeyForm",
    "change_password": f"{_FORMS}.ChangePasswordForm",
    "set_password": f"{_FORMS}.SetPasswordForm",
    "reauthenticate": f"{_FORMS}.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": f"{_FORMS}.AuthenticateForm",
    "reauthenticate": f"{_FORMS}.ReauthenticateCodeForm",
    "activate_totp": f"{_FORMS}.ActivateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Zabota"
AXES_USERNAME_CALLABLE = "zabota.faces.web.sessions.tried_address"
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours: an attacker must not lock a person out for ever (T36)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False

SESSION_COOKIE_NAME = "zabota_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = "zabota_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

# --- what a browser may do -----------------------------------------------------------------------
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if HTTPS:
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "frame-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- words, places, times ------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("ru", "Русский"), ("lv", "Latviešu"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "zabota_language"
LOCALE_PATHS = [CODE / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- the web front ------------------------------------------------------------------------------
ZABOTA_THREADS = env.whole("ZABOTA_THREADS", 8)  # pages made at a time
ZABOTA_WAITING = 100  # requests that may wait for a thread; the next is sent away with 503
ZABOTA_BODIES: dict[str, Any] = {}  # limits other than kernel.web.bodies.Limits has
ZABOTA_STREAMS_PER_USER = 12
ZABOTA_STREAM_SECONDS = 15 * 60  # then a stream's rights are asked anew, whatever happened

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Tests render pages without collecting: a hashed name would be missing there.
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "zabota.config.assets.HashedFiles"
    },
}
FILES_ROOT = DATA / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# The token of a customer's link (/c/<token>/) opens his matter, that of a mailing's ends it.
HIDDEN_IN_LOGS = [r"(?<=/c/)[\w-]{16,}", r"(?<=/unsubscribe/)[\w-]{16,}"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "zabota.kernel.health.logs.OneLine", "hidden": HIDDEN_IN_LOGS}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"zabota": {"level": "INFO"}},
}
