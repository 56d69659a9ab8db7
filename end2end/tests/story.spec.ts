// The whole loop: a structure joins and says what it does, a buyer publishes two lots, is answered and asked, answers to all,
// compares, awards; both see it; a colleague comes and goes.

import { type Structure, join, signIn, signOut } from "./support/account";
import { forEveryone, like, unfold } from "./support/look";
import { type Page, type Place, contactOf, expect, isoInDays, linkOf, pathOf, test } from "./support/test";

interface Listed extends Structure {
  commune: string;
  activities: { label: string; standing: string }[];
}

const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" }).click();
const follow = (page: Page, name: string | RegExp) => page.getByRole("link", { name, exact: typeof name === "string" }).first().click();
const done = (page: Page) => page.getByRole("status");
const wide = (page: Page) => page.setViewportSize({ width: 1280, height: 900 });

/** A structure with two activities that nobody has confirmed, from the end of the list: other tests take from its beginning. */
async function withTwoDeduced(place: Place): Promise<Listed> {
  const { pages } = await place.json<{ pages: number }>("/api/v1/structures?sort=name");
  for (let page = pages; page > 0; page -= 1) {
    const list = await place.json<{ results: Structure[] }>(`/api/v1/structures?sort=name&page=${page}`);
    for (const { siret } of list.results.reverse()) {
      const found = await place.json<Listed>(`/api/v1/structures/${siret}`);
      if (found.activities.filter((a) => a.standing === "deduced").length >= 2) return found;
    }
  }
  throw new Error("no structure of the demonstration is so");
}

async function fillLot(page: Page, title: string, sector: string): Promise<void> {
  await page.getByLabel("Titre du lot").fill(title);
  for (const box of await page.getByRole("group", { name: "Secteurs" }).getByRole("checkbox").all()) await box.uncheck();
  await page.getByLabel("Un autre secteur").fill(sector);
  await page.getByLabel("Montant estimé", { exact: true }).fill("60 000");
  await press(page, "Garder ce lot");
}

