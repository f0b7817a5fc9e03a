"""Two reference tables, and the two that an intake writes: one row each."""

from typing import ClassVar

from django.db import models


class Kind(models.Model):
    code = models.CharField(max_length=20, unique=True)

    objects: ClassVar[models.Manager["Kind"]] = models.Manager()

    class Meta:
        app_label = "floor"

    def __str__(self) -> str:
        return self.code


class Place(models.Model):
    code = models.CharField(max_length=20, unique=True)

    objects: ClassVar[models.Manager["Place"]] = models.Manager()

    class Meta:
        app_label = "floor"

    def __str__(self) -> str:
        return self.code


class Complaint(models.Model):
    """Nine indexes: the key, the number with its `like` twin, two keys, four more."""

    number = models.CharField(max_length=12, unique=True)
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT)
    place = models.ForeignKey(Place, on_delete=models.PROTECT)
    status = models.CharField(max_length=12, default="registered")
    text = models.TextField()
    phone = models.CharField(max_length=20)
    registered_at = models.DateTimeField()
    due_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Complaint"]] = models.Manager()

    class Meta:
        app_label = "floor"
        indexes: ClassVar = [
            models.Index(fields=["status", "place", "-id"], name="floor_list"),
            models.Index(fields=["status", "due_at"], name="floor_due"),
            models.Index(fields=["phone"], name="floor_phone"),
            models.Index(fields=["registered_at"], name="floor_when"),
        ]

    def __str__(self) -> str:
        return self.number


class History(models.Model):
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT)
    status = models.CharField(max_length=12)
    at = models.DateTimeField()

    objects: ClassVar[models.Manager["History"]] = models.Manager()

    class Meta:
        app_label = "floor"

    def __str__(self) -> str:
        return self.status
