// A structure keeps its own page, from a link mailed to its contact.

import { cards, forEveryone, like, ofName } from "./support/look";
import { type Page, type Place, contactOf, expect, linkOf, pathOf, test } from "./support/test";

interface Activity {
  label: string;
  sector: string;
  standing: string;
}

interface Structure {
  siret: string;
  name: string;
  kinds: string[];
  commune: string;
  website: string;
  description: string;
  hours_per_month: number | null;
  activities: Activity[];
}

const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const section = (page: Page, title: string) => page.locator("section").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
const card = (page: Page, title: string, label: string) =>
  section(page, title).locator("li.card").filter({ has: page.getByRole("heading", { name: label, exact: true }) });
const show = (place: Place, siret: string) => place.json<Structure>(`/api/v1/structures/${siret}`);

/** Structures of the demonstration that no other test has taken on this server. */
const taken = new Set<string>();
async function structureWhere(place: Place, right: (s: Structure) => boolean): Promise<Structure> {
  for (let page = 1; ; page += 1) {
    const list = await place.json<{ pages: number; results: { siret: string }[] }>(`/api/v1/structures?sort=name&page=${page}`);
    for (const { siret } of list.results) {
      const structure = await show(place, siret);
      if (!taken.has(siret) && right(structure)) {
        taken.add(siret);
        return structure;
      }
    }
    if (page >= list.pages) throw new Error("no structure of the demonstration is so");
  }
}

const twoDeduced = (s: Structure) => s.activities.filter((a) => a.standing === "deduced").length >= 2;

test("the link is asked for on the public page and comes by mail; the answer tells nothing", async ({ page, place }) => {
  const structure = await structureWhere(place, twoDeduced);
  const contact = contactOf(structure.name);
  const ask = async () => {
    await page.goto(`/structures/${structure.siret}`);
    await page.getByRole("button", { name: "Recevoir le lien" }).click();
    await expect(page).toHaveURL(new RegExp(`/structures/[a-z0-9-]*${structure.siret}\\?lien=demande$`));
    await expect(h1(page)).toHaveText(structure.name);
    return page.getByRole("status").innerText();
  };

  const known = await ask();
  expect(known).toContain("Demande enregistrée.");
  expect(known).not.toContain("@");
  const mail = await place.mailTo(contact, `Votre lien pour tenir la fiche ${ofName(structure.name)}`);
  expect(mail.headers.has("list-unsubscribe")).toBe(false);
  await page.goto(pathOf(linkOf(mail, `/structures/${structure.siret}/gerer?jeton=`), place.url));
  await expect(h1(page)).toHaveText(`Tenir la fiche ${ofName(structure.name)}`);

  await test.step("without contact, the same answer and no mail", async () => {
    await field(page, "Adresse e-mail de contact").fill("");
    await page.getByRole("button", { name: "Enregistrer", exact: true }).click();
    await expect(page).toHaveTitle(/^Erreur/);
    await page.getByRole("checkbox", { name: "Oui, sans adresse de contact" }).check();
    await page.getByRole("button", { name: "Enregistrer", exact: true }).click();
    await expect(page.getByRole("status")).toContainText("Enregistré.");
    const sent = place.mails.to(contact, "Votre lien").length;
    expect(await ask()).toBe(known);
    // A mail that another structure asks for later goes out: none is on its way to this one.
    const other = await structureWhere(place, () => true);
    await place.manageLink(other.siret, contactOf(other.name));
    expect(place.mails.to(contact, "Votre lien")).toHaveLength(sent);
  });
});

test("a deduced activity is confirmed, another one dismissed, then taken back", async ({ page, place }) => {
  const structure = await structureWhere(place, twoDeduced);
  const [yes, no] = structure.activities.filter((a) => a.standing === "deduced");
  await page.goto(await place.manageLink(structure.siret, contactOf(structure.name)));
  await expect(page.locator('meta[name="robots"]')).toHaveAttribute("content", "noindex");
  await expect(card(page, "Activités à confirmer", yes.label)).toContainText("déduit — à confirmer par la structure");

  await card(page, "Activités à confirmer", yes.label).getByRole("button", { name: `Oui, nous le faisons : ${yes.label}` }).click();
  await expect(page.getByRole("status")).toContainText("Enregistré.");
  await expect(card(page, "Vos activités", yes.label)).toContainText("confirmé par la structure");
  await expect(card(page, "Activités à confirmer", yes.label)).toHaveCount(0);

  await card(page, "Activités à confirmer", no.label).getByRole("button", { name: `Non, nous ne le faisons pas : ${no.label}` }).click();
  await expect(card(page, "Activités écartées", no.label)).toContainText("écarté");
  const stored = await show(place, structure.siret);
  expect(stored.activities.find((a) => a.sector === yes.sector)?.standing).toBe("confirmed");
  expect(stored.activities.map((a) => a.sector)).not.toContain(no.sector);
  await page.getByRole("link", { name: "Voir la fiche publique" }).click();
  await expect(page.getByRole("rowheader", { name: yes.label, exact: true })).toBeVisible();
  await expect(page.getByRole("rowheader", { name: no.label, exact: true })).toHaveCount(0);

  await page.goBack();
  await card(page, "Activités écartées", no.label).getByRole("button", { name: `Oui, nous le faisons : ${no.label}` }).click();
  await expect(card(page, "Vos activités", no.label)).toContainText("confirmé par la structure");
});

