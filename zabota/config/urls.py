"""The addresses: health for machines, the portal for customers, the web for our own people."""

from django.urls import URLPattern, URLResolver, include, path

from zabota.faces.portal.chat import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("zabota.faces.web.urls")),
    path("", include("zabota.faces.portal.urls")),
    path("chat.js", views.script, name="chat-script"),
    path("chat/<slug:key>/", include("zabota.faces.portal.chat.urls")),
]

handler500 = "zabota.faces.web.views.errors.could_not"
