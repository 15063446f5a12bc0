"""The addresses of the API and of its description."""

from django.urls import URLPattern, path, re_path

from genjin.api.docs import docs
from genjin.api.errors import in_shape, unknown
from genjin.api.v1 import api

_patterns, _app, _namespace = api.urls
for _pattern in _patterns:
    if isinstance(_pattern, URLPattern):
        _pattern.callback = in_shape(_pattern.callback)

urlpatterns = [
    path("docs", docs, name="api-docs"),
    path("v1/", (_patterns, _app, _namespace)),
    re_path(r"^(?P<rest>.*)$", unknown),
]
