#!/usr/bin/env python3
"""Kills the server again and again while people use it, then checks that nothing they were told was lost.

A real mail server (aiosmtpd) stands in this process. Some threads send needs, others press the button of each
confirmation mail, one keeps the page of a structure; meanwhile the server is killed (SIGKILL) at random moments.
An answer 303 is a promise: what was promised must be there after the last restart, and its mails must have left.
What a kill cannot show is a power cut: the system still writes what the killed process gave it.

    crash.py --place target/debug/place --kills 20
    crash.py --place target/debug/place --database-url postgres://…     (an empty database)
    crash.py --place target/debug/place --database-url postgres://… --nodes 2   (each has its own index; one is killed at a time)

The last line sums up; the exit status is 0 only if every fact holds.
"""

import argparse
import asyncio
import atexit
import email
import email.policy
import http.client
import json
import os
import queue
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
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from aiosmtpd.controller import Controller

# Small communes of Occitanie and narrow sectors: each need tells a few structures only.
COMMUNES = ["C09122", "C11069", "C12145", "C30189", "C31157", "C32013", "C34172", "C46042", "C48095", "C65440",
            "C66136", "C81065", "C82121", "C12202", "C11262", "C46102", "C32107", "C09225"]
SECTORS = ["blanchisserie", "traiteur", "numerisation-ged", "reparation-de-velos-14", "collecte-dencombrants",
           "maraichage", "reemploi-de-materiaux", "logistique-conditionnement"]
RESERVATIONS = ["none", "none", "siae", "handicap", "both"]
SEARCHES = [["entretien espaces verts"], ["blanchisserie", "--place", "D31"], ["traiteur", "--place", "R76"]]
SENDERS, PUBLISHERS = 3, 3
# Where people reach the service: nodes share it, behind whatever shares out requests.
PUBLIC_URL = "http://place.example"
# Seconds that a sender rests between two needs.
REST = (0.15, 0.45)
# Longest time for everything to leave after the last kill. On PostgreSQL the jobs of a killed node are its own
# for another 60 s.
PATIENCE, PATIENCE_POSTGRES = 60, 150


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# ── Mails ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Mail:
    """A mail as it was delivered: `about` is the need or the structure, `kind` what it says of it."""

    to: str
    message_id: str
    subject: str
    kind: str
    about: str
    siret: str
    link: str


NEED = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def read_mail(to, content):
    message = email.message_from_bytes(content, policy=email.policy.default)
    text = message.get_body(("plain",)).get_content()
    kind, about, siret, link = "other", "", "", ""
    if found := re.search(r"https?://\S+/besoins/confirmer\?jeton=(p\.([0-9a-f]{32})~\S+)", text):
        kind, about, link = "confirm", str(uuid.UUID(found[2])), found[1]
    elif found := re.search(r"https?://\S+/structures/(\d{14})/gerer\?jeton=(\S+)", text):
        kind, about, link = "manage", found[1], found[2]
    elif re.search(r"/besoins/repondre\?", text):
        kind, about = "tell", re.search(rf"/besoins/({NEED})", text)[1]
        siret = re.search(r"/structures/(\d{14})#gerer", text)[1]
    elif found := re.search(rf"/besoins/({NEED})", text):
        kind, about = "published", found[1]
    return Mail(to, message["Message-ID"].strip(), str(message["Subject"]), kind, about, siret, link)


