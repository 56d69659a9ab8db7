// A territory, and a network: asked for and granted, with what they show.

import { type Structure, signIn, signOut } from "./support/account";
import { forEveryone } from "./support/look";
import { type Page, type Place, contactOf, expect, test } from "./support/test";

const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const done = (page: Page) => page.getByRole("status");

/** A structure that no other test takes: adapted companies, from the end of the list. */
async function structure(place: Place): Promise<Structure> {
  const { results } = await place.json<{ results: Structure[] }>("/api/v1/structures?kind=EA&page=1");
  return results[results.length - 1];
}

test("somebody asks for a territory, says for whom, and gives it up", async ({ page, place }) => {
  await signIn(page, place, place.address());
  await page.goto("/espace/territoires");
  await forEveryone(page);
  await press(page, "Demander ce territoire");
  await expect(page).toHaveTitle(/^Erreur/);
  await forEveryone(page);
  await page.getByLabel("Facilitateur des clauses sociales").check();
  await page.getByLabel("Territoire", { exact: true }).selectOption("D31");
  await page.getByLabel("Pour qui travaillez-vous ?").fill("PLIE du Lac");
  await press(page, "Demander ce territoire");
  await expect(done(page)).toContainText("Votre demande est enregistrée");
  await expect(page.getByRole("listitem").filter({ hasText: "Haute-Garonne" })).toContainText("sans réponse");
  await forEveryone(page);
  await page.goto("/espace/territoires/D31");
  await expect(h1(page)).toHaveText("Cette page n’est pas la vôtre");
  await page.goto("/espace/territoires");
  await page.getByRole("button", { name: /^Renoncer/ }).click();
  await expect(done(page)).toContainText("Vous ne suivez plus ce territoire.");
});

test("a structure lets its network keep its presentation, and takes it back", async ({ page, place }) => {
  const own = await structure(place);
  const [head, network] = [contactOf(own.name), place.address()];
  const name = place.unique("Réseau du Lac");

  await test.step("the network is added", async () => {
    await signIn(page, place, network);
    await page.goto("/espace/organisations");
    await page.getByLabel("Nom de l’organisation").fill(name);
    await page.getByLabel("Tête de réseau de structures").check();
    await press(page, "Ajouter l’organisation");
    await expect(page.getByRole("main")).toContainText("Aucune. Un responsable de chaque structure vous confie la sienne");
    await forEveryone(page);
    await signOut(page);
  });

  await test.step("the structure delegates one part", async () => {
    await signIn(page, place, head);
    await page.goto("/espace/rejoindre");
    await page.getByLabel("SIRET de la structure").fill(own.siret);
    await press(page, "Demander le code");
    await expect(done(page)).toContainText("partie de cette structure.");
    await page.goto(`/espace/structures/${own.siret}/membres`);
    await page.getByLabel("Nom exact ou SIRET du réseau").fill("Un autre");
    await press(page, "Confier ces parties");
    await expect(page).toHaveTitle(/^Erreur/);
    await forEveryone(page);
    await expect(page.getByLabel("Nom exact ou SIRET du réseau")).toHaveValue("Un autre");
    await page.getByLabel("Nom exact ou SIRET du réseau").fill(name);
    for (const part of ["Activités et zones", "Capacité et calendrier", "Conventions, réseau, statut"]) {
      await page.getByLabel(part).uncheck();
    }
    await press(page, "Confier ces parties");
    await expect(done(page)).toContainText("Le réseau en est prévenu par e-mail.");
    await expect(page.getByRole("listitem").filter({ hasText: name })).toContainText("présentation, site, effectifs");
    await forEveryone(page);
    await signOut(page);
  });

  await test.step("the network keeps that part, and sees no other", async () => {
    await signIn(page, place, network);
    await page.getByRole("link", { name, exact: true }).click();
    await page.getByRole("link", { name: own.name }).click();
    await expect(page.getByRole("main")).toContainText("confie une partie de sa fiche à votre réseau");
    await expect(page.getByLabel("Adresse e-mail de contact")).toHaveCount(0);
    await expect(page.getByLabel("Capacité", { exact: true })).toHaveCount(0);
    await forEveryone(page);
    await page.getByLabel("Présentation").fill("Tenue par son réseau.");
    await press(page, "Enregistrer");
    await expect(done(page)).toContainText("Enregistré.");
    await signOut(page);
  });

  await test.step("the structure takes it back", async () => {
    await signIn(page, place, head);
    await page.goto(`/espace/structures/${own.siret}/membres`);
    await page.getByRole("button", { name: /^Reprendre la fiche/ }).click();
    await expect(done(page)).toContainText("Le réseau en est prévenu par e-mail.");
  });
});
