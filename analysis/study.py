"""`python -m analysis.study RESULTS`: the page of a study from a finished sweep.

Stores the table in docs/study, and from that table alone makes its figures, docs/study.md, and the answer in README.md;
the third question is answered in the words of notebook 4. RESULTS may be docs/study itself: then only the page is made
again.
"""

from pathlib import Path
from typing import Any

import typer

from abm.errors import BadInput
from experiments.printing import show

from . import quiet
from .cli import main as command_line
from .progress import PREPARING, Waiting

NAME = "python -m analysis.study"
FOLDER, PAGE, README = Path("docs/study"), Path("docs/study.md"), Path("README.md")
BEGIN, END = "<!-- study: begin -->", "<!-- study: end -->"
HOME, SHIPPED = Path(__file__).resolve().parents[1], "credibility"  # whose study the repository ships

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def texts(root: Path) -> tuple[str, str, dict[str, bytes]]:
    """The page, the README, and the figures by file, as the stored table gives them."""
    with Waiting(PREPARING):
        from experiments.views import Views

        from . import study_answer, study_exchange, study_figures, study_numbers, study_text
    with Waiting("computing intervals, and what moves the outcomes by resampling"):
        views = Views([root / FOLDER])
        manifest, exchange = views.manifests[0], study_exchange.told(root)
        found = study_numbers.study(views)
    with Waiting("drawing the figures"), quiet.matplotlib():
        drawn = study_figures.pictures(found, study_answer.words_of(manifest))
    page = study_text.page(found, manifest, {file: picture.caption for file, picture in drawn.items()}, exchange)
    before, _, rest = (root / README).read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise BadInput("no place for the answer", file=root / README, allowed=f"{BEGIN} and {END}, a line each")
    readme = f"{before}{BEGIN}\n{study_text.section(found, manifest, exchange)}\n{END}{after}"
    return page, readme, {file: picture.png for file, picture in drawn.items()}


@app.command()
def study(
    results: str = typer.Argument(..., metavar="RESULTS", help="The folder of a finished sweep, or docs/study."),
    root: str = typer.Option(
        ".",
        metavar="DIR",
        help=f"The folder that holds README.md and docs. The repository itself takes only the design {SHIPPED}.",
    ),
) -> None:
    """Store the table of a finished sweep, and make its page, figures and the answer in the README from it."""
    place, source = Path(root), Path(results)
    if not (place / README).is_file() or not (place / PAGE.parent).is_dir():
        raise BadInput("no repository", key="--root", value=root, allowed="a folder with README.md and docs")
    if source.resolve() != (place / FOLDER).resolve():
        _store(source, place)
    page, readme, figures = texts(place)
    from experiments.store import write

    for file, png in figures.items():
        write(place / FOLDER / file, png)
    for old in (place / FOLDER).glob("*.png"):
        if old.name not in figures:
            old.unlink()
    write(place / PAGE, page)
    write(place / README, readme)
    show(f"page      {place / PAGE}")


def _store(source: Path, place: Path) -> None:
    """Reads the sweep and stores its table."""
    with Waiting(PREPARING):
        from experiments.views import Views

        from . import study_store

        views = Views([source])
        if place.resolve() == HOME:
            _own(views.manifests[0])
    with Waiting("reading the histories"):
        study_store.store(views, place / FOLDER)


def _own(manifest: dict[str, Any]) -> None:
    """BadInput unless the sweep is of the design that the repository shows, as it ships, with its model and data."""
    from abm.start import sources
    from experiments.design import Design
    from experiments.parts import HASH_SHOWN
    from experiments.points import plan

    design, folder = Design.load(SHIPPED)
    for name, shipped in (("name", SHIPPED), ("design_hash", plan(design, folder, SHIPPED, sources()).identity)):
        if manifest[name] != shipped:
            what = "not the shipped sweep, whose study this repository shows (--root DIR puts another elsewhere)"
            raise BadInput(what, key=name, value=manifest[name][:HASH_SHOWN], allowed=shipped[:HASH_SHOWN])


if __name__ == "__main__":
    command_line(app, NAME)
