"""Build the encoder ahead of time, for machines that go offline: ``python -m helpers.prepare``."""

import sys

from helpers.encoder import encoder


def main() -> int:
    """Build the encoder where it is not yet, and say where it lies; 1 where it cannot be built."""
    try:
        path = encoder().path
    except (OSError, RuntimeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
