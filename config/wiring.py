"""Who reacts to what: the only file with dotted paths to our own code.

Ordered as middleware is. Checked at start by operations/checks.py.
"""

# Each path is a dict {event kind: (function, ...)}; all reactions of one event
# run in this order before the next event is looked at.
REACTIONS = [
    "escalation.reactions.REACTIONS",
    "notices.reactions.REACTIONS",
    "feedback.reactions.REACTIONS",
    "incidents.reactions.REACTIONS",
    "helpline.reactions.REACTIONS",
    "channels_in.reactions.REACTIONS",
    "portal.api.reactions.REACTIONS",
]

# slug → class of the provider's wire
CHANNELS: dict[str, str] = {
    "console": "notices.senders.console.ConsoleSender",
    "email": "notices.senders.email.EmailSender",
    "sms_twilio": "channels_in.sms_twilio.wire.TwilioSms",
    "voice_twilio": "channels_in.voice_twilio.wire.TwilioVoice",
}

# a citizen's word → handler
COMMANDS: dict[str, str] = {
    "HELP": "channels_in.commands.help.run",
    "STOP": "channels_in.commands.silence.stop",
    "START": "channels_in.commands.silence.start",
    "STATUS": "channels_in.commands.status.run",
    "RATE": "channels_in.commands.rate.run",
    "REOPEN": "channels_in.commands.reopen.run",
    "ESCALATE": "channels_in.commands.escalate.run",
    "JOIN": "channels_in.commands.join.run",
}

# what the worker's loop calls about twice a second
TICKS = [
    "channels_in.inbox.tick",
    "notices.delivery.tick",
    "portal.api.delivery.tick",
    "escalation.ladder.sweep.tick",
    "escalation.ladder.handing.tick",
    "escalation.learning.suggesting.tick",
    "escalation.learning.nightly.tick",
    "feedback.follow_ups.tick",
    "incidents.sweep.tick",
    "feedback.call_round.tick",
    "feedback.panel.draw.tick",
    "feedback.panel.asking.tick",
    "feedback.silence.tick",
    "complaints.failed.tick",
    "complaints.attachments.tick",
    "helpline.drafts.tick",
    "channels_in.media.tick",
    "channels_in.reconcile.tick",
    "channels_in.tidy.tick",
    "notices.erasure.tick",
    "officers.ical.tick",
    "operations.jobs.tick",
    "operations.housekeeping.tick",
]

# kind of job → function(RunningJob)
JOBS: dict[str, str] = {
    "fetch_media": "channels_in.media.fetch_job",
    "reconcile_account": "channels_in.reconcile.reconcile_job",
    "seed_demo": "presets.history.seed.seed_job",
    "tell_incident": "incidents.telling.tell_job",
    "join_incident": "incidents.joining.join_job",
    "learn_routing": "escalation.learning.job.learn_routing",
    "month_xlsx": "reports.month_xlsx.month_xlsx",
    "draw_panel": "feedback.panel.draw.draw_panel",
    "try_rule": "escalation.trials.trying.try_rule",
    "fetch_holidays": "officers.ical.fetch_job",
}

# what /metrics and /readyz ask: function(at) -> {name: number}
FIGURES: list[str] = [
    "operations.figures.figures",
    "complaints.figures.figures",
    "notices.figures.figures",
    "channels_in.figures.figures",
]
