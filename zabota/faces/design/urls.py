"""Addresses of the gallery: the root of a test's own server, never part of an installation."""

from django.urls import URLPattern, URLResolver, re_path

from zabota.faces.design import gallery

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(
        r"^(?P<language>ru|lv|en)/(?P<page>parts|agent|agent-list|matter|slip|bare|states)/$",
        gallery.show,
    ),
]
