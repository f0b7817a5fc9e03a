from feedback.models.call_back import CallBack, ContactTry, SampleDraw
from feedback.models.doubt import Doubt
from feedback.models.follow_up import FollowUp, Measure
from feedback.models.panel import Panel, PanelArea, PanelItem, PanelSeat
from feedback.models.rating import Rating, RatingRequest

__all__ = [
    "CallBack",
    "ContactTry",
    "Doubt",
    "FollowUp",
    "Measure",
    "Panel",
    "PanelArea",
    "PanelItem",
    "PanelSeat",
    "Rating",
    "RatingRequest",
    "SampleDraw",
]
