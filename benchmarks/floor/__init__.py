"""The yardstick: intake, read and list written as fast as plain Django and DRF get."""