class Recorder:
    """Writes down every mail it accepts, slowly, so that kills fall between its « 250 » and the server's note."""

    def __init__(self, spoil):
        self.mails, self.lock, self.spoil, self.spoiled = [], threading.Lock(), spoil, False
        self.confirmations, self.links = queue.Queue(), {}
        self.trouble = []

    async def handle_DATA(self, _server, _session, envelope):
        await asyncio.sleep(random.uniform(0, 0.05))
        try:
            for to in envelope.rcpt_tos:
                self.keep(read_mail(to, envelope.content))
        except Exception as error:  # A mail that cannot be read is a finding, not the end of the run.
            self.trouble.append(f"a mail could not be read: {error!r}")
        await asyncio.sleep(random.uniform(0, 0.05))
        return "250 OK"

    def keep(self, mail):
        with self.lock:
            if self.spoil and mail.kind == "tell" and len(self.mails) > 200:
                first = not self.spoiled
                if self.spoil == "drop" and (first or self.spoiled == (mail.about, mail.siret)):
                    self.spoiled = (mail.about, mail.siret)
                    return
                if self.spoil == "message-id" and first:
                    self.spoiled = True
                    self.mails.append(Mail(**{**vars(mail), "message_id": "<another@place.example>"}))
            self.mails.append(mail)
        if mail.kind == "confirm":
            self.confirmations.put(mail)
        if mail.kind == "manage":
            self.links[mail.about] = mail.link

    def all(self):
        with self.lock:
            return list(self.mails)


# ── The server ───────────────────────────────────────────────────────────────────────────────────────────────────


class Broken(Exception):
    """The server is not there when it should be: nothing else can be checked."""


class Down(Exception):
    """The server did not answer, or its answer broke off: nothing was promised."""


class Client:
    """One kept-alive connection, made again when it breaks: then to the next node, as a load balancer would."""

    def __init__(self, *ports):
        self.ports, self.connection = list(ports), None

    def ask(self, method, path, body=None, headers=None):
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.ports[0], timeout=25)
            self.connection.request(method, path, body, headers or {})
            answer = self.connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.connection = None
            self.ports.append(self.ports.pop(0))
            raise Down(repr(error)) from error

    def get(self, path):
        status, _, text = self.ask("GET", path)
        return status, text

    def form(self, path, fields):
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": PUBLIC_URL}
        return self.ask("POST", path, urlencode(fields), headers)


