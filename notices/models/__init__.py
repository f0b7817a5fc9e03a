from notices.models.account import ChannelAccount, OptOut
from notices.models.article import Article
from notices.models.breaker import Breaker
from notices.models.notice import Notice
from notices.models.template import Template

__all__ = ["Article", "Breaker", "ChannelAccount", "Notice", "OptOut", "Template"]
