"""The rules that every log must keep: a log is replayed against its plan, row by row, whatever engine wrote it.

Nothing is simulated: the replay takes every row as told and asks whether it could be. Where the rules leave one second
only (a gate that is free lets nobody wait, a full train leaves), it asks for that second.
"""

from sim.audit.replay import check_log, violations
from sim.audit.rows import as_text
from sim.audit.rules import RULES, Violation

__all__ = ["RULES", "Violation", "as_text", "check_log", "violations"]
