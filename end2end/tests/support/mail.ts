// Mails as the folder transport writes them (.eml), decoded.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

export interface Mail {
  to: string;
  subject: string;
  /** By lower-case name, unfolded and decoded. */
  headers: Map<string, string>;
  text: string;
  html: string;
}

/** The mails of a folder; each file is read once. */
export class MailFolder {
  private readonly read = new Map<string, Mail>();

  constructor(readonly path: string) {}

  all(): Mail[] {
    for (const file of readdirSync(this.path)) {
      if (file.endsWith(".eml") && !this.read.has(file)) {
        this.read.set(file, parse(readFileSync(join(this.path, file), "latin1")));
      }
    }
    return [...this.read.values()];
  }

  to(address: string, subjectPart = ""): Mail[] {
    return this.all().filter((mail) => mail.to === address && mail.subject.includes(subjectPart));
  }
}

/** The first address in the text of a mail whose path begins with `path`. */
export function linkOf(mail: Mail, path: string): string {
  const links = mail.text.match(/https?:\/\/\S+/g) ?? [];
  const found = links.find((link) => (new URL(link).pathname + new URL(link).search).startsWith(path));
  if (!found) throw new Error(`no link to ${path} in the mail « ${mail.subject} »:\n${mail.text}`);
  return found;
}

function parse(raw: string): Mail {
  const { headers, body } = split(raw);
  const parts = partsOf(headers, body);
  const part = (type: string) => parts.find((p) => p.type === type)?.text ?? "";
  const address = /<([^>]+)>/.exec(headers.get("to") ?? "")?.[1] ?? headers.get("to") ?? "";
  return {
    to: address.trim(),
    subject: typed(headers.get("subject") ?? ""),
    headers,
    text: typed(part("text/plain").replaceAll("\r\n", "\n")),
    html: typed(part("text/html")),
  };
}

/** With plain spaces, as tests are typed. */
const typed = (text: string) => text.replaceAll("\u00a0", " ");

function split(raw: string): { headers: Map<string, string>; body: string } {
  const end = raw.indexOf("\r\n\r\n");
  const lines = raw.slice(0, end).replace(/\r\n[ \t]+/g, " ").split("\r\n");
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers.set(line.slice(0, colon).toLowerCase(), words(line.slice(colon + 1).trim()));
  }
  return { headers, body: raw.slice(end + 4) };
}

/** RFC 2047: `=?utf-8?b?…?=`; the space between two encoded words is not part of the text. */
function words(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
      kind.toLowerCase() === "b"
        ? Buffer.from(text, "base64").toString("latin1")
        : quotedPrintable(text.replaceAll("_", " ")),
    )
    .replace(/[\x80-\xff]+/g, (bytes) => Buffer.from(bytes, "latin1").toString("utf8"));
}

function quotedPrintable(text: string): string {
  return text
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

function partsOf(headers: Map<string, string>, body: string): { type: string; text: string }[] {
  const type = headers.get("content-type") ?? "text/plain";
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (boundary) {
    const inner = body.split(`--${boundary}`).slice(1, -1);
    return inner.flatMap((piece) => {
      const part = split(piece.replace(/^\r\n/, ""));
      return partsOf(part.headers, part.body);
    });
  }
  const encoding = (headers.get("content-transfer-encoding") ?? "7bit").toLowerCase();
  const bytes =
    encoding === "base64"
      ? Buffer.from(body, "base64")
      : Buffer.from(encoding === "quoted-printable" ? quotedPrintable(body) : body, "latin1");
  return [{ type: type.split(";")[0].trim(), text: bytes.toString("utf8") }];
}
