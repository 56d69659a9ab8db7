// A server of its own for each worker: fresh data, the demonstration set, mails in a folder.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Mail, MailFolder, linkOf } from "./mail";

const HERE = resolve(__dirname, "../..");
const BIN = resolve(HERE, process.env.PLACE_BIN ?? "../target/release/place");
const SITE = resolve(HERE, process.env.PLACE_SITE ?? "../target/site");
const MAIL_TIME = 10_000;
const START_TIME = 60_000;
const LOOK = 50;

/** A database of its own on the PostgreSQL of the tests, whose folder `PLACE_POSTGRES` says; SQLite where it says none. */
function database(): { DATABASE_URL?: string } {
  const server = process.env.PLACE_POSTGRES;
  if (!server) return {};
  const name = `end2end_${process.pid}_${Date.now()}`;
  const made = spawnSync(resolve(HERE, "../scripts/postgres.sh"), ["database", server, name], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`no database:\n${made.stdout}${made.stderr}`);
  return { DATABASE_URL: made.stdout.trim() };
}

/** A need that was published through its forms and its mail. */
export interface Published {
  id: string;
  title: string;
  author: string;
  /** Path of the author's page. */
  follow: string;
}

export class Place {
  private log = "";
  private serial = 0;
  private constructor(
    readonly url: string,
    readonly mails: MailFolder,
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
    private process?: ChildProcess,
  ) {}

  static async start(): Promise<Place> {
    if (!existsSync(BIN)) throw new Error(`${BIN} is missing: build it, or set PLACE_BIN`);
    const folder = mkdtempSync(join(tmpdir(), "place-end2end-"));
    const mails = join(folder, "mails");
    mkdirSync(mails);
    const listen = `127.0.0.1:${await freePort()}`;
    const url = `http://${listen}`;
    const env = {
      PATH: process.env.PATH,
      PLACE_DATA: join(folder, "data"),
      PLACE_LISTEN: listen,
      PLACE_SITE: SITE,
      PUBLIC_URL: url,
      MAIL_URL: `folder:${mails}`,
      PLACE_LOG: "warn",
      PLACE_POSTS_PER_MINUTE: "10000",
      PLACE_MAILS_PER_HOUR: "10000",
      ...database(),
    };
    const place = new Place(url, new MailFolder(mails), folder, env);
    try {
      const demo = spawnSync(BIN, ["demo"], { env, encoding: "utf8" });
      if (demo.status !== 0) throw new Error(`place demo failed:\n${demo.stdout}${demo.stderr}`);
      await place.serve();
    } catch (error) {
      await place.stop();
      throw error;
    }
    return place;
  }

  private async serve(): Promise<void> {
    const child = spawn(BIN, ["serve"], { env: this.env });
    this.process = child;
    // A worker that ends without its clean-up takes its server along.
    process.once("exit", () => child.kill("SIGKILL"));
    const keep = (bytes: Buffer) => (this.log += bytes.toString());
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    const ready = async () => (await fetch(`${this.url}/health/ready`).catch(() => undefined))?.ok;
    await this.until("/health/ready", START_TIME, async () => {
      if (child.exitCode !== null) throw new Error(`place serve stopped:\n${this.log}`);
      return (await ready()) || undefined;
    });
  }

