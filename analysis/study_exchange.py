"""What notebook 4 says of the third question: how much higher a floor must be when reversals become likelier."""

import json
import re
from pathlib import Path

NOTEBOOK = Path("analysis/notebooks/4_what_is_credibility_worth.ipynb")
SENTENCE = re.compile(r"\*\*Exchange rate\.\*\*\s+(.+?)\n\n", re.DOTALL)
TITLE = re.compile(r"(\w+): floor for the same capacity online after (\d+) years, (\d+) histories a point")


def told(root: Path) -> str:
    """Its own sentence, from its stored results; none where the notebook has none."""
    if not (root / NOTEBOOK).is_file():
        return ""
    cells = json.loads((root / NOTEBOOK).read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    shown = [output.get("text") or output.get("data", {}).get("text/markdown", "") for output in outputs]
    text = "\n\n".join("".join(part) for part in shown) + "\n\n"
    sentence, title = SENTENCE.search(text), TITLE.search(text)
    if not sentence or not title:
        return ""
    metal, years, runs = title.groups()
    return f"{' '.join(sentence[1].split())} {metal.capitalize()}, after {years} years, {runs} histories a point:"
