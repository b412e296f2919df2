from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "zabota.domains.people"
    label = "people"
