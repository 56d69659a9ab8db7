#!/usr/bin/env python3
"""Measures the budgets of the design on the real program, and prints them as a Markdown table.

    bench.py --place target/release/place [--sizes 5600,100000 | --quick] [--site target/site]

Every figure comes from a command or a request that is named under the table; what is not built yet says so.
Let nothing else run meanwhile: the load generator already shares the machine with the server.
"""

import argparse
import asyncio
import csv
import http.client
import json
import os
import platform
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default as mail_policy
from pathlib import Path
from urllib.parse import urlencode

from aiosmtpd.controller import Controller

TERRITORIES = Path(__file__).resolve().parent.parent / "domain/data/territory/territories.tsv"
SECTOR_SEARCH = "/structures?secteur=creation-et-entretien-des-espaces-verts&territoire=C31555"
WORD_SEARCH = "/structures?q=entretien+espaces+verts&territoire=C31555"
OPEN_SEARCH = "/structures"
COMPLETED = ["s", "par", "sain", "saint+etienne", "31000", "toulouze", "montpelier", "zzzzzz"]
NOT_BUILT = "not built yet (alerts)"
# Sectors of the lots and needs that are measured: those of the demonstration set, two each of its trades.
SECTORS = ["creation-et-entretien-des-espaces-verts", "entretien-restauration-amenagement-des-espaces-naturels",
           "nettoyage-de-locaux-16", "nettoyage-urbain", "traiteur", "blanchisserie", "repassage",
           "peinture-revetement-des-murs", "maraichage", "collecte-dencombrants", "reemploi-de-materiaux",
           "numerisation-ged", "logistique-conditionnement", "reparation-de-velos-14", "aide-menagere", "entretien-des-jardins"]
# The budgets: what is allowed at 5,600 and at 100,000 structures.
ROWS = {
    "page": ("search page over HTTP, sector and commune, p50 / p99", "0.3 / 3 ms", "1 / 8 ms"),
    "places": ("the same over forty communes of all sizes, sixteen sectors, p50 / p99", "0.3 / 3 ms", "1 / 8 ms"),
    "open": ("search page without filter, p50", "0.5 ms", "2 ms"),
    "rate": ("search pages per second, load generator on the same machine", "5,000", "2,000"),
    "completion": ("completion of a place over HTTP, p50 of the slowest of eight texts", "1 ms", "1 ms"),
    "match": ("first 20 matches of one lot, ranked and explained, p50 / p99", "0.5 / 3 ms", "2 / 10 ms"),
    "territory": ("page of a département, p50", "5 ms", "10 ms"),
    "saved": ("one new activity or need against 100,000 saved searches", "5 ms", "5 ms"),
    "alert": ("need published → alert handed to SMTP", "1 s", "1 s"),
    "import": ("import of structures, index included", "2 s", "35 s"),
    "memory": ("memory of `place serve`", "120 MiB", "400 MiB"),
    "start": ("start to first page served, index in place", "1 s", "1 s"),
    "view": ("first view: HTML + CSS, compressed; JS + WASM, compressed", "40 kB; 100 kB", "same"),
}
# A search may cost so many times more at 100,000 structures than at 5,600.
GROWTH_MAX = 4


class Result:
    """What was measured for a row at a size; `good` is None where there is nothing to judge."""

    def __init__(self, text, good):
        self.text, self.good = text, good


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# ── Territories and a file of structures ─────────────────────────────────────────────────────────────────────────


