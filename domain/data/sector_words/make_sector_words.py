"""Makes sector_words.bin (what words and pairs of words say of sectors) and french_words.bin (words that are no typos).

    python3 make_sector_words.py DATA                       # trains, writes both files beside this script
    python3 make_sector_words.py DATA --check [--phrases "place sectors --phrases"]     # cross-validates, writes nothing

DATA holds notices/boamp_2021_01.jsonl, notices/decp_2018_2019.jsonl, reference/cpv_2008_fr.csv,
reference/rome.csv and reference/rome_appellations.csv; README.md says where they come from. Needs numpy, nothing else.
A second run writes the same bytes. With `--phrases`, a command that reads titles and writes what the phrases alone say,
the blend of the server is measured too.

How words are mended, cut and hashed must stay what domain/src/sector/{mend,words}.rs do: a test there holds the
lines that `--tokens` prints.
"""

import argparse
import collections
import csv
import json
import pathlib
import shlex
import subprocess

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
TABLES = HERE.parent
# Bits of a hash. With fewer, words never seen fall on known ones and speak for them.
HASH_BITS = 24
WEIGHTS_KEPT = 50_000
# A word or a pair seen in fewer texts says nothing that lasts.
TEXTS_MIN, PAIR_TEXTS_MIN = 2, 3
EPOCHS, RATE, SEED = 6, 2.0, 1
# What one text counts: a contract (its one CPV code is often rough), a label of the CPV, one point of a phrase.
CONTRACT_WEIGHT, LABEL_WEIGHT, POINT_WEIGHT = 0.7, 0.1, 0.05
# Shorter CPV prefixes name a whole trade, not a sector.
CPV_DIGITS_MIN = 3
# As in domain/src/sector/infer.rs.
PHRASES_SHARE = 0.5
FOLDS = 5
# A word of notices counts as French from that many different titles on.
TITLES_MIN = 3
UNKNOWN = "\ufffd"
# Letters that lose their accent or ligature when characters break, the likeliest first.
LOST = ("e", "a", "i", "oe", "o", "u", "c")
LOST_MAX = 3
# Words cut short before a vowel: the gap after one is an apostrophe.
ELIDED = ("d", "l", "n", "s", "j", "m", "qu")


# Text: as domain/src/text.rs and domain/src/sector/{mend,words}.rs.


FOLDED = {ord(c): plain for accented, plain in (
    ("àâäáãå", "a"), ("ç", "c"), ("èéêë", "e"), ("ìíîï", "i"), ("ñ", "n"), ("òóôöõ", "o"), ("ùúûü", "u"), ("ýÿ", "y"),
    ("œ", "oe"), ("æ", "ae"), ("ß", "ss"), (map(chr, range(0x300, 0x370)), ""),
) for c in accented}


def fold(text):
    """Lower case without accents; anything that is neither letter nor digit is one space."""
    text = text.lower().translate(FOLDED)
    return " ".join("".join(c if c.isalnum() else " " for c in text).split())


def stable_hash(parts):
    """FNV-1a, 64 bits, over parts that 0xff ends."""
    value = 0xCBF29CE484222325
    for part in parts:
        for byte in part.encode() + b"\xff":
            value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def short_hash(*parts):
    """The hash that the files hold."""
    value = stable_hash(parts)
    return (value ^ (value >> 32)) & ((1 << HASH_BITS) - 1)


class French:
    """The words of the language, by hash."""

    def __init__(self, hashes):
        self.hashes = hashes
        self.known = {}

    def __contains__(self, folded):
        """In the singular or in the plural."""
        if folded not in self.known:
            forms = {folded, folded + "s"} | ({folded[:-1]} if folded.endswith(("s", "x")) else set())
            self.known[folded] = any(word_hash(form) in self.hashes for form in forms)
        return self.known[folded]


def word_hash(folded):
    value = stable_hash([folded])
    return (value ^ (value >> 32)) & 0xFFFFFFFF


