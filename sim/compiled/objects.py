"""Object files: machine code with what is needed to call it, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from sim.compiled.signatures import Signature

_LOG = logging.getLogger("sim")


@dataclass(frozen=True)
class Object:
    """Machine code of a kernel module, its entries, and what it calls of C's library (the logarithm, mostly)."""

    code: bytes
    entries: tuple[Signature, ...]
    needs: tuple[str, ...]

    def packed(self) -> bytes:
        """As a file: a line of SHA-256 over the rest, a line of JSON, the code."""
        head = {
            "entries": [one.record() for one in self.entries],
            "needs": self.needs,
        }
        rest = json.dumps(head).encode() + b"\n" + self.code
        return hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest

    @classmethod
    def of(cls, packed: bytes) -> Object:
        """From the bytes of a file. Raises ValueError unless they are all there, unchanged."""
        digest, _, rest = packed.partition(b"\n")
        if hashlib.sha256(rest).hexdigest().encode() != digest:
            raise ValueError("damaged")
        head, _, code = rest.partition(b"\n")
        found = json.loads(head)
        entries = tuple(Signature.of_record(one) for one in found["entries"])
        return cls(code, entries, tuple(found["needs"]))


def host_features() -> str:
    """What this processor can do beyond the least of its kind, as LLVM writes it; nothing where LLVM cannot tell."""
    import llvmlite.binding as llvm

    try:
        features: str = llvm.get_host_cpu_features().flatten()
    except RuntimeError:
        return ""
    return features


def read(file: Path) -> Object | None:
    """What is kept in a file; None where there is none, or where it is damaged, which is said."""
    try:
        return Object.of(file.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        _LOG.warning(f"compiled code in {file} is damaged: it is made anew")
        return None


def write(file: Path, made: Object) -> None:
    """Keep it in a file: who looks meanwhile finds the old one or the new one, never a part.

    Where that fails (a full disk) it is said; the code is there all the same.
    """
    part = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        part.write_bytes(made.packed())
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        _LOG.warning(f"compiled code cannot be kept in {file}: {error.strerror}")
