// The catalogue of a structure: written, corrected, read by everybody; its pictures; a table of catalogues given back; whether the
// page is right; opposing to be proposed.

import { readFileSync } from "node:fs";
import { join as path } from "node:path";
import { join, signIn } from "./support/account";
import { forEveryone } from "./support/look";
import { type Page, type Place, contactOf, expect, test } from "./support/test";

interface Listed {
  siret: string;
  name: string;
}

const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const done = (page: Page) => page.getByRole("status");

/** Opens every row of the page. */
async function unfold(page: Page): Promise<void> {
  for (const row of await page.locator("details.more").all()) {
    if ((await row.getAttribute("open")) === null) await row.locator("summary").first().click();
  }
}

/** Structures from the end of the alphabet: other journeys begin at the other. */
async function structure(place: Place, nth: number): Promise<Listed> {
  const first = await place.json<{ pages: number }>("/api/v1/structures?sort=name");
  const last = await place.json<{ results: Listed[] }>(`/api/v1/structures?sort=name&page=${first.pages - 1}`);
  return last.results[nth];
}

test("a catalogue is written, corrected, and read by everybody", async ({ page, place }) => {
  const one = await structure(place, 0);
  await page.goto(await place.manageLink(one.siret, contactOf(one.name)));
  await unfold(page);
  await forEveryone(page);
  await page.getByRole("link", { name: /^Votre catalogue/ }).click();
  await expect(h1(page)).toContainText("Le catalogue");
  await unfold(page);
  await forEveryone(page);

  await field(page, "Ce que vous vendez").fill("Entretien des parcs et jardins, tonte, taille et désherbage sans produits");
  await field(page, "Prix le plus bas, en euros hors taxes").fill("28");
  await field(page, "Prix le plus haut, en euros hors taxes").fill("cher");
  await field(page, "Nom, ou service").fill("Service marchés");
  await field(page, "Téléphone").fill("05 61 00 00 00");
  await field(page, "Qui la voit ?").selectOption("oui");
  await press(page, "Enregistrer le catalogue");
  await expect(page).toHaveTitle(/^Erreur/);
  await expect(page.getByRole("link", { name: /écrivez un montant/ })).toHaveAttribute("href", "#prestations");
  await expect(field(page, "Prix le plus haut, en euros hors taxes").first()).toHaveValue("cher");
  await unfold(page);
  await forEveryone(page);
  await field(page, "Prix le plus haut, en euros hors taxes").first().fill("35");
  await press(page, "Enregistrer le catalogue");
  await expect(done(page)).toContainText("Enregistré.");

  await test.step("a picture is drawn again, and says what it shows", async () => {
    await page.getByLabel("Le fichier").setInputFiles(path(__dirname, "../../docs/law.png"));
    await press(page, "Ajouter l’image");
    await expect(page).toHaveTitle(/^Erreur/);
    await field(page, "Ce que montre l’image").fill("Une équipe au travail");
    await page.getByLabel("Le fichier").setInputFiles(path(__dirname, "../../docs/law.png"));
    await press(page, "Ajouter l’image");
    await expect(page.getByRole("img", { name: "Une équipe au travail" })).toBeVisible();
    await forEveryone(page);
  });

  await page.goto(`/structures/${one.siret}`);
  await expect(page.getByRole("rowheader", { name: /^Entretien des parcs/ })).toBeVisible();
  await expect(page.getByRole("link", { name: "05 61 00 00 00" })).toBeVisible();
  await expect(page.getByRole("img", { name: "Une équipe au travail" })).toBeVisible();
  await forEveryone(page);
});

test("a table of catalogues is taken away and given back: it says first what it would change", async ({ page, place }) => {
  const one = await structure(place, 1);
  const address = place.address();
  await signIn(page, place, address);
  await join(page, place, address, one);
  await page.goto("/espace/catalogues");
  await forEveryone(page);
  await page.getByText("Emporter cette liste dans un tableur").click();
  await forEveryone(page);
  const [file] = await Promise.all([page.waitForEvent("download"), press(page, "Télécharger en CSV")]);
  const text = readFileSync(await file.path(), "utf8");
  const changed = `siret;présentation\n${one.siret};${place.unique("Du tableau")}\n`;
  expect(text).toContain(one.siret);
  await page.getByLabel("Votre tableau").setInputFiles({ name: "catalogue.csv", mimeType: "text/csv", buffer: Buffer.from(changed) });
  await press(page, "Voir ce qui changerait");
  await expect(page.getByRole("main")).toContainText("change la présentation");
  await forEveryone(page);
  await page.getByRole("button", { name: /^Appliquer/ }).click();
  await expect(page.getByRole("main")).toContainText(one.name);
  await forEveryone(page);
  await page.goto(`/structures/${one.siret}`);
  await expect(page.getByRole("main")).toContainText("Du tableau");
});

test("a structure says that its page is right; it opposes being proposed, and comes back", async ({ page, place }) => {
  const one = await structure(place, 2);
  const manage = await place.manageLink(one.siret, contactOf(one.name));
  const token = new URL(manage, place.url).searchParams.get("jeton") ?? "";
  await page.goto(`/structures/exacte?jeton=${encodeURIComponent(token)}`);
  await forEveryone(page);
  await press(page, "Oui, tout est exact");
  await expect(h1(page)).toHaveText("C’est noté");

  await page.goto(`/structures/opposition?jeton=${encodeURIComponent(token)}`);
  await forEveryone(page);
  await press(page, "Ne plus être proposée");
  await expect(h1(page)).toHaveText("C’est fait");
  await page.goto(`/structures/${one.siret}`);
  await expect(page.getByRole("main")).toContainText("ne souhaite pas être proposée");
  await expect(page.locator('meta[name="robots"]')).toHaveAttribute("content", "noindex");
  await forEveryone(page);
  await page.goto(`/structures/opposition?jeton=${encodeURIComponent(token)}`);
  await press(page, "Être de nouveau proposée");
  await page.goto(`/structures/${one.siret}`);
  await expect(page.getByRole("main")).toContainText("Ce qu’elle fait, et où");
});
