"""How fast the model is: ratios measured in one session, never asserted in a test."""
