from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "zabota.kernel.files"
    label = "files"
