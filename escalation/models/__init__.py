from escalation.models.claim import Claim, Compensation
from escalation.models.decision import RoutingDecision
from escalation.models.learning import Correction, Suggestion
from escalation.models.rule import RoutingRule
from escalation.models.service_level import ServiceLevel
from escalation.models.skill import Skill
from escalation.models.step import Step
from escalation.models.words import EmergencyPhrase, Hashtag

__all__ = [
    "Claim",
    "Compensation",
    "Correction",
    "EmergencyPhrase",
    "Hashtag",
    "RoutingDecision",
    "RoutingRule",
    "ServiceLevel",
    "Skill",
    "Step",
    "Suggestion",
]
