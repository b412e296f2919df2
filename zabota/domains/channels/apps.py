from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "zabota.domains.channels"
    label = "channels"
