from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        from complaints import append_only, search_index

        # Not a domain signal: SQLite loses triggers when a table is rebuilt.
        post_migrate.connect(append_only.install_after_migrate, sender=self)
        post_migrate.connect(search_index.install_after_migrate, sender=self)