class Territories:
    def __init__(self):
        self.communes, self.epci, self.departements, self.region = [], [], [], {}
        for line in TERRITORIES.read_text().splitlines():
            kind, code, *rest = line.split("\t")
            if kind == "C":
                self.communes.append((code, rest[0], int(rest[1] or 0), rest[2].split(" ")[0]))
            elif kind == "E":
                self.epci.append(code)
            elif kind == "R":
                region = code
            elif kind == "D":
                self.departements.append(code)
                self.region[code] = region
        self.weights = [population for _, _, population, _ in self.communes]

    def towns(self, draw, count):
        return draw.choices(self.communes, self.weights, k=count)

    def lots(self, count):
        """Lots over the whole country: communes of all sizes, EPCI and départements, in turn."""
        draw = random.Random(31)
        for n in range(count):
            place = [
                lambda: "C" + self.towns(draw, 1)[0][0],
                lambda: "E" + draw.choice(self.epci),
                lambda: "D" + draw.choice(self.departements),
                lambda: "C" + draw.choice(self.communes)[0],
            ][n % 4]()
            sector = SECTORS[n % len(SECTORS)]
            yield {"sectors": [sector], "place": place, "reservation": ["none", "siae", "both"][n % 3], "text": sector.replace("-", " ")}


def siret(number, establishment=1):
    """A valid SIRET: the last digit is the key (Luhn)."""
    body = f"{number:09}{establishment:04}"
    total = 0
    for n, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if n % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{body}{-total % 10}"


TRADES = [
    ("Les Jardins", "8130Z", "Création et entretien d’espaces verts : tonte, taille, débroussaillage, plantation."),
    ("Propreté", "8121Z", "Nettoyage de bureaux, d’écoles et de parties communes."),
    ("La Table", "5621Z", "Traiteur, buffets et plateaux-repas de saison."),
    ("La Bulle de Savon", "9601A", "Blanchisserie, repassage et entretien de vêtements de travail."),
    ("Les Bâtisseurs", "4334Z", "Peinture, petite maçonnerie et remise en état de logements."),
    ("Le Potager", "0113Z", "Maraîchage biologique, paniers de légumes."),
    ("La Boucle", "3811Z", "Collecte et tri d’encombrants, papiers et textiles."),
    ("La Ressourcerie", "4779Z", "Ressourcerie, réemploi de matériaux, déconstruction sélective."),
    ("Mémoire Vive", "8219Z", "Numérisation de documents, archivage, saisie."),
    ("Les Établis", "8292Z", "Conditionnement, montage et sous-traitance industrielle."),
    ("Roue Libre", "9529Z", "Réparation de vélos et livraison à vélo."),
    ("Coup de Main", "8899B", "Mise à disposition de personnel : ménage, jardin, entretien de locaux."),
]
KINDS = ["ACI", "ESAT", "EI", "ACI", "AI", "ESAT", "ACI", "EI", "GEIQ", "ETTI", "EA"]
FAMILIES = ["du Chêne", "de la Comète", "des Trois Ponts", "du Moulin", "des Hirondelles", "du Tilleul", "de l’Autan"]


def zone(draw, commune, departement, region):
    """Zones of all sizes, around a seat."""
    return [
        f"C{commune}|20km", "30km", "30km", "50km", "50km", "100km", f"D{departement}", f"D{departement}", f"D{departement}|50km",
        f"R{region}", "FR",
    ][draw.randrange(11) if draw.random() < 0.1 else draw.randrange(9)]


def write_structures(path, activities, count, territories):
    """Structures, and what they do: one in two says nothing, the others have three activities on zones of all sizes; one in
    forty is an establishment of another."""
    draw = random.Random(7)
    towns = territories.towns(draw, count)
    with path.open("w", newline="", encoding="utf-8") as file, activities.open("w", newline="", encoding="utf-8") as does:
        out, what = csv.writer(file, delimiter=";"), csv.writer(does, delimiter=";")
        out.writerow(["siret", "kind", "nom", "enseigne", "naf", "adresse", "code_postal", "ville", "departement",
                      "site_web", "description", "contact", "source"])
        what.writerow(["siret", "secteur", "mode", "zones", "capacite_heures_mois"])
        for n, (code, town, _, postal_code) in enumerate(towns, 1):
            departement = code[:3] if code.startswith("97") else code[:2]
            number = siret(n - 22, 2) if n % 40 == 0 else siret(n)
            kind = KINDS[n % len(KINDS)]
            name, naf, description = f"Association n° {n}", "8899B", ""
            if n % 2:
                word, naf, description = TRADES[draw.randrange(len(TRADES))]
                name = f"{word} {draw.choice(FAMILIES)} {n}"
                for sector in draw.sample(SECTORS, 3):
                    mode = draw.choice(["prestation", "prestation", "mise_a_disposition"])
                    what.writerow([number, sector, mode, zone(draw, code, departement, territories.region[departement]),
                                   draw.choice(["", 150, 400, 1200])])
            out.writerow([number, kind, f"{name} (exemple)", "", naf, f"{n % 90 + 1} rue de l’Exemple", postal_code, town,
                          departement, "", description, f"contact@structure-{n}.example", "mesure"])


