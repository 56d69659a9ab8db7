// People who come back: signing in without a password, joining a structure, answering from one's space, colleagues.

import { type Structure, codeOfApplication, join, signIn, signInHalfway, signOut } from "./support/account";
import { forEveryone } from "./support/look";
import { type Page, type Place, expect, linkOf, pathOf, test } from "./support/test";

const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

/** A structure that lends staff, as no other test takes it: by its place from the end of the list. */
async function structure(place: Place, fromEnd: number): Promise<Structure> {
  const { results } = await place.json<{ results: Structure[] }>("/api/v1/structures?kind=ETTI&page=1");
  return results[results.length - fromEnd];
}

test("the way in is for everyone, and says what is wrong", async ({ page, place }) => {
  await page.goto("/espace/rejoindre");
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
  await page.goto("/espace/rejoindre");
  await forEveryone(page);
  await page.goto("/espace");
  await page.getByRole("link", { name: "Vos connexions" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "C’est celle-ci." })).toHaveCount(1);
  await forEveryone(page);
  await page.goto(pathOf(linkOf(mail, "/connexion/lien?jeton="), place.url));
  await expect(h1(page)).toHaveText("Ce lien n’est plus valable");
});

test("somebody joins a structure, and answers from the space", async ({ page, place }) => {
  const own = await structure(place, 1);
  const need = await place.publish({ title: place.unique("Mise à disposition de personnel"), place: "Occitanie" });
  const camille = place.address();
  await signIn(page, place, camille);
  await page.goto(`/structures/${own.siret}/gerer`);
  await expect(h1(page)).toHaveText("Cette page n’est pas la vôtre");
  await forEveryone(page);
  await join(page, place, camille, own);

  const card = page.getByRole("listitem").filter({ hasText: need.title });
  await card.getByRole("link", { name: "Intéressée" }).click();
  await press(page, "Se dire intéressée");
  await expect(h1(page)).toHaveText("C’est noté");
  await page.goto("/espace");
  await expect(card).toHaveCount(0);
  await forEveryone(page);

  await page.getByRole("link", { name: "Tenir la fiche" }).click();
  await expect(page.getByText("Vous êtes membre de cette structure.")).toBeVisible();
  await press(page, "Enregistrer");
  await expect(page.getByRole("status")).toContainText("Enregistré.");
});

test("a colleague is invited, accepts, and is taken out", async ({ page, place }) => {
  const own = await structure(place, 2);
  const [camille, dominique] = [place.address(), place.address()];
  const members = `/espace/structures/${own.siret}/membres`;
  await signIn(page, place, camille);
  await join(page, place, camille, own);
  await page.goto(members);
  await page.getByLabel("Adresse e-mail de votre collègue").fill(dominique);
  await press(page, "Inviter");
  await expect(page.getByRole("status")).toContainText("L’invitation part par e-mail.");
  await forEveryone(page);
  await place.mailTo(dominique, `Rejoignez ${own.name}`);
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

test("a second factor is added, asked for, and taken away", async ({ page, place }) => {
  const camille = place.address();
  await signIn(page, place, camille);
  await page.getByRole("link", { name: "Votre second facteur" }).click();
  await forEveryone(page);
  await press(page, "Ajouter une application");
  await expect(page.getByRole("img", { name: "Carré à lire par votre application de codes" })).toBeVisible();
  await forEveryone(page);
  const key = (await page.locator("code.secret").textContent()) ?? "";
  await page.getByLabel("Le code qu’elle montre").fill("12");
  await press(page, "Confirmer");
  await expect(page).toHaveTitle(/^Erreur/);
  await forEveryone(page);
  await page.getByLabel("Le code qu’elle montre").fill(codeOfApplication(key, 0));
  await press(page, "Confirmer");
  const codes = await page.locator(".secrets code").allTextContents();
  expect(codes).toHaveLength(10);
  await forEveryone(page);
  await place.mailTo(camille, "un second facteur protège maintenant votre compte");

  await signOut(page);
  await signInHalfway(page, place, camille);
  await forEveryone(page);
  await page.goto("/espace");
  await expect(h1(page)).toHaveText("Le code de votre application");
  await page.getByLabel("Code de votre application").fill("12");
  await press(page, "Finir de me connecter");
  await expect(page).toHaveTitle(/^Erreur/);
  await forEveryone(page);
  await page.getByLabel("Code de votre application").fill(codeOfApplication(key, 1));
  await press(page, "Finir de me connecter");
  await expect(h1(page)).toHaveText("Mon espace");

  await page.goto("/espace/second-facteur");
  await forEveryone(page);
  await page.getByLabel("Code de votre application").fill(codes[0]);
  await press(page, "Retirer le second facteur");
  await expect(page.getByRole("status")).toContainText("n’a plus de second facteur");
  await signOut(page);
  await signIn(page, place, camille);
});
