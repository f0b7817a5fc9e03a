from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class SunwaiAdminConfig(AdminConfig):
    default_site = "config.admin.SunwaiAdminSite"

    def ready(self) -> None:
        super().ready()
        from django.contrib.admin import site

        from config.admin import OFFERING_APPS

        # A job is a signed pickle: nobody writes one by hand, in no session.
        for model in [m for m in site._registry if m._meta.app_label == "django_q"]:
            site.unregister(model)
        for app in OFFERING_APPS:
            for model, model_admin in import_module(f"{app}.admin_classes").ADMINS:
                site.register(model, model_admin)
