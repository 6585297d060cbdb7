"""``python -m smsn``: the command line."""

from smsn.cli import main

main()