def decoded(text):
    """Text that was read as Latin 1 (or Windows 1252) though it was UTF-8, and Windows letters left as control marks."""
    out, i = [], 0
    while i < len(text):
        c, after = text[i], text[i + 1 : i + 2]
        byte = windows_byte(after)
        if c == "Ã" and after == " ":
            out.append("à")
        elif c in "ÃÂ" and byte is not None and 0x80 <= byte < 0xC0:
            out.append(chr(byte + (0x40 if c == "Ã" else 0)))
            i += 1
        elif c == "Å" and after in ("“", "\x93", "’", "\x92", "\u2019"):
            out.append("œ")
            i += 1
        elif text[i : i + 2] in ("â€", "â\x80"):
            out.append("’")
            i += 2
        elif c in "\x8c\x9c":
            out.append("œ")
        else:
            out.append(c)
        i += 1
    return "".join(out)


def windows_byte(c):
    """The byte of a character in Windows 1252, control marks included."""
    if c and ord(c) < 0x100:
        return ord(c)
    try:
        return c.encode("cp1252")[0] if c else None
    except UnicodeEncodeError:
        return None


def mended(text, french):
    """The text with its broken letters put right where the language allows only one guess worth making."""
    text = decoded(text)
    if UNKNOWN not in text and "?" not in text:
        return text
    out, word = [], ""
    for c in text + " ":
        if c.isalnum() or c in (UNKNOWN, "?"):
            word += c
        else:
            out.append(mended_word(word, french))
            out.append(c)
            word = ""
    return "".join(out)[:-1]


def mended_word(word, french):
    """One word: an elided article before the gap, else the first letters that make a word of the language; else two
    words, or the letter that is lost most."""
    if UNKNOWN not in word and "?" not in word:
        return word
    parts = word.replace("?", UNKNOWN).split(UNKNOWN)
    after = UNKNOWN.join(parts[1:])
    if fold(parts[0]) in ELIDED and len(after) > 1:
        rest = mended_word(after, french)
        if fold(rest) in french or len(parts) == 2:
            return filled(parts, french) or parts[0] + " " + rest
    found = filled(parts, french)
    if found or all(not part or fold(part) in french for part in parts):
        return found or " ".join(parts)
    return LOST[0].join(parts)


def filled(parts, french):
    """Letters for the gaps between the parts, so that a word of the language stands there."""
    gaps = len(parts) - 1
    if gaps > LOST_MAX or not any(parts):
        return None
    for n in range(len(LOST) ** gaps):
        word = parts[0]
        for part in parts[1:]:
            word += LOST[n % len(LOST)] + part
            n //= len(LOST)
        if fold(word) in french:
            return word
    return None


def key(word):
    """What singular and plural, masculine and feminine share."""
    if len(word) > 3 and word[-1] in "sx":
        word = word[:-1]
    if len(word) > 5 and word.endswith("ee"):
        word = word[:-1]
    if len(word) > 5 and word[-1] == "e":
        word = word[:-1]
    return word


class Words:
    """Cuts texts into the keys of their words, without those that say nothing of the object."""

    def __init__(self, french, places=frozenset()):
        self.french = french
        self.places = places
        self.stop = set()
        for line in (TABLES / "sector_context.tsv").read_text().splitlines():
            kind, _, said = line.partition("\t")
            if kind in ("stop", "weak"):
                self.stop.update(fold(said).split())
        source = (TABLES.parent / "src" / "text.rs").read_text()
        listed = source.partition("const STOP_WORDS: &[&str] = &[")[2].partition("];")[0]
        self.stop.update(word.strip().strip('"') for word in listed.split(","))
        self.hashes = {}
        self.pairs = set()

    def keys(self, text):
        words = fold(mended(text, self.french)).split()
        said = (w for w in words if len(w) > 1 and w not in self.stop and w.isascii() and w.isalpha())
        return [key(w) for w in said]

    def features(self, text):
        """Hashes of words and of pairs of neighbours, each once, in order."""
        keys = self.keys(text)
        said = [(k,) for k in keys] + list(zip(keys, keys[1:]))
        said = [parts for parts in said if self.places.isdisjoint(parts)]
        for parts in said:
            if parts not in self.hashes:
                self.hashes[parts] = short_hash(*parts)
                if len(parts) == 2:
                    self.pairs.add(self.hashes[parts])
        return sorted({self.hashes[parts] for parts in said})


