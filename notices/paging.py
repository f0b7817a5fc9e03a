"""Pages of the admin over tables that grow for ever: nobody counts them whole."""

from functools import cached_property
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet

if TYPE_CHECKING:
    _Paginator = Paginator[Model]
else:
    _Paginator = Paginator  # subscriptable in the stubs only

MOST_COUNTED = 1000


class CappedPaginator(_Paginator):
    """The newest thousand; further back leads a filter, not the hundredth page."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        return rows.order_by()[:MOST_COUNTED].count()
