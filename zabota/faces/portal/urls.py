"""Addresses of the customer's pages."""

from django.urls import URLPattern, URLResolver, include, path

from zabota.faces.portal import views

pages: list[URLPattern | URLResolver] = [
    path("<str:token>/", views.matter, name="matter"),
    path("<str:token>/write/", views.write, name="write"),
    path("<str:token>/agree/", views.agree, name="agree"),
    path("<str:token>/not-yet/", views.not_yet, name="not-yet"),
]

urlpatterns: list[URLPattern | URLResolver] = [path("", include((pages, "portal")))]
