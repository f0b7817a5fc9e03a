"""The orders in which the desk turns pages; how is in operations/keyset.py."""

from operations.keyset import Keyset, Page

__all__ = ["BY_DUE", "NEWEST", "Keyset", "Page"]

BY_DUE = Keyset(("due_at", "pk"))
NEWEST = Keyset(("pk",), descending=True)