def place_keys(sectors, labels):
    """Keys of the words that only name places: where a need was published says nothing of what it is about."""
    named = (line.split("\t") for line in (TABLES / "territory" / "territories.tsv").read_text().splitlines())
    places = {word for row in named for word in fold(row[2]).split()}
    spoken = {word for text in labels + [p for p, _, _ in sectors.phrases()] for word in fold(text).split()}
    return frozenset(key(word) for word in places) - {key(word) for word in spoken}


# Data.


class Sectors:
    """The table of sectors: numbers of slugs, sectors of CPV codes and of descriptors, phrases."""

    def __init__(self):
        rows = [line.split("\t") for line in (TABLES / "sectors.tsv").read_text().splitlines()[1:]]
        self.number = {row[0]: n for n, row in enumerate(rows)}
        self.rows = rows
        self.by_cpv = collections.defaultdict(list)
        for n, row in enumerate(rows):
            for prefix in filter(None, row[5].split("|")):
                self.by_cpv[prefix].append(n)
        self.of_descriptor = {}
        for line in (TABLES / "boamp_descriptors.tsv").read_text().splitlines()[1:]:
            code, _, slugs = line.split("\t")[:3]
            self.of_descriptor[code] = [self.number[slug] for slug in slugs.split("|")]

    def of_cpv(self, code):
        digits = "".join(filter(str.isdigit, code or ""))[:8]
        prefixes = (digits[:n] for n in range(len(digits), CPV_DIGITS_MIN - 1, -1))
        return next((self.by_cpv[p] for p in prefixes if p in self.by_cpv), [])

    def phrases(self):
        """Each phrase of the table with its sector and its weight; names of structures left out."""
        for n, row in enumerate(self.rows):
            for phrase in filter(None, row[4].split("|")):
                if not phrase.startswith("nom:"):
                    words, _, points = phrase.partition("*")
                    # Families of words (`#bat`) have no form of their own.
                    said = " ".join(word for word in words.split() if not word.startswith("#"))
                    yield said, [n], float(points or 3)
            if not row[1].startswith("Autre"):
                yield row[1], [n], 6.0


class Data:
    """The texts that words are learnt from."""

    def __init__(self, folder, sectors):
        read = lambda name: [json.loads(line) for line in (folder / "notices" / name).open()]
        table = lambda name: list(csv.reader((folder / "reference" / name).open()))[1:]
        self.notices = [
            (n.get("objet") or "", sorted({s for d in n["descripteurs"] for s in sectors.of_descriptor.get(d["code"], [])}))
            for n in read("boamp_2021_01.jsonl")
        ]
        self.contracts = [(c.get("objet") or "", sectors.of_cpv(c.get("codeCPV"))) for c in read("decp_2018_2019.jsonl")]
        self.labels = [(row[1], sectors.of_cpv(row[0])) for row in table("cpv_2008_fr.csv")]
        self.trades = [row[1] for name in ("rome.csv", "rome_appellations.csv") for row in table(name)]


def group(title):
    """Calls and awards of one contract share a title: they are never parted."""
    return fold(title)


def french_words(data, sectors, left_out=frozenset()):
    """Hashes of the words that are French beyond doubt: of a code list, of our own tables, or of several titles."""
    titles = collections.Counter()
    known = {group(t): t for t, _ in data.notices + data.contracts}
    for title in sorted(title for said, title in known.items() if said not in left_out):
        sound = title.replace("?", UNKNOWN)
        words = [w for w in sound.split() if UNKNOWN not in w and "Ã" not in w and w.isprintable()]
        titles.update({w for w in fold(" ".join(words)).split() if is_word(w)})
    listed = [t for t, _ in data.labels] + data.trades + [p for p, _, _ in sectors.phrases()]
    listed.append((HERE / "common_words.txt").read_text())
    sure = {w for text in listed for w in fold(text).split() if is_word(w)}
    often = {w for w, n in titles.items() if n >= TITLES_MIN}
    return sorted(sure | often)


def is_word(word):
    return len(word) >= 2 and word.isascii() and word.isalpha()


# Learning.


