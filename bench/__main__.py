"""`python -m bench [NAME…]`: run these benches, or all, each printing one JSON line."""

import json
import os
import platform
import sys
import time

import bench


def main(wanted: list[str]) -> int:
    """Run in the given order; 2 for an unknown name, before anything has run."""
    unknown = sorted(set(wanted) - set(bench.names()))
    if unknown:
        sys.stderr.write(f"No bench named {', '.join(unknown)}; {', '.join(bench.names())}\n")
        return 2
    for name in wanted or bench.names():
        started = time.perf_counter()
        figures = bench.run(name)
        seconds = round(time.perf_counter() - started, 3)
        machine = {"python": platform.python_version(), "cores": os.cpu_count()}
        line = {"bench": name, **figures, "bench_seconds": seconds, "machine": machine}
        print(json.dumps(line, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
