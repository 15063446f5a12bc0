"""The web process's entry."""

import os
import warnings

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "genjin.config.settings")
# Static files are short and hashed, so a browser asks once; that they are read at one go needs no line on the terminal.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
application = get_asgi_application()
