"""Who reacts to what: the only file with dotted paths to our own code.

Ordered as middleware is. Checked at start by operations/checks.py.
"""

# Each path is a dict {event kind: (function, ...)}; all reactions of one event
# run in this order before the next event is looked at.
REACTIONS = [
    "escalation.reactions.REACTIONS",
    "notices.reactions.REACTIONS",
    "feedback.reactions.REACTIONS",
    "helpline.reactions.REACTIONS",
]

# slug → class of the provider's wire
CHANNELS: dict[str, str] = {
    "console": "notices.senders.console.ConsoleSender",
    "email": "notices.senders.email.EmailSender",
}

# a citizen's word → handler
COMMANDS: dict[str, str] = {}

# what the worker's loop calls about twice a second
TICKS = [
    "notices.delivery.tick",
    "escalation.sweep.tick",
    "complaints.failed.tick",
    "complaints.attachments.tick",
    "helpline.drafts.tick",
    "operations.jobs.tick",
    "operations.housekeeping.tick",
]

# kind of job → function(RunningJob)
JOBS: dict[str, str] = {
    "seed_demo": "presets.history.seed.seed_job",
}
