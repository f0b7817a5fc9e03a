"""The orders in which the desk turns pages; how is in operations/keyset.py."""

from operations.keyset import PAGE_SIZE, Keyset, Page

__all__ = ["BY_DUE", "NEWEST", "PAGE_SIZE", "Keyset", "Page"]

BY_DUE = Keyset(("due_at", "pk"))
NEWEST = Keyset(("pk",), descending=True)