class Server:
    def __init__(self, place, environment, port, log):
        self.place, self.environment, self.port, self.log = place, environment, port, log
        self.process, self.starts = None, []

    def start(self):
        begun = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([self.place, "serve"], env=self.environment, stdout=log, stderr=log)
        client = Client(self.port)
        while time.monotonic() < begun + 60:
            if self.process.poll() is not None:
                raise Broken(f"the server does not start after {len(self.starts)} kills; its log ends with\n{self.tail()}")
            try:
                if client.get("/health/ready")[0] == 200:
                    self.starts.append(time.monotonic() - begun)
                    return
            except Down:
                pass
            time.sleep(0.01)
        raise Broken(f"the server is not ready after 60 s; its log ends with\n{self.tail()}")

    def end(self, with_signal):
        if self.process.poll() is not None:
            raise Broken(f"the server ended by itself ({self.process.returncode}); its log ends with\n{self.tail()}")
        self.process.send_signal(with_signal)
        return self.process.wait(timeout=60)

    def abandon(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()

    def run(self, *arguments, environment=None):
        done = subprocess.run([self.place, *arguments], env=environment or self.environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise Broken(f"place {' '.join(arguments)} failed: {done.stdout}{done.stderr}")
        return done.stdout

    def pending(self):
        # With another node at work, this one's index may be a change behind: what is counted stands in the text all the same.
        done = subprocess.run([self.place, "doctor"], env=self.environment, capture_output=True, text=True)
        return int(re.search(r"attente\s*: (\d+)", done.stdout)[1])

    def tail(self):
        return "\n".join(f"       {line}" for line in self.log.read_text(errors="replace").splitlines()[-4:])


# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────


class People:
    def __init__(self, ports, recorder, seed):
        self.ports, self.recorder, self.seed = ports, recorder, seed
        self.lock, self.stopping = threading.Lock(), threading.Event()
        # Promises: address of the author → when; need → when and the link of its page.
        self.sent, self.published = {}, {}
        self.unanswered, self.refused, self.saves, self.busy = 0, [], 0, 0
        # The structure whose page is kept, and the last words that were promised to stand there.
        self.siret, self.words = "", ""
        self.acting = []

    def start(self, siret):
        self.siret = siret
        work = [(self.send, n) for n in range(SENDERS)] + [(self.publish, n) for n in range(PUBLISHERS)] + [(self.keep_page, 0)]
        for what, n in work:
            thread = threading.Thread(target=what, args=(n,), daemon=True)
            thread.start()
            if what != self.publish:
                self.acting.append(thread)

    def until_promised(self, client, path, fields, what):
        """Presses a button until it is answered, as people do. What it does must not depend on how often."""
        while True:
            try:
                status, headers, _ = client.form(path, fields)
            except Down:
                time.sleep(0.05)
                continue
            if status != 303:
                self.refused.append(f"{what}: {status}")
                return None
            return headers["Location"]

    def client(self, n):
        """A client that begins at one of the nodes."""
        first = n % len(self.ports)
        return Client(*self.ports[first:], *self.ports[:first])

    def send(self, n):
        draw, client, count = random.Random(f"{self.seed}-send-{n}"), self.client(n), 0
        until = (date.today() + timedelta(days=40)).isoformat()
        while not self.stopping.is_set():
            count += 1
            author = f"achats@acheteur-{n}-{count}.example"
            fields = {
                "quoi": f"Besoin {n}-{count}, pendant la panne", "ou": draw.choice(COMMUNES), "date": until,
                "courriel": author, "secteur": draw.choice(SECTORS), "reservation": draw.choice(RESERVATIONS),
                "heures": "40", "etape": "envoyer",
            }
            try:
                status, headers, _ = client.form("/besoins/nouveau", fields)
                if status == 303 and "/besoins/envoye?jeton=" in headers["Location"]:
                    with self.lock:
                        self.sent[author] = time.time()
                else:
                    self.refused.append(f"send: {status}")
            except Down:
                self.unanswered += 1
                time.sleep(0.05)
            time.sleep(draw.uniform(*REST))

    def publish(self, n):
        draw, client = random.Random(f"{self.seed}-publish-{n}"), self.client(n + 1)
        while True:
            mail = self.recorder.confirmations.get()
            if mail is None:
                return
            with self.lock:
                self.busy += 1
            # Sometimes twice, as impatient people do.
            for _ in range(2 if draw.random() < 0.1 else 1):
                where = self.until_promised(client, "/besoins/confirmer", {"jeton": mail.link}, "publish")
                if where is not None:
                    with self.lock:
                        self.published.setdefault(mail.about, (time.time(), where))
            with self.lock:
                self.busy -= 1

    def keep_page(self, _n):
        client, count = self.client(0), 0
        self.until_promised(client, f"/structures/{self.siret}/lien", {}, "ask for the link")
        while self.siret not in self.recorder.links:
            if self.stopping.wait(0.05):
                return
        token = self.recorder.links[self.siret]
        while not self.stopping.is_set():
            count += 1
            words = f"Nous tenons notre page, fois motdepasse{count}x."
            if self.until_promised(client, f"/structures/{self.siret}/gerer", {"jeton": token, "description": words}, "save"):
                self.words, self.saves = words, count
            time.sleep(0.1)

    def finish(self):
        self.stopping.set()
        for thread in self.acting:
            thread.join(timeout=60)

    def idle(self):
        with self.lock:
            return self.busy == 0 and self.recorder.confirmations.empty()


# ── Facts ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Facts:
    def __init__(self):
        self.bad = 0

    def say(self, text, wrong=()):
        """One line for a fact; `wrong` holds what speaks against it."""
        wrong = list(wrong)
        print(f"{'ok ' if not wrong else 'NOT'}  {text}" + (f": {len(wrong)} wrong" if wrong else ""), flush=True)
        for example in wrong[:5]:
            print(f"       {example}")
        self.bad += bool(wrong)
        return len(wrong)


def all_needs(client):
    needs, page = {}, 1
    while True:
        status, text = client.get(f"/api/v1/needs?closed=true&page={page}")
        found = json.loads(text)
        needs.update((need["id"], need) for need in found["results"])
        if status != 200 or page >= found["pages"]:
            return needs, found["total"]
        page += 1


def fitting(client, lot):
    """The structures that fit a lot, which alone are told: asked anew, not read from what the server noted."""
    asked = {key: lot[key] for key in ("sectors", "place", "reservation", "mode", "hours_per_month")}
    asked["text"] = lot["title"]
    fit = set()
    while True:
        status, _, text = client.ask("POST", "/api/v1/matches", json.dumps(asked), {"Content-Type": "application/json"})
        if status != 200:
            sys.exit(f"crash.py: /api/v1/matches answers {status}: {text}")
        found = json.loads(text)
        fit |= {row["siret"] for row in found["results"] if row["tier"] == "fits"}
        if found["next"] is None:
            return fit
        asked["cursor"] = found["next"]


def told_of_page(html):
    found = re.search(r"(\d+)\D{0,120}?prévenues? par e-mail", re.sub(r"<!.*?>|<[^>]*>|\s", " ", html))
    return int(found[1]) if found else -1


def check(facts, client, people, recorder, needs, total):
    mails = recorder.all()
    by_key = defaultdict(list)
    for mail in mails:
        if mail.kind in ("confirm", "published", "tell"):
            by_key[(mail.to, mail.kind, mail.about)].append(mail)
    confirmed = {mail.to for mail in mails if mail.kind == "confirm"}
    told, sharing = defaultdict(set), defaultdict(int)
    for mail in mails:
        if mail.kind == "tell":
            told[mail.about].add(mail.siret)
    announced = {mail.about for mail in mails if mail.kind == "published"}
    published = dict(people.published)
    if recorder.spoil == "need":
        published[str(uuid.uuid4())] = (time.time(), "/besoins/suivre?jeton=faux")

    facts.say(f"the list of the API holds as many needs as it says ({total})", [] if len(needs) == total else [f"{len(needs)} of {total}"])
    lost = set()
    wrong = []
    for need, (_, where) in published.items():
        status, html = client.get(f"/besoins/{need}")
        if need not in needs or status != 200:
            wrong.append(f"need {need}: page {status}, {'in' if need in needs else 'not in'} the list")
            lost.add(need)
    facts.say(f"{len(published)} acknowledged publications are in the index after the last kill", wrong)
    wrong = []
    for need, (_, where) in published.items():
        status, html = client.get(where)
        if status != 200:
            wrong.append(f"need {need}: the author's page answers {status}")
            lost.add(need)
    facts.say("and in the database: the author's page of each answers", wrong)

    expected, wrong, lots, count = defaultdict(set), [], 0, 0
    for need, row in needs.items():
        for lot in row["lots"]:
            fit = fitting(client, lot)
            status, _ = client.get(f"/besoins/{need}/structures?lot={lot['key']}")
            said = told_of_page(client.get(f"/besoins/{need}?lot={lot['key']}")[1])
            if status != 200 or said != len(fit):
                wrong.append(f"lot {lot['key']} of need {need}: {len(fit)} fit, its page says {said} prévenues, its list answers {status}")
            expected[need] |= fit
            lots += 1
        # One mail for a structure, whatever the number of lots that fit it.
        count += len(expected[need])
    facts.say(f"the pages of {lots} lots of {len(needs)} needs say as many « prévenues » as structures fit", wrong)

    missing = 0
    wrong = [f"{author}" for author in people.sent if author not in confirmed]
    missing += facts.say(f"{len(people.sent)} acknowledged sends had their confirmation mail", wrong)
    wrong = [need for need in published if need not in announced and need in needs]
    missing += facts.say(f"{len(published)} authors were told « publié »", wrong)
    wrong = [f"{siret} of need {need}" for need in needs for siret in sorted(expected[need] - told[need])]
    missing += facts.say(f"{count} mails to structures that fit left at least once", wrong)
    wrong = [f"{siret} of need {need}" for need in told for siret in sorted(told[need] - expected.get(need, set()))]
    facts.say("no mail about a need went to a structure that does not fit", wrong)

    twice_named = [f"{key}: {sorted({m.message_id for m in group})}" for key, group in by_key.items() if len({m.message_id for m in group}) > 1]
    facts.say(f"{len(by_key)} mails have one Message-ID each, however often they were delivered", twice_named)
    for group in by_key.values():
        for message_id in {m.message_id for m in group}:
            sharing[message_id] += 1
    facts.say("no two mails share a Message-ID", [i for i, n in sharing.items() if n > 1])
    facts.say("every mail could be read", recorder.trouble)

    status, text = client.get(f"/api/v1/structures/{people.siret}")
    kept = json.loads(text)["description"] if status == 200 else f"status {status}"
    facts.say(f"{people.saves} acknowledged saves of a structure: the last one stands", [] if kept == people.words else [f"{kept!r} instead of {people.words!r}"])
    again = sum(1 for group in by_key.values() if len(group) > 1)
    return {"lost": len(lost), "mails": len(by_key), "missing": missing, "twice_named": len(twice_named), "again": again}


def check_alike(facts, client, people, needs):
    """Another node shows what the first one does, a moment later at most."""
    for _ in range(50):
        others, _ = all_needs(client)
        kept = json.loads(client.get(f"/api/v1/structures/{people.siret}")[1])["description"]
        if others == needs and kept == people.words:
            break
        time.sleep(0.1)
    differ = [need for need in needs.keys() | others.keys() if needs.get(need) != others.get(need)]
    facts.say(f"another node shows the same {len(needs)} needs", differ)
    facts.say("and the same page of the structure", [] if kept == people.words else [f"{kept!r} instead of {people.words!r}"])


def search(server, arguments, data=None):
    environment = server.environment if data is None else {**server.environment, "PLACE_DATA": str(data)}
    found = json.loads(server.run("search", *arguments, "--format", "json", environment=environment))
    return found["total"], [(row["siret"], row["score"]) for row in found["results"]]


def check_reindex(facts, server, people, data, copy):
    """The index that lived through the kills against one made anew, in a copy of the data."""
    asked = [[""], *SEARCHES, [people.words.split()[-1].rstrip(".")]]
    before = [search(server, arguments) for arguments in asked]
    shutil.copytree(data, copy)
    server.run("reindex", environment={**server.environment, "PLACE_DATA": str(copy)})
    after = [search(server, arguments, copy) for arguments in asked]
    wrong = [f"{a}: {b[0]} then {c[0]}" for a, b, c in zip(asked, before, after) if b != c]
    if before[-1][0] != 1:
        wrong.append(f"the last words of the kept page find {before[-1][0]} structures")
    totals = ", ".join(str(total) for total, _ in before)
    facts.say(f"an index made anew gives the same answers ({totals} results)", wrong)


# ── The run ──────────────────────────────────────────────────────────────────────────────────────────────────────


def run(options, folder):
    begun = time.monotonic()
    draw = random.Random(options.seed)
    recorder = Recorder(options.spoil)
    mail_port = free_port()
    controller = Controller(recorder, hostname="127.0.0.1", port=mail_port)
    controller.start()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PLACE_")}
    environment.pop("DATABASE_URL", None)
    environment.update(
        MAIL_URL=f"smtp://127.0.0.1:{mail_port}", PUBLIC_URL=PUBLIC_URL,
        PLACE_POSTS_PER_MINUTE="1000000", PLACE_MAILS_PER_HOUR="1000000", PLACE_LOG="warn",
    )
    if options.database_url:
        environment["DATABASE_URL"] = options.database_url
    servers = []
    for n in range(options.nodes):
        port, data = free_port(), folder / f"data-{n}"
        its_own = {**environment, "PLACE_DATA": str(data), "PLACE_LISTEN": f"127.0.0.1:{port}"}
        servers.append(Server(options.place, its_own, port, folder / f"server-{n}.log"))
        atexit.register(servers[-1].abandon)
    server = servers[0]
    # Refused by the program itself when the database is not empty.
    server.run("demo")

    people = People([server.port for server in servers], recorder, options.seed)
    for each in servers:
        each.start()
    client = Client(server.port)
    people.start(json.loads(client.get("/api/v1/structures")[1])["results"][0]["siret"])
    # Its job is done before the first kill: on PostgreSQL a killed node would keep it for a minute.
    while not people.words:
        time.sleep(0.05)
    for _ in range(options.kills):
        time.sleep(draw.uniform(0.2, 1.5))
        killed = draw.choice(servers)
        killed.end(signal.SIGKILL)
        killed.start()
    killed_for = time.monotonic() - begun
    people.finish()

    deadline = time.monotonic() + (PATIENCE_POSTGRES if options.database_url else PATIENCE)
    quiet, pending = 0, -1
    while quiet < 2 and time.monotonic() < deadline:
        time.sleep(0.5)
        idle = people.idle()
        pending = server.pending()
        quiet = quiet + 1 if idle and pending == 0 and people.idle() else 0
    for _ in range(PUBLISHERS):
        recorder.confirmations.put(None)
    facts = Facts()
    facts.say("everything that was to be done is done", [] if quiet >= 2 else [f"{pending} jobs are left"])

    # Once more, at rest: what is checked then comes from the disk, and what was sent is not sent again.
    before = len(recorder.all())
    for each in servers:
        each.end(signal.SIGKILL)
    for each in servers:
        each.start()
    time.sleep(1.5)
    facts.say("a kill at rest sends nothing again", [f"{len(recorder.all()) - before} mails"] if len(recorder.all()) > before else [])
    needs, total = all_needs(Client(server.port))
    sums = check(facts, Client(server.port), people, recorder, needs, total)
    for other in servers[1:]:
        check_alike(facts, Client(other.port), people, needs)
    facts.say("every answered request was answered as it should", [f"{n} × {what}" for what, n in Counter(people.refused).items()])
    statuses = [each.end(signal.SIGTERM) for each in servers]
    facts.say("asked to stop, every server stops in good order", [f"status {status}" for status in statuses if status != 0])
    for n, each in enumerate(servers):
        check_reindex(facts, each, people, folder / f"data-{n}", folder / f"copy-{n}")
    log = "".join(each.log.read_text(errors="replace") for each in servers)
    log = re.sub(r"\x1b\[[0-9;]*m", "", log)
    facts.say("the server logged no error and did not panic", [line for line in log.splitlines() if " ERROR " in line or "panicked" in line])
    controller.stop()
    starts = [start for each in servers for start in each.starts]
    print(f"     {people.unanswered} sends got no answer; restart to ready: median {statistics.median(starts):.2f} s, "
          f"longest {max(starts):.2f} s; load and kills {killed_for:.0f} s, in all {time.monotonic() - begun:.0f} s (seed {options.seed})")
    warned = Counter(re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\S+", "…", line) for line in log.splitlines() if " WARN " in line)
    for line, n in warned.most_common(3):
        print(f"     warned {n} ×: {line[:200]}")
    print(f"{options.kills} kills of {options.nodes} node{'s' if options.nodes > 1 else ''}, {len(people.published):,} needs acknowledged, {sums['lost']} lost, {sums['mails']:,} mails, "
          f"{sums['missing']} never sent, {sums['twice_named']} with two Message-IDs, {sums['again']} sent twice")
    return 1 if facts.bad else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--place", required=True, type=lambda p: str(Path(p).resolve()), help="the program")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None, help="of places, sectors and moments; drawn and printed without it")
    parser.add_argument("--database-url", help="an empty PostgreSQL database; SQLite without it")
    parser.add_argument("--nodes", type=int, default=1, help="how many servers share the database; PostgreSQL for more than one")
    parser.add_argument("--spoil", choices=["drop", "message-id", "need"], help="falsify the record, to see the check fail: "
                        "a mail that never came, one with a second Message-ID, a promise that was not kept")
    parser.add_argument("--keep", action="store_true", help="keep the folder")
    options = parser.parse_args()
    if options.nodes > 1 and not options.database_url:
        parser.error("several nodes share a PostgreSQL database: add --database-url")
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(100_000)
    folder = Path(tempfile.mkdtemp(prefix="place-crash-"))
    try:
        status = run(options, folder)
    except Broken as broken:
        print(f"NOT  {broken} (seed {options.seed})")
        status = 1
    finally:
        if options.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
