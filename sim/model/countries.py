"""Groups of countries that policies name."""

from __future__ import annotations

EU = "EU"
EU_MEMBERS = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
        "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip
"""Member states of the European Union since 2020 (ISO 3166 alpha-2)."""


def countries_meant(code: str) -> frozenset[str]:
    """Return the countries that a code of a policy's `origin` or `destination` stands for: `EU` or one country."""
    return EU_MEMBERS if code == EU else frozenset({code})
