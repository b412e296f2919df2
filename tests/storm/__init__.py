"""Faults at full size: what is killed, cut and flooded, and whether anything was lost by it.

`python -m tests.storm` runs every trial and prints one line each; `--only F01 --cycles 1000`
chooses. Each trial is also a test of a few cycles (test_storm.py).
"""
