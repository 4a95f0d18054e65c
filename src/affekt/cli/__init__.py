"""The command line: one file a command, and `show`, all that draws on a terminal.

Knows how to ask and how to answer; how anything works is told by the rooms below.
"""

from affekt.cli.app import app, main

__all__ = ["app", "main"]
