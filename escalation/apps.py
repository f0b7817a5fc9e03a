from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EscalationConfig(AppConfig):
    name = "escalation"
    verbose_name = _("Routing and clocks")

    def ready(self) -> None:
        from escalation import checks  # noqa: F401  registers itself
