// People who come back: signing in without a password, joining a structure, answering from one's space, colleagues.

import { forEveryone } from "./support/look";
import { type Page, type Place, contactOf, expect, linkOf, pathOf, test } from "./support/test";

const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

/** The six digits of a mail. */
async function codeOf(place: Place, address: string, subject: string): Promise<string> {
  const mail = await place.mailTo(address, subject);
  const found = /(\d{3})\s(\d{3})/.exec(mail.text);
  if (!found) throw new Error(`no code in ${mail.text}`);
  return found[1] + found[2];
}

async function signIn(page: Page, place: Place, address: string): Promise<void> {
  await page.goto("/connexion");
  await page.getByLabel("Votre adresse e-mail professionnelle").fill(address);
  await press(page, "Recevoir un lien et un code");
  await expect(h1(page)).toHaveText("Un e-mail vous attend");
  await page.getByLabel("Code de six chiffres").fill(await codeOf(place, address, "est votre code"));
  await press(page, "Me connecter");
  await expect(h1(page)).toHaveText("Mon espace");
}

async function signOut(page: Page): Promise<void> {
  await page.goto("/espace");
  await press(page, "Se déconnecter");
  await expect(page).toHaveURL("/");
}

test("the way in is for everyone, and says what is wrong", async ({ page, place }) => {
  await page.goto("/espace");
  await expect(h1(page)).toHaveText("Se connecter");
  await forEveryone(page);
  await page.getByLabel("Votre adresse e-mail professionnelle").fill("ville");
  await press(page, "Recevoir un lien et un code");
  await expect(page).toHaveTitle(/^Erreur/);
  await expect(page.getByRole("alert").or(page.locator(".error-summary"))).toBeFocused();
  await forEveryone(page);

  const address = place.address();
  await page.getByLabel("Votre adresse e-mail professionnelle").fill(address);
  await press(page, "Recevoir un lien et un code");
  await page.getByLabel("Code de six chiffres").fill("12345");
  await press(page, "Me connecter");
  await expect(page).toHaveTitle(/^Erreur/);
  await forEveryone(page);
  const mail = await place.mailTo(address, "est votre code");
  await page.goto(pathOf(linkOf(mail, "/connexion/lien?jeton="), place.url));
  await forEveryone(page);
  await press(page, "Me connecter");
  await expect(h1(page)).toHaveText("Mon espace");
  await forEveryone(page);
  await page.getByRole("link", { name: "Vos connexions" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "C’est celle-ci." })).toHaveCount(1);
  await forEveryone(page);
  await page.goto(pathOf(linkOf(mail, "/connexion/lien?jeton="), place.url));
  await expect(h1(page)).toHaveText("Ce lien n’est plus valable");
});

test("a colleague joins, answers from the space, and is taken out", async ({ page, place }) => {
  const { results } = await place.json<{ results: { siret: string; name: string }[] }>("/api/v1/structures?kind=ETTI&page=1");
  const { siret, name } = results[results.length - 1];
  const need = await place.publish({ title: place.unique("Mise à disposition de personnel"), place: "Occitanie" });
  const camille = place.address();
  await signIn(page, place, camille);
  await page.goto(`/structures/${siret}/gerer`);
  await expect(h1(page)).toHaveText("Cette page n’est pas la vôtre");
  await page.goto("/espace/rejoindre");
  await forEveryone(page);
  await page.getByLabel("SIRET de la structure").fill(siret);
  await press(page, "Demander le code");
  await forEveryone(page);
  await page.getByLabel("Code de six chiffres").fill(await codeOf(place, contactOf(name), `${camille} demande à rejoindre`));
  await press(page, "Rejoindre");
  await expect(page.getByRole("status")).toContainText("Vous faites partie de cette structure.");

  await test.step("it answers a need", async () => {
    const card = page.getByRole("listitem").filter({ hasText: need.title });
    await card.getByRole("link", { name: "Intéressée" }).click();
    await press(page, "Se dire intéressée");
    await expect(h1(page)).toHaveText("C’est noté");
    await page.goto("/espace");
    await expect(page.getByRole("listitem").filter({ hasText: need.title })).toHaveCount(0);
    await forEveryone(page);
  });

  await test.step("it keeps the page of the structure", async () => {
    await page.getByRole("link", { name: "Tenir la fiche" }).click();
    await expect(page.getByText("Vous êtes membre de cette structure.")).toBeVisible();
    await press(page, "Enregistrer");
    await expect(page.getByRole("status")).toContainText("Enregistré.");
  });

  const dominique = place.address();
  const members = `/espace/structures/${siret}/membres`;
  await page.goto(members);
  await forEveryone(page);
  await page.getByLabel("Adresse e-mail de votre collègue").fill(dominique);
  await press(page, "Inviter");
  await expect(page.getByRole("status")).toContainText("L’invitation part par e-mail.");
  await forEveryone(page);
  await place.mailTo(dominique, `Rejoignez ${name}`);
  await press(page, "Quitter cette structure");
  await expect(page).toHaveTitle(/^Erreur/);
  await signOut(page);

  await signIn(page, place, dominique);
  await forEveryone(page);
  await press(page, "Accepter");
  await page.goto(members);
  await expect(page.getByRole("button", { name: "Inviter" })).toHaveCount(0);
  await signOut(page);

  await signIn(page, place, camille);
  await page.goto(members);
  await press(page, `Retirer ${dominique}`);
  await expect(page.getByRole("status")).toContainText("La personne en est prévenue par e-mail.");
  await expect(page.getByText(dominique)).toHaveCount(0);
  await place.mailTo(dominique, "votre accès a changé");
});
