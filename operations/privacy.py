"""What a text, JSON or file field may hold: erasure and exports walk this.

Every model names each such field in its `PRIVACY`; a test fails on one left out.
"""

NONE = "none"  # codes, names of things, settings
PERSONAL = "personal"  # who somebody is: erased on request
WORDS = "words"  # what somebody said: may hold anything, erased on request
