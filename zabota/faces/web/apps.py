from django.apps import AppConfig
from typing_extensions import override


class WebConfig(AppConfig):
    name = "zabota.faces.web"
    label = "web"

    @override
    def ready(self) -> None:
        from allauth.mfa import signals

        from zabota.faces.web import sessions

        for changed in (
            signals.authenticator_added,
            signals.authenticator_removed,
        ):
            changed.connect(sessions.on_second_factor_changed, dispatch_uid=f"web {id(changed)}")
