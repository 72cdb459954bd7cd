"""What happens among all. Runs are the last core axis; every sum runs in slot order."""
