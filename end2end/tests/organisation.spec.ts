// An organisation of acheteurs: somebody adds it, a colleague asks to join it and is accepted, a need is shared, and taken over.

import { signIn, signOut } from "./support/account";
import { forEveryone } from "./support/look";
import { type Page, expect, isoInDays, test } from "./support/test";

const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const done = (page: Page) => page.getByRole("status");

test("an organisation is added, joined, and a need of it goes on without its author", async ({ page, place }) => {
  const name = place.unique("Ville de Lac");
  const domain = `v${Date.now()}-${Math.floor(Math.random() * 1e6)}.example`;
  const [author, colleague] = [`achats@${domain}`, `direction@${domain}`];
  const title = place.unique("Entretien des squares");

  await test.step("a mistake is said, and what was typed stays", async () => {
    await signIn(page, place, author);
    await page.goto("/espace/organisations");
    await forEveryone(page);
    await page.getByLabel("Nom de l’organisation").fill(name);
    await page.getByLabel("SIRET", { exact: true }).fill("12345");
    await press(page, "Ajouter l’organisation");
    await expect(page.getByLabel("Nom de l’organisation")).toHaveValue(name);
    await expect(page).toHaveTitle(/^Erreur/);
    await forEveryone(page);
  });

  await test.step("it is added, and a need is shared with it", async () => {
    await page.getByLabel("SIRET", { exact: true }).fill("");
    await page.getByLabel("Collectivité, hôpital, bailleur ou autre pouvoir adjudicateur").check();
    await press(page, "Ajouter l’organisation");
    await expect(h1(page)).toHaveText(name);
    await expect(done(page)).toContainText("Votre organisation est ajoutée.");
    await forEveryone(page);
    await page.goto(`/besoins/nouveau?${new URLSearchParams({ quoi: title, ou: "D31", date: isoInDays(60), courriel: author })}`);
    await press(page, "Relire avant d’envoyer");
    await press(page, "Préciser d’abord");
    await expect(h1(page)).toHaveText("Préparer le besoin");
    await page.goto("/espace");
    await page.getByRole("link", { name: title }).click();
    await page.getByRole("link", { name: /^Partager ce besoin/ }).click();
    await page.getByLabel("Organisation", { exact: true }).selectOption({ label: name });
    await press(page, "Enregistrer");
    await expect(done(page)).toContainText("Le partage avec votre organisation est enregistré.");
    await forEveryone(page);
    await signOut(page);
  });

  await test.step("a colleague of the same domain asks to join it", async () => {
    await signIn(page, place, colleague);
    await page.goto("/espace/organisations");
    await press(page, `Demander à rejoindre ${name}`);
    await expect(done(page)).toContainText("Un responsable reçoit votre demande par e-mail.");
    await forEveryone(page);
    await signOut(page);
  });

  await test.step("the responsable accepts and names", async () => {
    await signIn(page, place, author);
    await page.getByRole("link", { name: "1 personne demande à la rejoindre" }).click();
    await forEveryone(page);
    await press(page, `Accepter ${colleague}`);
    await expect(done(page)).toContainText("La personne en est prévenue par e-mail.");
    await page.getByRole("button", { name: /^Nommer responsable/ }).click();
    await expect(done(page)).toContainText("La personne en est prévenue par e-mail.");
    await signOut(page);
  });

  await test.step("the colleague takes the need over", async () => {
    await signIn(page, place, colleague);
    await page.getByRole("link", { name, exact: true }).click();
    await page.getByRole("link", { name: title }).click();
    await page.getByRole("link", { name: /^Partager ce besoin/ }).click();
    await press(page, "Reprendre ce besoin");
    await expect(done(page)).toContainText("Vous êtes l’auteur de ce besoin");
    await page.goto("/espace");
    await expect(page.getByRole("link", { name: title })).toBeVisible();
  });
});
