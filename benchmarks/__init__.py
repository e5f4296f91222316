"""How fast Landbridge is: `python -m benchmarks` measures and prints ratios (see docs/performance.md)."""
