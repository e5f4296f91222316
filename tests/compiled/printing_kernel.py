"""A kernel module that cannot be kept: it prints, and for that needs Python."""

from sim.compiled import entry


@entry
def say(number: int) -> None:
    print(number)
