"""`python -m analysis.study RESULTS`: the page of a study from a finished sweep.

Stores the table in docs/study, and from that table alone makes its figures, docs/study.md, and the answer in README.md.
RESULTS may be docs/study itself: then only the page is made again.
"""

from pathlib import Path

import typer

from abm.errors import BadInput
from experiments.printing import show
from experiments.store import write
from experiments.views import Views

from . import quiet, study_answer, study_numbers, study_store, study_text
from .cli import main as command_line
from .progress import Waiting

NAME = "python -m analysis.study"
FOLDER, PAGE, README = Path("docs/study"), Path("docs/study.md"), Path("README.md")
BEGIN, END = "<!-- study: begin -->", "<!-- study: end -->"

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def texts(root: Path) -> tuple[str, str, dict[str, bytes]]:
    """The page, the README, and the figures by file, as the stored table gives them."""
    from .study_figures import pictures

    views = Views([root / FOLDER])
    manifest = views.manifests[0]
    found = study_numbers.study(views)
    drawn = pictures(found, study_answer.words_of(manifest))
    page = study_text.page(found, manifest, {file: picture.caption for file, picture in drawn.items()})
    before, _, rest = (root / README).read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise BadInput("no place for the answer", file=root / README, allowed=f"{BEGIN} and {END}, a line each")
    readme = f"{before}{BEGIN}\n{study_text.section(found, manifest)}\n{END}{after}"
    return page, readme, {file: picture.png for file, picture in drawn.items()}


@app.command()
def study(
    results: str = typer.Argument(..., metavar="RESULTS", help="The folder of a finished sweep, or docs/study."),
    root: str = typer.Option(".", metavar="DIR", help="The folder that holds README.md and docs."),
) -> None:
    """Store the table of a finished sweep, and make its page, figures and the answer in the README from it."""
    place, source = Path(root), Path(results)
    if not (place / README).is_file() or not (place / PAGE.parent).is_dir():
        raise BadInput("no repository", key="--root", value=root, allowed="a folder with README.md and docs")
    with Waiting("reading the histories and drawing the figures"), quiet.matplotlib():
        if source.resolve() != (place / FOLDER).resolve():
            study_store.store(Views([source]), place / FOLDER)
        page, readme, figures = texts(place)
        for file, png in figures.items():
            write(place / FOLDER / file, png)
        write(place / PAGE, page)
        write(place / README, readme)
    show(f"page      {place / PAGE}")


if __name__ == "__main__":
    command_line(app, NAME)