# ── Mails ────────────────────────────────────────────────────────────────────────────────────────────────────────


class MailServer:
    """Accepts every mail at once and notes when; reads only those that are not alerts."""

    def __init__(self):
        self.alerts, self.links, self.lock = [], {}, threading.Lock()
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    async def handle_DATA(self, _server, _session, envelope):
        now = time.perf_counter()
        if b"List-Unsubscribe" in envelope.content:
            with self.lock:
                self.alerts.append(now)
        else:
            text = message_from_bytes(envelope.content, policy=mail_policy).get_body(("plain",)).get_content()
            if found := re.search(r"/besoins/confirmer\?jeton=(\S+)", text):
                self.links[envelope.rcpt_tos[0]] = found[1]
        await asyncio.sleep(0)
        return "250 OK"


# ── The server and those who ask it ──────────────────────────────────────────────────────────────────────────────


class Wire:
    """One kept-alive connection without any library: what is timed is the answer, not the client."""

    def __init__(self, port):
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request):
        begun = time.perf_counter()
        self.socket.sendall(request)
        data = bytearray()
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self.some()
        head = bytes(data[:end])
        length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
        while len(data) < end + 4 + length:
            data += self.some()
        took = time.perf_counter() - begun
        status = int(head.split(b" ", 2)[1])
        if status != 200:
            sys.exit(f"bench.py: {request[:80]!r} answers {status}: {data[:400]!r}")
        return took, bytes(data[end + 4:])

    def some(self):
        part = self.socket.recv(1 << 18)
        if not part:
            sys.exit("bench.py: the server closed the connection")
        return part

    def get(self, path):
        return self.ask(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode())

    def post(self, path, body):
        return self.ask(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: application/json\r\n"
                        f"Content-Length: {len(body)}\r\n\r\n".encode() + body)


class Server:
    def __init__(self, options, data, mail_port):
        self.place, self.port, self.log = options.place, free_port(), data.parent / f"{data.name}.log"
        self.environment = {n: v for n, v in os.environ.items() if not n.startswith("PLACE_") and n != "DATABASE_URL"}
        self.environment.update(
            PLACE_DATA=str(data), MAIL_URL=f"smtp://127.0.0.1:{mail_port}", PUBLIC_URL=f"http://127.0.0.1:{self.port}",
            PLACE_LISTEN=f"127.0.0.1:{self.port}", PLACE_POSTS_PER_MINUTE="100000", PLACE_MAILS_PER_HOUR="100000",
            PLACE_SITE=str(options.site), PLACE_LOG="warn",
        )
        self.process = None

    def run(self, *arguments):
        begun = time.perf_counter()
        done = subprocess.run([self.place, *arguments], env=self.environment, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"bench.py: place {' '.join(arguments)} failed: {done.stdout}{done.stderr}")
        return time.perf_counter() - begun, done.stdout

    def start(self, **more):
        """Starts it; seconds until a search page was served whole."""
        begun = time.perf_counter()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([self.place, "serve"], env={**self.environment, **more}, stdout=log, stderr=log)
        while time.perf_counter() < begun + 120:
            try:
                if self.get(SECTOR_SEARCH)[0] == 200:
                    return time.perf_counter() - begun
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f"bench.py: the server ended by itself: {self.log.read_text()[-2000:]}")
                time.sleep(0.002)
        sys.exit("bench.py: no page after two minutes")

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)

    def get(self, path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers={n.replace("_", "-"): v for n, v in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers

    def form(self, path, fields):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}"}
        connection.request("POST", path, urlencode(fields), headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 303:
            sys.exit(f"bench.py: POST {path} answers {answer.status}")

    def memory(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return [int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) / 1024 for name in ("VmRSS", "VmHWM")]

    def processor(self):
        """Seconds of processor that the server has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wrk(self, path, connections, seconds, *headers):
        """p50 and p99 in ms, pages per second, ms of the server's processor for each page."""
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *headers, f"http://127.0.0.1:{self.port}{path}"]
        used = self.processor()
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        used = self.processor() - used
        if "Non-2xx" in out:
            sys.exit(f"bench.py: {path} does not answer 200:\n{out}")
        unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}
        found = {name: float(n) * unit[u] for name, n, u in re.findall(r"(\d+)%\s+([\d.]+)(us|ms|s)\b", out)}
        each = used * 1000 / max(1, int(re.search(r"(\d+) requests in", out)[1]))
        return found["50"], found["99"], float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), each


