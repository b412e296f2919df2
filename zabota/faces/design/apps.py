"""The Django app of the design system: templates, static files and tags, no tables."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "zabota.faces.design"
    label = "design"
