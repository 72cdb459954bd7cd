"""The facts the model starts from: tables (`tables.py`), parameters (`parameters.py`)."""