test("a structure and a buyer, from joining to the award", async ({ page, place }) => {
  test.setTimeout(120_000);
  const own = await withTwoDeduced(place);
  const [trade, other] = own.activities.filter((a) => a.standing === "deduced").map((a) => a.label);
  const [camille, dominique, author] = [place.address(), place.address(), place.address()];
  const contact = contactOf(own.name);
  const title = place.unique("Marché d’essai");

  await test.step("a structure joins by its SIRET, confirms two activities, sets its capacity", async () => {
    await signIn(page, place, camille);
    await join(page, place, camille, own);
    await follow(page, "Tenir la fiche");
    for (const label of [trade, other]) await press(page, `Oui, nous le faisons : ${label}`);
    await page.getByLabel("Capacité", { exact: true }).fill("320");
    await press(page, "Enregistrer");
    await expect(done(page)).toContainText("Enregistré.");
    await signOut(page);
  });

  await test.step("a buyer publishes two lots, one of them reserved with an environmental criterion", async () => {
    const form = { quoi: title, ou: `D${own.commune.slice(0, 2)}`, date: isoInDays(60), courriel: author, secteur: trade };
    await page.goto(`/besoins/nouveau?${new URLSearchParams(form)}`);
    await press(page, "Relire avant d’envoyer");
    await press(page, "Préciser d’abord");
    await follow(page, "Ce qui est demandé");
    await page.getByLabel("Montant estimé", { exact: true }).fill("40 000");
    await press(page, "Garder ce lot");
    await press(page, /ajouter un lot/i);
    await fillLot(page, "Nettoyage des bureaux", "Nettoyage de locaux");
    await follow(page, "Voie juridique (lot 2)");
    await forEveryone(page);
    await wide(page);
    await unfold(page);
    await page.getByRole("radio", { name: like(/^Réservé à l’insertion et au handicap \(L2113-14\)/) }).check();
    await page.getByRole("checkbox", { name: /^Critère environnemental/ }).check();
    await page.getByLabel("Ce que pèse le critère environnemental").fill("15");
    await press(page, "Garder cette voie");
    const second = page.locator("ul.cards > li.card").nth(1);
    await expect(second).toContainText("L2113-14");
    await expect(second).toContainText(like(/Critère environnemental \(15 %\)/));
    await follow(page, "Relire avant de publier");
    await expect(page.getByRole("main")).toContainText("Ce que la loi demande encore à ce lot.");
    await forEveryone(page);
    await wide(page);
    await press(page, "M’envoyer le lien de publication");
    await page.goto(pathOf(linkOf(await place.mailTo(author, "Confirmez votre besoin"), "/besoins/confirmer?jeton="), place.url));
    await press(page, "Publier ce besoin");
    await expect(done(page).first()).toContainText("Votre besoin est publié.");
  });

  await test.step("the structure answers from the mail, and asks a question", async () => {
    const told = await place.mailTo(contact, title);
    await page.goto(pathOf(linkOf(told, "/besoins/repondre?jeton="), place.url));
    await follow(page, "Poser une question à l’acheteur");
    await forEveryone(page);
    await wide(page);
    await press(page, "Envoyer à l’acheteur");
    await expect(page).toHaveTitle(/^Erreur/);
    await page.getByLabel("Votre message").fill("Nous sommes à Muret.\nPeut-on visiter ?");
    await press(page, "Envoyer à l’acheteur");
    await expect(done(page)).toContainText("Votre message est enregistré.");
    await forEveryone(page);
    await wide(page);
    await follow(page, "Répondre au besoin");
    await press(page, "Se dire intéressée");
    await expect(h1(page)).toHaveText("C’est noté");
  });

  await test.step("the buyer answers to all, without saying who asked", async () => {
    const mail = await place.mailTo(author, `: ${title}`);
    expect(mail.text).toContain("Peut-on visiter ?");
    await page.goto(pathOf(linkOf(mail, "/besoins/suivre"), place.url));
    await page.goto(pathOf(linkOf(await place.mailTo(author, "Votre besoin est publié"), "/besoins/suivre?jeton="), place.url));
    await expect(page.getByText("Ces messages attendent votre réponse")).toBeVisible();
    await forEveryone(page);
    await wide(page);
    await follow(page, "Répondre à toutes");
    await forEveryone(page);
    await wide(page);
    await page.getByLabel("La question, telle qu’elle sera publiée").fill("Peut-on visiter ?");
    await page.getByLabel("Votre réponse").fill("Oui, le 3 mai à 9 h.");
    await press(page, "Publier pour toutes");
    await expect(done(page)).toContainText("C’est publié.");
    const shared = await place.mailTo(contact, "Une réponse de l’acheteur à toutes");
    expect(shared.text).toContain("Oui, le 3 mai à 9 h.");
    await page.goto(pathOf(linkOf(shared, "/besoins/0"), place.url));
    await expect(page.locator(".shared-answer")).toContainText("Peut-on visiter ?");
    await expect(page.getByRole("main")).not.toContainText("Muret");
  });

  const mine = pathOf(linkOf(await place.mailTo(author, "Votre besoin est publié"), "/besoins/suivre?jeton="), place.url);
  await test.step("the buyer compares three, on criteria that were chosen before", async () => {
    await page.goto(mine);
    await follow(page, "Comparer les structures");
    await expect(page.getByRole("table")).toHaveCount(0);
    await forEveryone(page);
    await wide(page);
    await press(page, "Garder ces critères");
    const boxes = page.getByRole("group", { name: like(/côte à côte/) }).getByRole("checkbox");
    expect(await boxes.count()).toBeGreaterThanOrEqual(3);
    for (const n of [0, 1, 2]) await boxes.nth(n).check();
    await press(page, "Comparer");
    await expect(page.getByRole("columnheader")).toHaveCount(3);
    await forEveryone(page);
    await wide(page);
    await page.getByRole("columnheader").getByRole("link", { name: own.name, exact: true }).click();
    await expect(h1(page)).toHaveText(own.name);
    await forEveryone(page);
    await wide(page);
    await page.getByLabel("Sur ma liste restreinte").check();
    await page.getByLabel("Notes").fill("La plus proche.");
    await press(page, "Garder");
    await expect(done(page)).toContainText("Vos notes sont gardées.");
    await page.getByLabel("Votre message").fill("À bientôt.");
    await press(page, "Envoyer le message");
    await expect(page.locator(".message-own")).toContainText("À bientôt.");
    await place.mailTo(contact, "Message de l’acheteur");
  });

  await test.step("the buyer awards the lot; both see it", async () => {
    await page.goto(mine);
    await follow(page, "Il est attribué…");
    await forEveryone(page);
    await wide(page);
    const lot = page.getByRole("group", { name: like(/^Lot 1/) });
    await lot.getByLabel("Ce lot est attribué").check();
    await lot.getByLabel(like(/^À qui/)).selectOption({ label: own.name });
    await lot.getByLabel(like(/^Montant hors taxes/)).fill("38 500");
    await lot.getByLabel(like(/^Motif du choix/)).fill("La plus proche.");
    await press(page, "Confirmer l’attribution");
    await expect(page.getByRole("main")).toContainText(like(/attribué à/));
    const won = await place.mailTo(contact, "Des nouvelles");
    expect(won.text).toContain("vous a attribué");
    await follow(page, "Voir la page publique");
    await expect(page.locator(".notice-warning")).toContainText(like(/38 500 € HT/));
    await page.goto(mine);
    await follow(page, "La trace du sourçage");
    await expect(page.getByRole("row").filter({ hasText: "Réponse publiée pour toutes" })).toHaveCount(1);
    await forEveryone(page);
    await wide(page);
  });

  await test.step("a colleague is invited, and taken out", async () => {
    const members = `/espace/structures/${own.siret}/membres`;
    await signIn(page, place, camille);
    await page.goto(members);
    await page.getByLabel("Adresse e-mail de votre collègue").fill(dominique);
    await press(page, "Inviter");
    await expect(done(page)).toContainText("L’invitation part par e-mail.");
    await signOut(page);
    await signIn(page, place, dominique);
    await press(page, "Accepter");
    await signOut(page);
    await signIn(page, place, camille);
    await page.goto(members);
    await press(page, `Retirer ${dominique}`);
    await expect(page.getByText(dominique)).toHaveCount(0);
  });
});
