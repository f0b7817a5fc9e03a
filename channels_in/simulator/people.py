"""Who holds the four telephones of a fresh simulation."""

PHONES = (
    ("+919999900001", "Meera", "mr"),
    ("+919999900002", "Ramesh", "hi"),
    ("+919999900003", "Anna", "it"),
    ("+919999900004", "John", "en"),
)
