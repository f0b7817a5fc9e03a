from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelsInConfig(AppConfig):
    name = "channels_in"
    verbose_name = _("Channels")

    def ready(self) -> None:
        from channels_in import checks  # noqa: F401  registers itself
