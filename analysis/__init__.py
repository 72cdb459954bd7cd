"""What the runs amount to: statistics, verdict, figures, report, and the command `mineralclub`."""