# ── Measures ─────────────────────────────────────────────────────────────────────────────────────────────────────


def measure_matches(server, territories, notes):
    """Forty lots, several times over one connection; and what the server itself noted for the same requests."""
    bodies = [json.dumps(lot).encode() for lot in territories.lots(40)]
    wire = Wire(server.port)
    counts, sizes = [], []
    for body in bodies:
        answer = wire.post("/api/v1/matches", body)[1]
        counts.append(json.loads(answer)["total"])
        sizes.append(len(answer))
    took = [wire.post("/api/v1/matches", body)[0] * 1000 for _ in range(10) for body in bodies]
    inside = []
    for line in server.log.read_text().splitlines():
        fields = json.loads(line).get("fields", {}) if line.startswith("{") else {}
        if fields.get("path") == "/api/v1/matches":
            inside.append(fields["duration_us"] / 1000)
    inside = inside[len(bodies):]
    p50, p99 = percentile(took, 0.5), percentile(took, 0.99)
    notes.append(f"matches: {statistics.median(counts):,.0f} structures in the middle, {max(counts):,} at most, answers up to "
                 f"{max(sizes) / 1000:,.0f} kB; HTTP and JSON included above; the server alone, JSON written: "
                 f"{percentile(inside, 0.5):.2f} / {percentile(inside, 0.99):.2f} ms")
    return p50, p99


def measure_places(server, territories):
    """Search pages over forty communes, of all sizes, and sixteen sectors, over one kept-alive connection."""
    draw = random.Random(11)
    codes = [town[0] for town in territories.towns(draw, 20)] + [draw.choice(territories.communes)[0] for _ in range(20)]
    wire = Wire(server.port)
    paths = [f"/structures?secteur={SECTORS[n % len(SECTORS)]}&territoire=C{code}" for n, code in enumerate(codes)]
    took = [wire.get(path)[0] * 1000 for _ in range(11) for path in paths][len(paths):]
    return percentile(took, 0.5), percentile(took, 0.99)


def measure_alerts(server, mails, territories, notes):
    """From the press of the publish button to the first and to the last alert in the hands of the mail server."""
    draw = random.Random(5)
    first, last, counts = [], [], []
    until = (date.today() + timedelta(days=40)).isoformat()
    for n in range(5):
        author = f"achats@acheteur-{n}.example"
        server.form("/besoins/nouveau", {
            "quoi": f"Besoin mesuré {n}", "ou": "C" + territories.towns(draw, 1)[0][0], "date": until, "courriel": author,
            "secteur": SECTORS[n], "reservation": "siae", "etape": "envoyer"})
        waited = time.perf_counter()
        while author not in mails.links:
            if time.perf_counter() > waited + 30:
                sys.exit("bench.py: no confirmation mail after 30 s")
            time.sleep(0.002)
        time.sleep(0.2)
        mails.alerts.clear()
        pressed = time.perf_counter()
        server.form("/besoins/confirmer", {"jeton": mails.links[author]})
        while time.perf_counter() < pressed + 40:
            time.sleep(0.02)
            if mails.alerts and time.perf_counter() > mails.alerts[-1] + 0.8:
                break
        if not mails.alerts:
            notes.append(f"alerts: nobody fits need {n} ({SECTORS[n]}); it is left out")
            continue
        first.append(min(mails.alerts) - pressed)
        last.append(max(mails.alerts) - pressed)
        counts.append(len(mails.alerts))
    notes.append(f"alerts: {', '.join(f'{c:,}' for c in counts)} structures told; the last one of each need after "
                 f"{', '.join(f'{s:.2f}' for s in last)} s")
    return max(first)


