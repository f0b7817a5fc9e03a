"""The back office: Django's admin with our screens in front."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

# Each app offers its tables in admin_classes.ADMINS.
OFFERING_APPS = (
    "officers",
    "complaints",
    "notices",
    "escalation",
    "feedback",
    "helpline",
    "portal",
    "operations",
)


class SunwaiAdminSite(admin.AdminSite):
    site_header = "Sunwai"
    site_title = "Sunwai"
    index_title = _("Settings and reference data")
    enable_nav_sidebar = False

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One sign-in for all: allauth's, with its second step."""
        response: HttpResponse = secure_admin_login(super().login)(
            request, extra_context=extra_context
        )
        return response
