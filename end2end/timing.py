#!/usr/bin/env python3
"""Whether the time of an answer tells if an address is known: asks to sign in with one that has an account and one that has
none, in turns whose order is thrown, and compares.

    timing.py --place target/debug/place --tries 1000

Prints medians and quartiles of both, and how often as great a difference of means comes by chance (10,000 permutations of the
same times). The exit status is 0 when that is more often than once in a hundred.
"""

import argparse
import http.client
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.parse
from pathlib import Path

KNOWN, UNKNOWN = "connue@ville.example", "inconnu@ville.example"
PERMUTATIONS = 10_000


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Place:
    """A server of its own, with an empty database."""

    def __init__(self, binary):
        self.folder = Path(tempfile.mkdtemp(prefix="place-timing-"))
        self.host = f"127.0.0.1:{free_port()}"
        self.env = {
            "PATH": os.environ["PATH"],
            "PLACE_DATA": str(self.folder / "data"),
            "PLACE_LISTEN": self.host,
            "PUBLIC_URL": f"http://{self.host}",
            "MAIL_URL": f"folder:{self.folder / 'mails'}",
            "PLACE_LOG": "warn",
            "PLACE_POSTS_PER_MINUTE": "1000000",
            "PLACE_MAILS_PER_HOUR": "1000000",
        }
        (self.folder / "mails").mkdir()
        self.process = subprocess.Popen([binary, "serve"], env=self.env)
        for _ in range(200):
            try:
                if self.ask("GET", "/health/ready")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("place serve does not answer")

    def ask(self, method, path, form=None):
        connection = http.client.HTTPConnection(self.host, timeout=10)
        headers = {"Origin": f"http://{self.host}", "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, urllib.parse.urlencode(form or {}), headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, answer.headers.get("Location", "")

    def sign_in(self, address):
        """Makes an account of an address, by the code of the mail."""
        _, location = self.ask("POST", "/connexion", {"courriel": address})
        asked = urllib.parse.parse_qs(urllib.parse.urlparse(location).query)["demande"][0]
        for _ in range(100):
            for mail in (self.folder / "mails").glob("*.eml"):
                found = re.search(r"(\d{3})(?:=C2=A0|\u00a0|\s)(\d{3})", mail.read_text(errors="replace"))
                if found:
                    code = found[1] + found[2]
                    status, _ = self.ask("POST", "/connexion/code", {"demande": asked, "code": code})
                    if status != 303:
                        raise SystemExit(f"signing in answers {status}")
                    return
            time.sleep(0.1)
        raise SystemExit("no mail came")

    def stop(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def chance(one, other):
    """How often as great a difference of means comes when the times change sides by chance."""
    seen = abs(statistics.fmean(one) - statistics.fmean(other))
    both, as_great = one + other, 0
    for _ in range(PERMUTATIONS):
        random.shuffle(both)
        as_great += abs(statistics.fmean(both[: len(one)]) - statistics.fmean(both[len(one) :])) >= seen
    return as_great / PERMUTATIONS


def said(name, times):
    low, middle, high = statistics.quantiles(times, n=4)
    print(f"{name:<9}{len(times):>5} tries  median {middle * 1000:.3f} ms  quartiles {low * 1000:.3f} to {high * 1000:.3f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--place", required=True)
    parser.add_argument("--tries", type=int, default=1000)
    args = parser.parse_args()
    place = Place(args.place)
    try:
        place.sign_in(KNOWN)
        times = {KNOWN: [], UNKNOWN: []}
        turns = [address for _ in range(args.tries) for address in random.sample([KNOWN, UNKNOWN], 2)]
        for address in turns:
            start = time.perf_counter()
            status, _ = place.ask("POST", "/connexion", {"courriel": address})
            times[address].append(time.perf_counter() - start)
            if status != 303:
                raise SystemExit(f"{address}: {status}")
    finally:
        place.stop()
    said("known", times[KNOWN])
    said("unknown", times[UNKNOWN])
    by_chance = chance(times[KNOWN], times[UNKNOWN])
    difference = (statistics.median(times[KNOWN]) - statistics.median(times[UNKNOWN])) * 1000
    print(f"medians differ by {difference:+.3f} ms; as great a difference of means comes by chance {by_chance:.1%} of the time")
    raise SystemExit(0 if by_chance > 0.01 else 1)


main()
