"""The addresses: health for machines, the portal for customers, the web for our own people."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("zabota.faces.web.urls")),
    path("", include("zabota.faces.portal.urls")),
]

handler500 = "zabota.faces.web.views.errors.could_not"
