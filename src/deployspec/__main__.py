"""`python -m deployspec`."""

import sys

from deployspec._cli import main

if __name__ == "__main__":
    sys.exit(main())
