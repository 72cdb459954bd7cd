"""`python -m analysis.notebooks [NAME...]`: executes the notebooks in place, at the size they are read at."""

import argparse

from abm.errors import BadInput

from ..progress import Waiting
from .remaking import executed, stored, write


def main() -> None:
    known = {path.stem: path for path in stored()}
    parser = argparse.ArgumentParser(prog="python -m analysis.notebooks", description=__doc__)
    parser.add_argument("names", nargs="*", default=list(known), help="all if left out")
    for name in (names := parser.parse_args().names):
        if name not in known:
            parser.error(str(BadInput("no such notebook", key="names", value=name, allowed=list(known))))
    for name in names:
        with Waiting(f"executing {name}: some minutes"):
            book = executed(known[name])
        write(book, known[name])
        print(f"{name}: {len(book.cells)} cells")


if __name__ == "__main__":
    main()