class Model:
    """Weights of sectors by hash, whole numbers of eight bits times one scale."""

    def __init__(self, hashes, weights, bias):
        at = np.argsort(hashes, kind="stable")
        self.hashes, weights = hashes[at], weights[at]
        size = np.abs(weights).ravel()
        least = np.partition(size, -WEIGHTS_KEPT)[-WEIGHTS_KEPT] if size.size > WEIGHTS_KEPT else 0.0
        # Rare large weights must not cost the others their steps.
        self.scale = float(np.quantile(size[size >= least], 0.999)) / 127.0
        steps = np.clip(np.rint(weights / self.scale), -127, 127)
        self.steps = np.where(np.abs(weights) >= least, steps, 0).astype(np.int8)
        kept = self.steps.any(axis=1)
        self.hashes, self.steps = self.hashes[kept], self.steps[kept]
        self.bias = np.clip(np.rint(bias / self.scale), -127, 127).astype(np.int8)
        self.row = {int(h): n for n, h in enumerate(self.hashes)}

    def shares(self, features):
        """A share for each sector, together one; nothing for a text without known words."""
        rows = [self.row[f] for f in features if f in self.row]
        if not rows:
            return None
        sums = self.steps[rows].astype(np.float32).sum(axis=0) / np.sqrt(np.float32(len(rows)))
        margins = (sums + self.bias) * self.scale
        shares = np.exp(margins - margins.max())
        return shares / shares.sum()

    def bytes(self, slugs):
        """Scale, number of hashes, biases, hashes of slugs, then by hash: step to it, how many sectors, sector and weight of each."""
        out = bytearray(np.float32(self.scale).tobytes())
        out += len(self.hashes).to_bytes(4, "little") + len(self.bias).to_bytes(1, "little") + self.bias.tobytes()
        for slug in slugs:
            out += word_hash(slug).to_bytes(4, "little")
        before = 0
        for value, steps in zip(self.hashes, self.steps):
            out += varint(int(value) - before)
            before = int(value)
            said = np.flatnonzero(steps)
            out.append(len(said))
            for sector in said:
                out += bytes((int(sector), int(steps[sector]) & 0xFF))
        return bytes(out)


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return out


def examples(data, sectors, words):
    """Features, sectors and weight of each text beside the notices."""
    texts = [(t, y, CONTRACT_WEIGHT) for t, y in data.contracts]
    texts += [(t, y, LABEL_WEIGHT) for t, y in data.labels]
    texts += [(t, y, points * POINT_WEIGHT) for t, y, points in sectors.phrases()]
    return [(words.features(t), y, w) for t, y, w in texts if y]


def trained(texts, pairs, sector_count):
    """Multinomial logistic regression by AdaGrad, one rate a word. Half of the target is shared evenly by the right
    sectors, half follows what the model already gives them: a notice with five descriptors is about all and any."""
    seen = collections.Counter(f for features, _, _ in texts for f in features)
    often = (f for f, n in seen.items() if n >= (PAIR_TEXTS_MIN if f in pairs else TEXTS_MIN))
    hashes = np.array(sorted(often), dtype=np.int64)
    row = {int(h): n for n, h in enumerate(hashes)}
    rows = [np.array([row[f] for f in features if f in row], dtype=np.int64) for features, _, _ in texts]
    weights = np.zeros((len(hashes), sector_count), np.float32)
    grown = np.ones(len(hashes), np.float32)
    bias = np.zeros(sector_count, np.float32)
    order = np.random.default_rng(SEED)
    for _ in range(EPOCHS):
        for i in order.permutation(len(texts)):
            at = rows[i]
            if not len(at):
                continue
            _, right, weight = texts[i]
            norm = np.float32(1 / np.sqrt(len(at)))
            margins = weights[at].sum(axis=0) * norm + bias
            shares = np.exp(margins - margins.max())
            shares /= shares.sum()
            slope = shares.copy()
            slope[right] -= 0.5 * shares[right] / (shares[right].sum() + 1e-9) + 0.5 / len(right)
            slope *= weight * norm
            grown[at] += float(slope @ slope)
            weights[at] -= (RATE / np.sqrt(grown[at]))[:, None] * slope
            bias -= 0.02 * slope
    return Model(hashes, weights, bias)


# Measuring.


def broken(title, how):
    """The title as sources break it: each accented letter lost, or read in the wrong encoding."""
    if how == "mojibake":
        return title.encode().decode("latin-1")
    return "".join(how if ord(c) > 0x7F and (c.isalpha() or c == "’") else c for c in title)


