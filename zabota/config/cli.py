"""The command `zabota`: finds the command's module, runs it, and turns expected failures into one
sentence and an exit code.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from zabota.config.errors import Sentence

COMMANDS = (
    "run",
    "web",
    "worker",
    "migrate",
    "demo",
    "doctor",
    "backup",
    "verify-backup",
    "restore",
    "import-mail",
    "pipe-mail",
    "bench",
)


def main(words: Sequence[str] | None = None) -> int:
    """Run `zabota WORDS…`; returns the exit code, never raises what a user can cause."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zabota.config.settings")
    options = _parser().parse_args(words)
    from django.core.exceptions import ImproperlyConfigured
    from django.db import InterfaceError, OperationalError

    try:
        import django

        django.setup()
        return int(options.main(options))
    except Sentence as failure:
        return _fail(str(failure), failure.code)
    except ImproperlyConfigured as failure:
        return _fail(str(failure), 78)  # sysexits: EX_CONFIG
    except (OperationalError, InterfaceError) as failure:
        return _fail(f"The database does not answer: {_first_line(failure)}.", 69)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123  until exit
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="zabota", description="Customer service that keeps its promises."
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name in COMMANDS:
        module = importlib.import_module(f"zabota.config.commands.{name.replace('-', '_')}")
        command = commands.add_parser(name, help=module.HELP, description=module.__doc__)
        module.arguments(command)
        command.set_defaults(main=module.main)
    return parser


def _fail(sentence: str, code: int) -> int:
    print(f"zabota: {sentence}", file=sys.stderr)
    return code


def _first_line(failure: Exception) -> str:
    lines = str(failure).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(failure).__name__


if __name__ == "__main__":
    sys.exit(main())