test("an activity is added: the search finds it within a second", async ({ page, place }) => {
  const structure = await structureWhere(place, (s) => s.activities.every((a) => a.sector !== "blanchisserie"));
  await page.goto(await place.manageLink(structure.siret, contactOf(structure.name)));
  await field(page, "Que faites-vous ?").fill("Blanchisserie");
  await page.getByRole("radio", { name: "Fabrication et vente de biens" }).check();
  await field(page, "Où ?").fill("Lozère, 30 km");
  await page.getByRole("button", { name: "Ajouter cette activité" }).click();
  await expect(page.getByRole("status")).toContainText("Enregistré.");
  const search = "/structures?territoire=D48&secteur=blanchisserie&mode=fabrication&tri=nom";
  // Asked without the browser: what is timed is the index, not the drawing of pages.
  const saved = Date.now();
  await expect(async () => {
    expect(await (await place.get(search)).text()).toContain(structure.siret);
  }).toPass({ timeout: 1_000 });
  expect(Date.now() - saved).toBeLessThan(1_000);
  await page.goto(search);
  const found = cards(page).filter({ hasText: structure.name });
  await expect(found).toHaveCount(1);
  await expect(found).toContainText("Convient Blanchisserie confirmée");
  await page.goto(`/structures/${structure.siret}`);
  const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "Blanchisserie", exact: true }) });
  await expect(row).toContainText("Fabrication et vente de biens");
  await expect(row).toContainText("Lozère (48)");
  await expect(row).toContainText("30 km");
  await expect(row).toContainText("confirmé par la structure");
});

test("capacity, contact, site and presentation are set; mails go to the new address", async ({ page, place }) => {
  const structure = await structureWhere(place, () => true);
  const contact = place.address();
  await page.goto(await place.manageLink(structure.siret, contactOf(structure.name)));
  await field(page, "Capacité").fill("1 250");
  await field(page, "Adresse e-mail de contact").fill(contact);
  await field(page, "Site internet").fill("www.structure.example");
  await field(page, "Présentation").fill("Nous réparons des harmoniums.\nDepuis 1998.");
  await page.getByRole("button", { name: "Enregistrer", exact: true }).click();
  await expect(page.getByRole("status")).toContainText("Enregistré.");
  await expect(field(page, "Capacité")).toHaveValue("1250");
  await expect(field(page, "Adresse e-mail de contact")).toHaveValue(contact);
  await expect(field(page, "Présentation")).toHaveValue("Nous réparons des harmoniums.\nDepuis 1998.");

  const stored = await show(place, structure.siret);
  expect(stored).toMatchObject({ hours_per_month: 1250, website: "https://www.structure.example" });
  expect(stored.activities).toEqual(structure.activities);
  await page.goto(`/structures/${structure.siret}`);
  await expect(page.getByRole("main")).toContainText("1 250 heures par mois");
  await expect(page.getByRole("main")).not.toContainText(contact);
  await page.goto("/structures?q=harmoniums");
  await expect(cards(page)).toContainText([structure.name]);
  const asked = await place.mailTo(contact, `Confirmez votre adresse pour ${structure.name}`);
  await page.goto(pathOf(linkOf(asked, "/structures/contact?jeton="), place.url));
  await page.getByRole("button", { name: "Confirmer cette adresse" }).click();
  await expect(h1(page)).toHaveText("Votre adresse est confirmée");
  await place.manageLink(structure.siret, contact);
});

const ADD = "Ajouter cette activité";
const SAVE = "Enregistrer";
/** `shown` is what stands in the place of what was typed: a list, in which nothing is chosen yet. */
const WRONG: { what: string; typed: Record<string, string>; shown?: Record<string, string>; send: string; at: string; says: string }[] = [
  { what: "a zone that does not exist", typed: { "Que faites-vous ?": "Blanchisserie", "Où ?": "Atlantide-sur-Mer" }, send: ADD, at: "Où ?", says: "nous ne connaissons pas « Atlantide-sur-Mer »" },
  { what: "no zone", typed: { "Que faites-vous ?": "Blanchisserie", "Où ?": "" }, send: ADD, at: "Où ?", says: "dites où" },
  { what: "a sector that does not exist", typed: { "Que faites-vous ?": "Lévitation", "Où ?": "Lozère" }, shown: { "Que faites-vous ?": "" }, send: ADD, at: "Que faites-vous ?", says: "« Lévitation » : choisissez un secteur dans la liste" },
  { what: "an e-mail that is none", typed: { "Adresse e-mail de contact": "prenom.nom", Capacité: "700", Présentation: "Deux\nlignes" }, send: SAVE, at: "Adresse e-mail de contact", says: "Contact" },
  { what: "a capacity that is no number", typed: { Capacité: "beaucoup", "Site internet": "https://a.example" }, send: SAVE, at: "Capacité", says: "écrivez un nombre d’heures par mois" },
  { what: "a site that is none", typed: { "Site internet": "pas un site" }, send: SAVE, at: "Site internet", says: "écrivez une adresse comme" },
];

