"""The command `landbridge`: parse, call, print. What is heavy is imported when a command needs it."""

from sim.cli.program import main

__all__ = ["main"]
