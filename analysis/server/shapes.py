"""Makes world.json, the shapes of the map: `python -m analysis.server.shapes countries-110m.json codes.json`.

The first file is of the package world-atlas (Natural Earth, TopoJSON), the second of i18n-iso-countries (numeric to
alpha-3 codes). Run once; what it writes is package data.
"""

import json
import math
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent / "world.json"
LEFT_OUT = ("Antarctica",)
UNCODED = {"Kosovo": "XKX", "N. Cyprus": "XNC", "Somaliland": "XSO"}  # Natural Earth draws them, ISO has no number
DOTS = {"SGP": ("Singapore", 103.8, 1.35), "MLT": ("Malta", 14.4, 35.9)}  # too small for a shape at this scale
WIDTH, MARGIN = 1000.0, 4.0
EQUAL_EARTH = (1.340264, -0.081106, 0.000893, 0.003796)  # Savric, Patterson and Jenny (2018)
HALF_TURN = 180.0
Point = tuple[float, float]


def project(point: Point) -> Point:
    """Equal Earth projection of longitude and latitude (degrees), y downwards, in units of the globe's radius."""
    a, b, c, d = EQUAL_EARTH
    third = math.sqrt(3.0) / 2.0
    t = math.asin(third * math.sin(math.radians(point[1])))
    t2 = t * t
    t6 = t2 * t2 * t2
    across = third * (a + 3.0 * b * t2 + t6 * (7.0 * c + 9.0 * d * t2))
    return math.radians(point[0]) * math.cos(t) / across, -t * (a + b * t2 + t6 * (c + d * t2))


def rings_of(topology: dict[str, Any], geometry: dict[str, Any]) -> list[list[Point]]:
    """Rings of a country in degrees, each on one side of the antimeridian."""
    (kx, ky), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]

    def arc(number: int) -> list[Point]:
        x = y = 0
        points = []
        for dx, dy in topology["arcs"][number if number >= 0 else ~number]:
            x, y = x + dx, y + dy
            points.append((x * kx + x0, y * ky + y0))
        return points if number >= 0 else points[::-1]

    shapes = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    rings = []
    for shape in shapes:
        for ring in shape:
            points = [point for number in ring for point in arc(number)[1:]]
            rings += parted(points)
    return rings


def parted(ring: list[Point]) -> list[list[Point]]:
    """The ring itself, or its two sides if it jumps over the antimeridian."""
    straight, shift = [ring[0]], 0.0
    for (before, _), (x, y) in pairwise(ring):
        if abs(x - before) > HALF_TURN:
            shift += 2.0 * HALF_TURN * (1.0 if before > 0.0 else -1.0)
        straight.append((x + shift, y))
    if not any(abs(x) > HALF_TURN for x, _ in straight):
        return [ring]
    sides = []
    for centre in (-2.0 * HALF_TURN, 0.0, 2.0 * HALF_TURN):
        side = clipped(clipped(straight, centre - HALF_TURN, 1.0), centre + HALF_TURN, -1.0)
        sides += [[(x - centre, y) for x, y in side]] if len(side) > 2 else []
    return sides


def clipped(ring: list[Point], edge: float, way: float) -> list[Point]:
    """What of a ring lies to the right (way 1) or left (way -1) of a meridian."""
    kept: list[Point] = []
    for (x0, y0), (x1, y1) in zip(ring[-1:] + ring[:-1], ring, strict=True):
        inside, was = way * (x1 - edge) >= 0.0, way * (x0 - edge) >= 0.0
        if inside != was:
            kept.append((edge, y0 + (edge - x0) / (x1 - x0) * (y1 - y0)))
        if inside:
            kept.append((x1, y1))
    return kept


def middle(ring: list[Point]) -> tuple[float, Point]:
    """Area and centre of a ring."""
    area = x = y = 0.0
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
        cross = x0 * y1 - x1 * y0
        area, x, y = area + cross / 2.0, x + (x0 + x1) * cross / 6.0, y + (y0 + y1) * cross / 6.0
    return (abs(area), (x / area, y / area)) if area else (0.0, ring[0])


def world(topology: dict[str, Any], codes: list[list[str]]) -> dict[str, Any]:
    """width and height of the drawing; by alpha-3 code name, SVG path and centre, or only a centre for a dot."""
    alpha = {row[2]: row[1] for row in codes}
    drawn: dict[str, tuple[str, list[list[Point]]]] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        if name not in LEFT_OUT:
            code = alpha[geometry["id"]] if "id" in geometry else UNCODED[name]
            rings = [[project(point) for point in ring] for ring in rings_of(topology, geometry)]
            drawn[code] = name, rings
    everywhere = [point for _, rings in drawn.values() for ring in rings for point in ring]
    left, top = min(x for x, _ in everywhere), min(y for _, y in everywhere)
    scale = (WIDTH - 2.0 * MARGIN) / (max(x for x, _ in everywhere) - left)
    height = scale * (max(y for _, y in everywhere) - top) + 2.0 * MARGIN

    def placed(point: Point) -> Point:
        return round((point[0] - left) * scale + MARGIN, 1), round((point[1] - top) * scale + MARGIN, 1)

    out: dict[str, Any] = {}
    for code, (name, rings) in sorted(drawn.items()):
        largest = max(rings, key=lambda ring: middle(ring)[0])
        path = "".join(f"M{'L'.join(f'{x:g} {y:g}' for x, y in map(placed, ring))}Z" for ring in rings)
        out[code] = {"name": name, "at": placed(middle(largest)[1]), "path": path}
    for code, (name, longitude, latitude) in DOTS.items():
        out[code] = {"name": name, "at": placed(project((longitude, latitude)))}
    return {"width": WIDTH, "height": round(height, 1), "countries": out}


def main(atlas: str, codes: str) -> None:
    read = [json.loads(Path(name).read_text(encoding="utf-8")) for name in (atlas, codes)]
    text = json.dumps(world(*read), ensure_ascii=False, separators=(",", ":"))
    TARGET.write_text(text.replace('},"', '},\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
