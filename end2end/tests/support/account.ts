// Signing in, and joining a structure, as people do.

import { createHmac } from "node:crypto";
import { type Page, type Place, contactOf, expect } from "./test";

const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

/** The six digits of the mail that something causes: an earlier one has other digits. */
async function codeOf(place: Place, address: string, subject: string, cause: () => Promise<void>): Promise<string> {
  const before = new Set(place.mails.to(address, subject));
  const fresh = () => place.mails.to(address, subject).filter((mail) => !before.has(mail));
  await cause();
  await expect.poll(() => fresh().length).toBe(1);
  const found = /(\d{3})\s(\d{3})/.exec(fresh()[0].text);
  if (!found) throw new Error(`no code in ${fresh()[0].text}`);
  return found[1] + found[2];
}

/** Signs in as far as the mail goes. */
async function byMail(page: Page, place: Place, address: string): Promise<void> {
  await page.goto("/connexion");
  await page.getByLabel("Votre adresse e-mail professionnelle").fill(address);
  const code = await codeOf(place, address, "est votre code", async () => {
    await press(page, "Recevoir un lien et un code");
    await expect(h1(page)).toHaveText("Un e-mail vous attend");
  });
  await page.getByLabel("Code de six chiffres").fill(code);
  await press(page, "Me connecter");
}

export async function signIn(page: Page, place: Place, address: string): Promise<void> {
  await byMail(page, place, address);
  await expect(h1(page)).toHaveText("Mon espace");
}

/** The same, of an account that has a second factor: its code is asked for. */
export async function signInHalfway(page: Page, place: Place, address: string): Promise<void> {
  await byMail(page, place, address);
  await expect(h1(page)).toHaveText("Le code de votre application");
}

/** What an application shows for a key (RFC 6238), that many steps from now. */
export function codeOfApplication(key: string, steps: number): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...key.replaceAll("-", "")].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const digest = createHmac("sha1", secret).update(counter).digest();
  const at = digest[digest.length - 1] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

export interface Structure {
  siret: string;
  name: string;
}

export async function join(page: Page, place: Place, address: string, { siret, name }: Structure): Promise<void> {
  await page.goto("/espace/rejoindre");
  await page.getByLabel("SIRET de la structure").fill(siret);
  const code = await codeOf(place, contactOf(name), `${address} demande à rejoindre`, () => press(page, "Demander le code"));
  await page.getByLabel("Code de six chiffres").fill(code);
  await press(page, "Rejoindre");
  await expect(page.getByRole("status")).toContainText("Vous faites partie de cette structure.");
}

export async function signOut(page: Page): Promise<void> {
  await page.goto("/espace");
  await press(page, "Se déconnecter");
  await expect(page).toHaveURL("/");
}
