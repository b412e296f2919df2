from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "zabota.kernel.jobs"
    label = "jobs"
