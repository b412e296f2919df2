"""Another process on the same data: lines "fact number" on standard input are published."""

import sys

import django

django.setup()

from tests.serving import facts  # noqa: E402  models need the line above

for line in sys.stdin:
    name, number = line.split()
    facts.publish(name, int(number))