  /** What a command of the operator prints. */
  command(...args: string[]): string {
    const done = spawnSync(BIN, args, { env: this.env, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`place ${args.join(" ")}:\n${done.stdout}${done.stderr}`);
    return done.stdout;
  }

  async stop(): Promise<void> {
    const child = this.process;
    if (child && child.exitCode === null) {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The end of the log of the server. */
  logEnd(): string {
    return this.log.split("\n").slice(-40).join("\n");
  }

  /** Whether the browser build is there: islands need it. */
  get hasIslands(): boolean {
    return existsSync(join(SITE, "pkg/place.js")) && existsSync(join(SITE, "pkg/place_bg.wasm"));
  }

  /** The newest mail to an address whose subject holds `subjectPart`, as soon as there is one. */
  mailTo(address: string, subjectPart: string): Promise<Mail> {
    return this.until(`a mail « ${subjectPart} » to ${address}`, MAIL_TIME, async () =>
      this.mails.to(address, subjectPart).at(-1),
    );
  }

  private async until<T>(what: string, time: number, look: () => Promise<T | undefined>): Promise<T> {
    const end = Date.now() + time;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > end) throw new Error(`waited ${time / 1000} s for ${what}\n${this.logEnd()}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
  }

  /** A name that nothing else has: « lot » counts for nothing in a search or a ranking. */
  unique(text: string): string {
    this.serial += 1;
    return `${text}, lot ${process.pid}x${this.serial}`;
  }

  /** An address that nothing else has. */
  address(): string {
    this.serial += 1;
    return `auteur-${process.pid}-${this.serial}@mairie.example`;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(new URL(path, this.url), { headers, redirect: "manual" });
  }

  async json<T>(path: string): Promise<T> {
    const response = await this.get(path);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return (await response.json()) as T;
  }

  post(path: string, body: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(new URL(path, this.url), {
      method: "POST",
      body: new URLSearchParams(body),
      headers,
      redirect: "manual",
    });
  }

  /** Posts as a page of the site does, and gives where it leads. */
  private async submit(path: string, body: Record<string, string>): Promise<string> {
    const response = await this.post(path, body, { origin: this.url });
    const location = response.headers.get("location");
    if (response.status !== 303 || !location) {
      throw new Error(`POST ${path}: ${response.status}\n${await response.text()}`);
    }
    return location;
  }

  /** Sends a need; the link of its mail is not opened. */
  async send(need: { title: string; place: string; reservation?: string; hours?: string; details?: string }) {
    const author = this.address();
    const fields = { quoi: need.title, ou: need.place, date: isoInDays(60), courriel: author };
    const more = { reservation: need.reservation ?? "", heures: need.hours ?? "", details: need.details ?? "" };
    await this.submit("/besoins/nouveau", { ...fields, ...more, etape: "envoyer" });
    const mail = await this.mailTo(author, "Confirmez votre besoin");
    return { author, title: need.title, link: linkOf(mail, "/besoins/confirmer?jeton=") };
  }

  /** Publishes a need through its forms and its mail, without a browser. */
  async publish(need: Parameters<Place["send"]>[0]): Promise<Published> {
    const { author, title, link } = await this.send(need);
    const jeton = new URL(link).searchParams.get("jeton") ?? "";
    const follow = pathOf(await this.submit("/besoins/confirmer", { jeton }), this.url);
    const mail = await this.mailTo(author, "Votre besoin est publié");
    const id = new URL(linkOf(mail, "/besoins/0")).pathname.split("/").at(-1) ?? "";
    return { id, title, author, follow: follow.replace("&publie=1", "") };
  }

  /** Asks for the link to the page of a structure and takes it from the mail to its contact. */
  async manageLink(siret: string, contact: string): Promise<string> {
    const before = this.mails.to(contact, "Votre lien").length;
    await this.submit(`/structures/${siret}/lien`, {});
    const mail = await this.until(`the link of ${siret} to ${contact}`, MAIL_TIME, async () =>
      this.mails.to(contact, "Votre lien").at(before),
    );
    return pathOf(linkOf(mail, `/structures/${siret}/gerer?jeton=`), this.url);
  }
}

/** The demonstration set numbers its structures: « … n° 12 (exemple) » is contact@structure-12.example. */
export function contactOf(name: string): string {
  const number = /n° (\d+) \(exemple\)$/.exec(name.replace(/\s+/g, " ").trim())?.[1];
  if (!number) throw new Error(`« ${name} » is no structure of the demonstration`);
  return `contact@structure-${number}.example`;
}

/** The day in `days` days, as date inputs want it. */
export function isoInDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** « 12 mars 2027 », « 1er avril 2027 ». */
export function longDate(iso: string): string {
  const date = new Date(`${iso}T12:00:00Z`);
  const day = date.getUTCDate() === 1 ? "1er" : String(date.getUTCDate());
  const rest = new Intl.DateTimeFormat("fr-FR", { month: "long", year: "numeric", timeZone: "UTC" }).format(date);
  return `${day} ${rest}`;
}

/** What follows the host. */
export function pathOf(url: string, base: string): string {
  const { pathname, search } = new URL(url, base);
  return pathname + search;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
