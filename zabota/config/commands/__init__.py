"""One module a command: HELP, `arguments(parser)`, `main(options)` → exit code.

Modules are imported to tell their help, so what they need of Django they import when they run.
"""