def measure_view(server, site, notes):
    """Bytes of the first view, as a browser gets them."""
    weights = {}
    for path in ("/", "/structures"):
        status, html, headers = server.get(path, Accept_Encoding="br")
        plain = server.get(path)[1].decode()
        if status != 200 or headers["Content-Encoding"] != "br":
            notes.append(f"first view: {path} answers {status}, Content-Encoding {headers['Content-Encoding']}")
        sheets = re.findall(r'<link[^>]*href="([^"]+\.css)"', plain)
        css = sum(len(server.get(sheet, Accept_Encoding="br")[1]) for sheet in sheets)
        weights[path] = (len(html), css)
    heaviest = max(sum(w) for w in weights.values()) / 1000
    parts = "; ".join(f"{path}: HTML {html / 1000:.1f} kB, CSS {css / 1000:.1f} kB" for path, (html, css) in weights.items())
    notes.append(f"first view: {parts} (fonts apart)")
    files = [site / "pkg" / name for name in ("place.js", "place_bg.wasm")]
    if not all(file.exists() for file in files):
        return f"{heaviest:.1f} kB; no browser build here (scripts/front.sh)", None if heaviest <= 40 else False
    scripts = 0
    for file in files:
        status, body, headers = server.get(f"/pkg/{file.name}", Accept_Encoding="br")
        scripts += len(body)
        notes.append(f"first view: /pkg/{file.name} {len(body) / 1000:.1f} kB, {headers['Content-Encoding']}")
    return f"{heaviest:.1f} kB; {scripts / 1000:.1f} kB", heaviest <= 40 and scripts <= 100_000