async function sendWrong(page: Page, { typed, send }: (typeof WRONG)[number]): Promise<void> {
  for (const [label, text] of Object.entries(typed)) {
    await field(page, label).fill(text);
    // Leaving a field closes its list of proposals.
    await field(page, label).press("Tab");
  }
  await page.getByRole("button", { name: send, exact: true }).click();
  await expect(page).toHaveTitle(/^Erreur/);
}

for (const wrong of WRONG) {
  test(`${wrong.what}: the error is said, what was typed stays, nothing is stored`, async ({ page, place }) => {
    const structure = await structureWhere(place, () => true);
    await page.goto(await place.manageLink(structure.siret, contactOf(structure.name)));
    await sendWrong(page, wrong);
    await expect(page.getByRole("alert")).toContainText(wrong.says);
    await expect(page.getByRole("alert")).toBeFocused();
    for (const [label, text] of Object.entries({ ...wrong.typed, ...wrong.shown })) await expect(field(page, label)).toHaveValue(text);
    expect(await show(place, structure.siret)).toEqual(structure);
  });
}

test("the error stands at its field, and the summary leads to it", async ({ page, place }) => {
  const structure = await structureWhere(place, () => true);
  const link = await place.manageLink(structure.siret, contactOf(structure.name));
  for (const wrong of WRONG) {
    await page.goto(link);
    await sendWrong(page, wrong);
    await expect.soft(field(page, wrong.at), wrong.what).toHaveAttribute("aria-invalid", "true", { timeout: 500 });
    await expect.soft(field(page, wrong.at), wrong.what).toHaveAccessibleDescription(like(new RegExp(wrong.says)), { timeout: 500 });
    await expect.soft(page.getByRole("alert").getByRole("link"), wrong.what).toHaveCount(1, { timeout: 500 });
  }
});

test("a convention that has ended closes reserved lots, and its page says so", async ({ page, place }) => {
  const structure = await structureWhere(place, (s) => s.kinds.length === 1 && s.kinds[0] === "ACI");
  await page.goto(await place.manageLink(structure.siret, contactOf(structure.name)));
  const convention = page.locator("details", { hasText: "Atelier et chantier d’insertion (ACI)" });
  const fill = async (to: string, etp: string) => {
    if (!(await convention.evaluate((d: HTMLDetailsElement) => d.open))) await convention.locator("summary").click();
    await convention.getByLabel("Dernier jour").fill(to);
    await convention.getByLabel("Équivalents temps plein en insertion").fill(etp);
    await convention.getByRole("button", { name: /Enregistrer/ }).click();
  };
  await fill("2025-12-31", "douze");
  await expect(page).toHaveTitle(/^Erreur/);
  await expect(page.getByRole("alert")).toContainText("équivalents temps plein comme 12,5");
  await expect(convention.getByLabel("Équivalents temps plein en insertion")).toHaveValue("douze");
  await fill("2025-12-31", "12,5");
  await expect(page.getByRole("status")).toContainText("Enregistré.");
  await page.goto(`/structures/${structure.siret}`);
  const card = page.locator("section", { has: page.getByRole("heading", { name: "À quels marchés réservés" }) });
  await expect(card).toContainText(like(/au 31 décembre 2025, 12,5 équivalents temps plein \(ETP\) en insertion terminée/));
  await expect(card.getByRole("listitem").filter({ hasText: "L2113-13)" }).last()).toContainText("non");
  await forEveryone(page);
});

test("the link of a structure opens no other one", async ({ page, place }) => {
  const mine = await structureWhere(place, () => true);
  const other = await structureWhere(place, () => true);
  const link = await place.manageLink(mine.siret, contactOf(mine.name));
  const response = await page.goto(link.replace(mine.siret, other.siret));
  expect(response?.status()).toBe(410);
  const jeton = new URL(link, place.url).searchParams.get("jeton") ?? "";
  const post = await place.post(`/structures/${other.siret}/gerer`, { jeton, heures: "1" }, { origin: place.url });
  expect(post.status).toBe(410);
  expect(await show(place, other.siret)).toEqual(other);
});
