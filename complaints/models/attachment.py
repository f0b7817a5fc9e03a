from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.models.event import Event
from operations.privacy import NONE, PERSONAL


class Attachment(models.Model):
    """A file in private storage, served by one view after a check.

    The file is written first and its row before the complaint exists (complaint and
    event null); what nobody claims within a day is swept.
    """

    token = models.CharField(max_length=43, unique=True)
    complaint = models.ForeignKey(
        Complaint, null=True, on_delete=models.PROTECT, related_name="attachments"
    )
    event = models.ForeignKey(
        Event, null=True, on_delete=models.PROTECT, related_name="attachments"
    )
    file = models.FileField(upload_to="attachments/%Y/%m/", max_length=200)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    public = models.BooleanField(default=True)  # may the citizen see it?
    uploaded_at = models.DateTimeField()
    # Of the officer's proof only, never of a citizen's photo: when and where it was
    # taken, as the camera or the phone's page said, and how the picture looks.
    taken_at = models.DateTimeField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    fingerprint = models.CharField(max_length=16, blank=True, default="", db_default="")

    PRIVACY: ClassVar[dict[str, str]] = {
        "token": PERSONAL, "file": PERSONAL, "content_type": NONE, "sha256": NONE,
        "fingerprint": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [
            # the sweep of files that nobody claimed
            models.Index(
                fields=["uploaded_at"],
                name="attachment_orphan",
                condition=models.Q(complaint__isnull=True),
            ),
            # is this picture the proof of another work already?
            models.Index(
                fields=["fingerprint"],
                name="attachment_same_picture",
                condition=~models.Q(fingerprint=""),
            ),
        ]

    def __str__(self) -> str:
        return f"attachment {self.pk}"
