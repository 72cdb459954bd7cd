"""What the pages of a run and of a sweep share: how a template is read, and its figures as text."""

import base64

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from ..figures import Picture


def template(name: str) -> Template:
    """A template of this folder. All text of the user's is escaped."""
    return Environment(
        loader=PackageLoader("analysis", "report"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    ).get_template(name)  # fmt: skip


def embedded(pictures: list[Picture]) -> list[tuple[Picture, str]]:
    """Figures, each with its PNG in base64."""
    return [(picture, base64.b64encode(picture.png).decode()) for picture in pictures]