def measure(options, size, folder, territories, mails):
    small = size <= 5_600
    allowed = {
        "page": (0.3, 3) if small else (1, 8), "open": 0.5 if small else 2, "rate": 5_000 if small else 2_000,
        "match": (0.5, 3) if small else (2, 10), "import": 2 if small else 35, "memory": 120 if small else 400,
        "territory": 5 if small else 10,
    }
    results, notes = {"saved": Result(NOT_BUILT, None)}, []

    table, does = folder / f"structures-{size}.csv", folder / f"activities-{size}.csv"
    write_structures(table, does, size, territories)
    server = Server(options, folder / f"data-{size}", mails.port)
    took, said = server.run("import", "structures", str(table))
    created = int(re.sub(r"\D", "", re.search(r"structures\s: ([\d\s\u202f\u00a0]+) créées", said)[1]))
    results["import"] = Result(f"{took:.2f} s", took <= allowed["import"] and created == size)
    notes.append(f"import: {created:,} of {size:,} rows, {table.stat().st_size / 1e6:.1f} MB; " + "; ".join(said.splitlines()[-3:]))
    took, said = server.run("import", "activities", str(does))
    notes.append(f"import of activities: {took:.2f} s; " + "; ".join(said.splitlines()[-3:]))
    table.unlink()
    does.unlink()

    try:
        # The first start is thrown away: it may still have to read the program from the disk.
        starts = []
        for _ in range(4):
            starts.append(server.start())
            server.stop()
        starts = starts[1:]
        results["start"] = Result(f"{statistics.median(starts):.2f} s", statistics.median(starts) <= 1)
        notes.append(f"starts: {', '.join(f'{s:.2f}' for s in starts)} s")

        server.start(PLACE_LOG="warn,server=debug", PLACE_LOG_JSON="true")
        p50, p99 = measure_matches(server, territories, notes)
        results["match"] = Result(f"{p50:.2f} / {p99:.2f} ms", p50 <= allowed["match"][0] and p99 <= allowed["match"][1])
        server.stop()

        server.start()
        server.wrk(SECTOR_SEARCH, 1, 1)
        by_sector, by_words = server.wrk(SECTOR_SEARCH, 1, 4), server.wrk(WORD_SEARCH, 1, 4)
        worst = [max(by_sector[n], by_words[n]) for n in (0, 1)]
        results["page"] = Result(f"{worst[0]:.2f} / {worst[1]:.2f} ms", worst[0] <= allowed["page"][0] and worst[1] <= allowed["page"][1])
        p50, p99 = measure_places(server, territories)
        results["places"] = Result(f"{p50:.2f} / {p99:.2f} ms", p50 <= allowed["page"][0] and p99 <= allowed["page"][1])
        server.wrk(OPEN_SEARCH, 1, 1)
        opened = server.wrk(OPEN_SEARCH, 1, 3)
        results["open"] = Result(f"{opened[0]:.2f} ms", opened[0] <= allowed["open"])
        server.wrk("/territoires/D31", 1, 1)
        territory = server.wrk("/territoires/D31", 1, 3)
        results["territory"] = Result(f"{territory[0]:.2f} ms", territory[0] <= allowed["territory"])
        notes.append(f"p50 / p99: without filter {opened[0]:.2f} / {opened[1]:.2f} ms, département {territory[0]:.2f} / {territory[1]:.2f} ms")
        results["p50"] = max(by_sector[0], by_words[0])
        typed = {text: server.wrk(f"/api/island/lieux?q={text}", 1, 1) for text in COMPLETED}
        slowest = max(v[0] for v in typed.values())
        results["completion"] = Result(f"{slowest:.2f} ms", slowest < 1)
        notes.append("completion of a place over HTTP, p50: " + ", ".join(f"« {t.replace('+', ' ')} » {v[0]:.2f} ms" for t, v in typed.items()))
        brotli = server.wrk(SECTOR_SEARCH, 1, 3, "-H", "Accept-Encoding: br")
        notes.append(f"search page, p50 / p99: sector {by_sector[0]:.2f} / {by_sector[1]:.2f} ms, words {by_words[0]:.2f} / "
                     f"{by_words[1]:.2f} ms (the slower of each stands above); sector, compressed as for a browser: {brotli[0]:.2f} / {brotli[1]:.2f} ms")
        _, _, rate, each = server.wrk(SECTOR_SEARCH, 8, 8)
        results["rate"] = Result(f"{rate:,.0f}", rate >= allowed["rate"])
        by_words, brotli = server.wrk(WORD_SEARCH, 8, 3), server.wrk(SECTOR_SEARCH, 8, 3, "-H", "Accept-Encoding: br")
        notes.append(f"pages per second: sector {rate:,.0f}, words {by_words[2]:,.0f}, sector compressed {brotli[2]:,.0f}; processor of the "
                     f"server for a page: {each:.2f}, {by_words[3]:.2f}, {brotli[3]:.2f} ms")
        wire = Wire(server.port)
        for lot in territories.lots(40):
            wire.post("/api/v1/matches", json.dumps(lot).encode())
        after_load = server.memory()
        alert = measure_alerts(server, mails, territories, notes)
        results["alert"] = Result(f"{alert:.2f} s", alert <= 1)
        resident, peak = server.memory()
        results["memory"] = Result(f"{resident:,.0f} MiB, peak {peak:,.0f}", peak <= allowed["memory"])
        notes.append(f"memory: {after_load[0]:,.0f} MiB after the pages, {resident:,.0f} MiB after the alerts, peak {peak:,.0f} MiB (judged)")
        results["view"] = Result(*measure_view(server, options.site, notes))
    finally:
        server.stop()
    shutil.rmtree(folder / f"data-{size}")
    return results, notes


