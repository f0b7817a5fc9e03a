from complaints.models.attachment import Attachment
from complaints.models.category import Category, Cause, RejectReason, Source
from complaints.models.citizen import Citizen, Connection, ContactPoint
from complaints.models.closing_code import ClosingCode
from complaints.models.complaint import Complaint
from complaints.models.custody import Custody
from complaints.models.event import Event, FailedReaction
from complaints.models.message import Message

__all__ = [
    "Attachment",
    "Category",
    "Cause",
    "Citizen",
    "ClosingCode",
    "Complaint",
    "Connection",
    "ContactPoint",
    "Custody",
    "Event",
    "FailedReaction",
    "Message",
    "RejectReason",
    "Source",
]
