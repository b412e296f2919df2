"""Django's WSGI handler: ordinary pages, called through the server's thread pool."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zabota.config.settings")
application = get_wsgi_application()