def said_by_phrases(command, titles, sectors):
    """What the phrases alone say of each title, by sector."""
    lines = "".join(" ".join(t.split()) + "\n" for t in titles)
    out = subprocess.run(shlex.split(command), input=lines, capture_output=True, text=True, check=True).stdout
    said = np.zeros((len(titles), len(sectors.rows)), np.float32)
    for n, line in enumerate(out.splitlines()):
        for found in json.loads(line)["sectors"]:
            said[n, sectors.number[found["slug"]]] = found["confidence"]
    return said


def hits(scores, right):
    if scores is None or not scores.any():
        return 0, 0
    best = np.argsort(-scores, kind="stable")[:3]
    return int(best[0] in right), int(any(b in right for b in best))


def check(data, sectors, words, phrases):
    """Each fifth of the titles, judged by what the other four teach."""
    judged = [(t, y) for t, y in data.notices if y]
    fold_of = [stable_hash([group(t)]) % FOLDS for t, _ in judged]
    beside = examples(data, sectors, words)
    features = [words.features(t) for t, _ in judged]
    ways = {"sound": None, "?": "?", "U+FFFD": UNKNOWN, "mojibake": "mojibake"}
    texts = {way: [t if how is None else broken(t, how) for t, _ in judged] for way, how in ways.items()}
    said = {way: said_by_phrases(phrases, texts[way], sectors) if phrases else None for way in ways}
    found = collections.defaultdict(lambda: np.zeros(2))
    for fold_number in range(FOLDS):
        taught = [(features[i], y, 1.0) for i, (_, y) in enumerate(judged) if fold_of[i] != fold_number]
        model = trained(taught + beside, words.pairs, len(sectors.rows))
        unseen = {group(t) for i, (t, _) in enumerate(judged) if fold_of[i] == fold_number}
        reader = Words(French({word_hash(w) for w in french_words(data, sectors, unseen)}), words.places)
        for i in (i for i in range(len(judged)) if fold_of[i] == fold_number):
            right = set(judged[i][1])
            for way in ways:
                shares = model.shares(reader.features(texts[way][i]))
                found["words", way] += hits(shares, right)
                if phrases:
                    alone = said[way][i]
                    found["phrases", way] += hits(alone, right)
                    found["both", way] += hits(PHRASES_SHARE * alone + (0 if shares is None else shares), right)
    print(f"{len(judged)} titles judged, {FOLDS} folds: percent first, percent among three")
    for (who, way), count in sorted(found.items()):
        first, three = count * 100 / len(judged)
        print(f"  {who:8} {way:9} {first:5.2f} {three:5.2f}")


def print_tokens(words):
    """What the tests of the server expect."""
    for text in (
        "Entretien des espaces verts",
        "Marché n° 2021-04 : RÉHABILITATION de l’école élémentaire",
        "r\ufffdnovation d?un b?timent",
        "rÃ©novation de la mÃ©diathÃ¨que",
    ):
        print(json.dumps([text, words.keys(text), words.features(text)], ensure_ascii=False))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--phrases")
    parser.add_argument("--tokens", action="store_true")
    args = parser.parse_args()
    sectors = Sectors()
    data = Data(args.data, sectors)
    listed = french_words(data, sectors)
    hashes = sorted({word_hash(w) for w in listed})
    places = place_keys(sectors, [label for label, _ in data.labels])
    words = Words(French(set(hashes)), places)
    if args.tokens:
        print_tokens(words)
    elif args.check:
        check(data, sectors, words, args.phrases)
    else:
        texts = [(words.features(t), y, 1.0) for t, y in data.notices if y] + examples(data, sectors, words)
        model = trained(texts, words.pairs, len(sectors.rows))
        (HERE / "sector_words.bin").write_bytes(model.bytes([row[0] for row in sectors.rows]))
        out, before = bytearray(len(hashes).to_bytes(4, "little")), 0
        for value in hashes:
            out += varint(value - before)
            before = value
        (HERE / "french_words.bin").write_bytes(bytes(out))
        print(f"{len(model.hashes)} words and pairs, {np.count_nonzero(model.steps)} weights; {len(hashes)} French words")


if __name__ == "__main__":
    main()
