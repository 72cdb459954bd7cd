"""The levers of policy: one file each, with its block of a scenario and what it means.

INSTRUMENTS is the order of every array over instruments: in force, suspended, due, paid. A coalition's own follow.
"""

INSTRUMENTS = ("price_floor", "contract_for_difference", "offtake", "guarantee", "tax_credit", "tariff", "stockpile")
PRICE_FLOOR, CONTRACT, OFFTAKE, GUARANTEE, TAX_CREDIT, TARIFF, STOCKPILE = range(len(INSTRUMENTS))
