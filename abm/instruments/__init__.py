"""The levers of policy: one file each, with its block of a scenario and what it does."""