COMMANDS = """\
- search page: `wrk -t1 -c1 -d4s --latency URL` for `{sector}` and `{words}`, after 1 s of warm-up
- over forty communes: `GET /structures?secteur=…&territoire=…` ten times each over one kept-alive connection
- without filter, département: `wrk -t1 -c1 -d3s --latency URL` for `/structures` and `/territoires/D31`, after 1 s of warm-up
- pages per second: `wrk -t1 -c8 -d8s URL` for `{sector}`
- completion: `wrk -t1 -c1 -d1s --latency URL` for `/api/island/lieux?q=TEXT`
- matches: 40 lots (communes, EPCI, départements over France) × 10, `POST /api/v1/matches` over one kept-alive connection
- need → alert: `POST /besoins/confirmer` of 5 needs to the first alert in the hands of aiosmtpd, the slowest of them
- import: `place import structures FILE` into an empty folder, from start to end of the program; then `place import activities`
- memory: VmRSS and VmHWM of /proc/PID/status after all of the above
- start: `place serve` to the first whole `{sector}`, the median of three
- first view: bytes of `/` and `/structures` and their style sheet with `Accept-Encoding: br`, the heavier; /pkg/place.js + /pkg/place_bg.wasm"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--place", required=True, type=lambda p: str(Path(p).resolve()), help="the program, a release build")
    parser.add_argument("--site", type=lambda p: Path(p).resolve(), default="target/site", help="folder of the browser build")
    parser.add_argument("--sizes", default="5600,100000")
    parser.add_argument("--quick", action="store_true", help="5,600 structures only")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("bench.py: wrk is missing: scripts/setup.sh bench installs it")
    sizes = [5_600] if options.quick else [int(size) for size in options.sizes.split(",")]
    begun = time.monotonic()
    load = os.getloadavg()[0]
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    print(f"{os.cpu_count()} processors ({model[1] if model else platform.machine()}), load average {load:.2f} at the start"
          + (" — SOMETHING ELSE IS RUNNING: the figures are too high" if load > 0.7 else ""), flush=True)
    territories, mails = Territories(), MailServer()
    folder = Path(tempfile.mkdtemp(prefix="place-bench-"))
    measured = {}
    try:
        for size in sizes:
            measured[size] = measure(options, size, folder, territories, mails)
            print(f"{size:,} structures measured after {time.monotonic() - begun:.0f} s", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        mails.controller.stop()

    small = next((s for s in sizes if s <= 5_600), None)
    large = next((s for s in sizes if s > 5_600), None)
    print(f"\n| what | allowed, 5,600 | measured | allowed, 100,000 | measured | ok? |\n| --- | --- | --- | --- | --- | --- |")
    missed = 0
    for row, (what, allowed_small, allowed_large) in ROWS.items():
        cells, judged = [], []
        for size in (small, large):
            result = measured[size][0][row] if size is not None else None
            cells.append(result.text if result else "not measured")
            judged += [result.good] if result and result.good is not None else []
        missed += judged.count(False)
        verdict = "–" if not judged else "yes" if all(judged) else "**no**"
        print(f"| {what} | {allowed_small} | {cells[0]} | {allowed_large} | {cells[1]} | {verdict} |")
    if small is not None and large is not None:
        growth = measured[large][0]["p50"] / measured[small][0]["p50"]
        missed += growth > GROWTH_MAX
        print(f"| growth of a search from {small:,} to {large:,} | below {GROWTH_MAX} times | | | {growth:.1f} times | {'yes' if growth <= GROWTH_MAX else '**no**'} |")
    print("\nMeasured with:\n" + COMMANDS.format(sector=SECTOR_SEARCH, words=WORD_SEARCH))
    for size in sizes:
        print(f"\nAt {size:,} structures:\n" + "\n".join(f"- {note}" for note in measured[size][1]))
    print(f"\n{missed} budgets missed; {time.monotonic() - begun:.0f} s in all")


if __name__ == "__main__":
    main()
