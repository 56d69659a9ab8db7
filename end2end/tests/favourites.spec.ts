// Lists of structures: a structure is kept from its page, noted, taken away as a table; the list is dropped.

import { signIn } from "./support/account";
import { forEveryone } from "./support/look";
import { type Page, expect, test } from "./support/test";

const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const done = (page: Page) => page.getByRole("status");

test("a structure is kept on a list, with a note", async ({ page, place }) => {
  const { results } = await place.json<{ results: { siret: string; name: string }[] }>("/api/v1/structures");
  const [first] = results;
  await signIn(page, place, place.address());
  await page.goto("/espace/listes");
  await forEveryone(page);
  await press(page, "Créer la liste");
  await expect(page).toHaveTitle(/^Erreur/);
  await forEveryone(page);
  await page.goto(`/structures/${first.siret}`);
  await page.getByRole("link", { name: "Garder dans une liste" }).click();
  await expect(h1(page)).toContainText("Garder");
  await forEveryone(page);
  const name = place.unique("Espaces verts");
  await page.getByLabel("Nom de la liste").fill(name);
  await press(page, "Créer la liste");
  await expect(h1(page)).toHaveText(name);
  await page.getByLabel(/^Votre note/).fill("Vue en mai, deux équipes");
  await page.getByRole("button", { name: /^Garder la note/ }).click();
  await expect(done(page)).toContainText("La note est gardée.");
  await expect(page.getByLabel(/^Votre note/)).toHaveValue("Vue en mai, deux équipes");
  await forEveryone(page);

  await page.getByText("Emporter cette liste dans un tableur").click();
  await page.getByLabel("Présentation").uncheck();
  await forEveryone(page);
  const [file] = await Promise.all([page.waitForEvent("download"), press(page, "Télécharger pour un tableur (XLSX)")]);
  expect(file.suggestedFilename()).toBe("structures.xlsx");

  await press(page, "Supprimer cette liste");
  await expect(page).toHaveTitle(/^Erreur/);
  await page.getByLabel("Oui, supprimer cette liste et ses notes").check();
  await press(page, "Supprimer cette liste");
  await expect(done(page)).toContainText("La liste est supprimée.");
});

test("the results of a search are taken away with the columns that are chosen", async ({ page, place }) => {
  await page.goto("/structures?q=espaces+verts&territoire=D31");
  await page.getByRole("link", { name: "Emporter dans un tableur" }).click();
  await expect(h1(page)).toHaveText("Emporter ces résultats");
  await page.getByText("Emporter cette liste dans un tableur").click();
  await forEveryone(page);
  for (const box of await page.getByRole("checkbox").all()) await box.uncheck();
  await page.getByLabel("SIRET", { exact: true }).check();
  const [file] = await Promise.all([page.waitForEvent("download"), press(page, "Télécharger en CSV")]);
  const { total } = await place.json<{ total: number }>("/api/v1/structures?q=espaces+verts&place=D31");
  const lines = (await (await file.createReadStream()).toArray()).join("").trim().split("\n");
  expect(lines[0]).toBe("SIRET");
  expect(lines.length - 1).toBe(total);
});
