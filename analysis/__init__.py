"""What the runs amount to: statistics, verdict, figures, report, and the command `mineralclub`."""

OK, INTERNAL, BAD_INPUT, FAILED_RUNS, INTERRUPTED = 0, 1, 2, 3, 130  # exit codes


class Stopped(Exception):
    """Ctrl-C before anything was whole: the parser would swallow a KeyboardInterrupt without a word."""
