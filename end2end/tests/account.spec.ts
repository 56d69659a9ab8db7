// People who come back: signing in without a password, joining a structure, answering from one's space, colleagues.

import { forEveryone } from "./support/look";
import { type Page, type Place, contactOf, expect, linkOf, pathOf, test } from "./support/test";

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

async function signIn(page: Page, place: Place, address: string): Promise<void> {
  await page.goto("/connexion");
  await page.getByLabel("Votre adresse e-mail professionnelle").fill(address);
  const code = await codeOf(place, address, "est votre code", async () => {
    await press(page, "Recevoir un lien et un code");
    await expect(h1(page)).toHaveText("Un e-mail vous attend");
  });
  await page.getByLabel("Code de six chiffres").fill(code);
  await press(page, "Me connecter");
  await expect(h1(page)).toHaveText("Mon espace");
}

interface Structure {
  siret: string;
  name: string;
}

/** A structure that lends staff, as no other test takes it: by its place from the end of the list. */
async function structure(place: Place, fromEnd: number): Promise<Structure> {
  const { results } = await place.json<{ results: Structure[] }>("/api/v1/structures?kind=ETTI&page=1");
  return results[results.length - fromEnd];
}

async function join(page: Page, place: Place, address: string, { siret, name }: Structure): Promise<void> {
  await page.goto("/espace/rejoindre");
  await page.getByLabel("SIRET de la structure").fill(siret);
  const code = await codeOf(place, contactOf(name), `${address} demande à rejoindre`, () => press(page, "Demander le code"));
  await page.getByLabel("Code de six chiffres").fill(code);
  await press(page, "Rejoindre");
  await expect(page.getByRole("status")).toContainText("Vous faites partie de cette structure.");
}

async function signOut(page: Page): Promise<void> {
  await page.goto("/espace");
  await press(page, "Se déconnecter");
  await expect(page).toHaveURL("/");
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
