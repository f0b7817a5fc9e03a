"""Organisations, areas and departments by key, kept in each process.

Joined to every row that names them they would make each query dearer, and carry an
area's boundary along.
"""

from officers.models import Area, Department, Organisation
from officers.trees import REFERENCE
from operations.generation import ReferenceCache

organisations = ReferenceCache(REFERENCE, lambda: Organisation.objects.in_bulk())
departments = ReferenceCache(REFERENCE, lambda: Department.objects.in_bulk())
# Boundaries are megabytes and read by those alone that draw or search them.
areas = ReferenceCache(REFERENCE, lambda: Area.objects.defer("boundary").in_bulk())
