"""Start of the command line: `python run.py SCENARIO`, `python run.py --help`."""

import sys

from sim.language import asked, not_installed


def main() -> int:
    """Run the command line; the exit code. A missing library ends in one line that says how to install it."""
    try:
        from sim.cli import main as command_line

        return command_line(sys.argv[1:])
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] == "sim":
            raise
        print(not_installed(error.name).said(asked(sys.argv[1:])), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
