"""What a change sets off here: who is forgotten is forgotten in the inbox too."""

from channels_in.tidy import forget
from complaints.unit import Reaction

REACTIONS: dict[str, tuple[Reaction, ...]] = {"erased": (forget,)}
