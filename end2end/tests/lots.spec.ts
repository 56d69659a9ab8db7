// A buyer makes a need with lots: draft, steps, what the law refuses, publication, revision; a structure answers by lot.

import { figures, forEveryone, like, numberOf, propose, unfold, withScripts } from "./support/look";
import { type Page, type Place, expect, isoInDays, linkOf, longDate, pathOf, test } from "./support/test";

const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" }).click();
const follow = (page: Page, name: string | RegExp) => page.getByRole("link", { name, exact: typeof name === "string" }).click();
const overview = "Préparer le besoin";

/** A draft on its page of steps, and the address of its author. */
async function draft(page: Page, place: Place, title: string, where: string): Promise<string> {
  const author = place.address();
  await page.goto(`/besoins/nouveau?${new URLSearchParams({ quoi: title, ou: where, date: isoInDays(60), courriel: author })}`);
  await press(page, "Relire avant d’envoyer");
  await press(page, "Préciser d’abord");
  await expect(h1(page)).toHaveText(overview);
  return author;
}

/** Fills the page of a lot, and keeps it. */
async function fillLot(page: Page, title: string, sector: string, more: Record<string, string> = {}): Promise<void> {
  await page.getByLabel("Titre du lot").fill(title);
  for (const box of await page.getByRole("group", { name: "Secteurs" }).getByRole("checkbox").all()) await box.uncheck();
  await page.getByLabel("Un autre secteur").fill(sector);
  for (const [label, text] of Object.entries(more)) await page.getByLabel(label, { exact: true }).fill(text);
  await press(page, "Garder ce lot");
}

async function chooseVehicle(page: Page, lot: number, label: RegExp): Promise<void> {
  await follow(page, `Voie juridique (lot ${lot})`);
  await unfold(page);
  await page.getByRole("radio", { name: like(label) }).check();
  await press(page, "Garder cette voie");
}

test("three lots: reserved, reserved to both, refused by the law; then published, answered and revised", async ({ page, place }) => {
  // The longest path of the product, axe several times on its way.
  const title = place.unique("Entretien des espaces verts du parc");
  const author = await draft(page, place, title, "Toulouse");
  const card = (rank: number) => page.locator("ul.cards > li.card").nth(rank - 1);

  await test.step("resumed from the mailed link", async () => {
    const mail = await place.mailTo(author, `Votre brouillon est gardé : ${title}`);
    await page.goto(pathOf(linkOf(mail, "/besoins/preparer?jeton="), place.url));
    await expect(h1(page)).toHaveText(overview);
    await forEveryone(page);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  await test.step("what it is for, who buys", async () => {
    await follow(page, "L’objet");
    await page.getByRole("radio", { name: "Consultation" }).check();
    await page.getByLabel("Quand la consultation est-elle lancée ?").fill(isoInDays(10));
    await press(page, "Garder");
    await expect(page.getByRole("status")).toContainText("C’est gardé.");
    await follow(page, "L’acheteur");
    await page.getByLabel("Votre organisation").fill("Commune d’Essai");
    await page.getByLabel("Lien vers votre profil d’acheteur").fill("javascript:alert(1)");
    await press(page, "Garder");
    await expect(page).toHaveTitle(/^Erreur/);
    await expect(page.getByLabel("Votre organisation")).toHaveValue("Commune d’Essai");
    await page.getByLabel("Lien vers votre profil d’acheteur").fill("marches.exemple.fr/parc");
    await press(page, "Garder");
    await expect(page.getByRole("main")).toContainText("Commune d’Essai");
  });

  await test.step("three lots", async () => {
    await press(page, /ajouter un lot/i);
    await expect(h1(page)).toHaveText("Le lot 2");
    await fillLot(page, "Nettoyage", "Nettoyage de locaux", { Durée: "36", "Montant estimé": "250 000" });
    await press(page, /ajouter un lot/i);
    await fillLot(page, "Linge", "Blanchisserie", { Durée: "24", "Code CPV principal": "98310000" });
    await expect(page.locator("ul.cards > li.card")).toHaveCount(3);
    await follow(page, "Ce qui est demandé (lot 1)");
    await page.getByLabel("Titre du lot").fill("Espaces verts");
    await press(page, "Garder ce lot");
  });

  await test.step("each way of the law says what it would bring; two reservations", async () => {
    await chooseVehicle(page, 1, /^Réservé aux structures d’insertion \(L2113-13\)/);
    await expect(card(1)).toContainText("Réservé aux structures d’insertion (article L2113-13)");
    await chooseVehicle(page, 2, /^Réservé à l’insertion et au handicap \(L2113-14\)/);
    await expect(card(2)).toContainText("L2113-14");
  });

  await test.step("the social economy on a code that is not on its list: refused, with the reason", async () => {
    await follow(page, "Voie juridique (lot 3)");
    await unfold(page);
    const choice = page.getByRole("radio", { name: like(/^Réservé à l’économie sociale et solidaire \(L2113-15\) non/) });
    await choice.check();
    await press(page, "Garder cette voie");
    await expect(page).toHaveTitle(/^Erreur/);
    const reason = page.getByRole("alert").getByRole("link", { name: /98310000 n’est pas sur la liste.*L2113-15/ });
    await expect(reason).toBeVisible();
    await expect(choice).toBeChecked();
    await expect(choice).toBeVisible();
    await expect(page.getByRole("alert")).toBeFocused();
    await forEveryone(page);
    await page.setViewportSize({ width: 1280, height: 800 });
    await follow(page, "Revenir sans rien changer");
    await expect(card(3)).not.toContainText("Voie juridique économie");
  });

  await test.step("a slip of a thousand in the hours raises a doubt, which can be lifted", async () => {
    await follow(page, "Ce qui est demandé (lot 2)");
    await page.getByLabel("Volume de travail").fill("3");
    await press(page, "Garder ce lot");
    await expect(page.getByRole("alert")).toContainText(like(/3 h semble loin de ce que les autres chiffres laissent attendre/));
    await page.getByLabel("Oui, c’est bien ce nombre d’heures par mois").check();
    await press(page, "Garder ce lot");
    await expect(card(2)).toContainText(like(/3 heures par mois/));
  });

  await test.step("a question, a file", async () => {
    await follow(page, "Les questions aux structures");
    await page.getByLabel("Question 1").fill("Quand pouvez-vous commencer ?");
    await press(page, "Garder");
    await follow(page, "Les pièces");
    const file = page.getByLabel("Joindre un fichier");
    await file.setInputFiles({ name: "page.pdf", mimeType: "application/pdf", buffer: Buffer.from("<html></html>") });
    await press(page, "Joindre");
    await expect(page.getByRole("alert")).toContainText("ni un PDF");
    await file.setInputFiles({ name: "cahier.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n1 0 obj\n") });
    await press(page, "Joindre");
    await expect(page.getByRole("link", { name: "cahier.pdf" })).toBeVisible();
    await follow(page, "Revenir aux étapes");
  });

  let fitting: number[] = [];
  await test.step("read again, asked for, published from the mail", async () => {
    await follow(page, "Relire avant de publier");
    for (const text of [title, "Commune d’Essai", "Lot 1 · Espaces verts", "Lot 2 · Nettoyage", "Lot 3 · Linge", "cahier.pdf", "Quand pouvez-vous commencer ?"]) {
      await expect(page.getByRole("main")).toContainText(text);
    }
    await press(page, "M’envoyer le lien de publication");
    await expect(h1(page)).toHaveText("Un e-mail vous attend");
    const mail = await place.mailTo(author, `Confirmez votre besoin : ${title}`);
    await page.goto(pathOf(linkOf(mail, "/besoins/confirmer?jeton="), place.url));
    await press(page, "Publier ce besoin");
    await expect(page.getByRole("status")).toContainText("Votre besoin est publié.");
  });

  const published = await place.mailTo(author, "Votre besoin est publié");
  const own = pathOf(linkOf(published, "/besoins/suivre?jeton="), place.url);
  await test.step("its page: a tab for each lot, each with its own reservation and ranking", async () => {
    await page.getByRole("link", { name: "Voir la page publique" }).click();
    const tabs = page.getByRole("navigation", { name: "Lots" }).getByRole("link");
    await expect(tabs).toHaveText(["Lot 1 · Espaces verts", "Lot 2 · Nettoyage", "Lot 3 · Linge"]);
    for (const [rank, notice] of [["Lot 1", "L2113-13"], ["Lot 2", "L2113-14"], ["Lot 3", ""]]) {
      await tabs.filter({ hasText: rank }).click();
      await expect(tabs.filter({ hasText: rank })).toHaveAttribute("aria-current", "page");
      await expect(page.locator(".notice", { hasText: "Code de la commande publique" })).toHaveCount(notice ? 1 : 0);
      if (notice) await expect(page.locator(".notice").first()).toContainText(notice);
      const counted = await figures(page);
      fitting.push(counted.get("structures conviennent") ?? counted.get("structure convient") ?? -1);
    }
    expect(fitting.every((n) => n > 0), fitting.join()).toBe(true);
    await expect(page.getByRole("link", { name: "profil d’acheteur" })).toHaveAttribute("href", "https://marches.exemple.fr/parc");
    const href = await page.getByRole("link", { name: "cahier.pdf" }).getAttribute("href");
    const file = await place.get(href!);
    expect(file.headers.get("content-disposition")).toContain("attachment");
    expect(file.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await file.text()).toContain("%PDF-1.7");
    await page.getByRole("link", { name: "Voir le classement expliqué" }).click();
    await expect(page).toHaveURL(/structures\?numero=3$/);
    await page.getByRole("link", { name: /^Conviennent/ }).click();
    expect(await numberOf(page.getByRole("heading", { name: /structures? classées?$/ }))).toBe(fitting[2]);
    await forEveryone(page);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  await test.step("a structure that fits two lots answers one of them, and the question", async () => {
    const mails = () => place.mails.all().filter((m) => m.subject.includes(title) && /Lot 1 ·/.test(m.text) && /Lot 2 ·/.test(m.text));
    await expect.poll(() => mails().length).toBeGreaterThan(0);
    await page.goto(pathOf(linkOf(mails()[0], "/besoins/repondre?jeton="), place.url));
    await page.getByRole("checkbox", { name: "Lot 1" }).uncheck();
    await page.getByRole("checkbox", { name: "Lot 2" }).uncheck();
    for (const box of await page.getByRole("checkbox").all()) await box.uncheck();
    await press(page, "Se dire intéressée");
    await expect(page.getByRole("alert")).toContainText("Cochez au moins un lot.");
    await page.getByRole("checkbox", { name: "Lot 2" }).check();
    await page.getByLabel("Quand pouvez-vous commencer ?").fill("Dès mars.");
    await press(page, "Se dire intéressée");
    await expect(h1(page)).toHaveText("C’est noté");
    await page.goto(own);
    const ofLot = page.locator("section").filter({ has: page.getByRole("heading", { level: 2, name: like(/Lot 2 · Nettoyage/) }) });
    const answer = ofLot.locator("ul.cards > li.card").first();
    await expect(answer).toContainText("Intéressée");
    await expect(answer).toContainText("Dès mars.");
    await expect(answer).not.toContainText("Lot 1");
  });

  await test.step("revised: nothing shows before it is published, then its history does, and a notice goes out", async () => {
    await page.getByRole("link", { name: "Modifier le besoin" }).click();
    await follow(page, "L’objet");
    const later = isoInDays(90);
    await page.getByLabel("Jusqu’à quand les structures peuvent-elles répondre ?").fill(later);
    await press(page, "Garder");
    const before = await place.json<{ results: { deadline: string }[] }>(`/api/v1/needs?q=${encodeURIComponent(title)}`);
    expect(before.results[0].deadline).not.toBe(later);
    await follow(page, "Relire et publier les changements");
    await expect(page.getByRole("main")).toContainText(`Réponses jusqu’au : ${longDate(later)}`);
    await press(page, "Publier les changements");
    await expect(page).toHaveURL(/\/besoins\/suivre/);
    await page.getByRole("link", { name: "Voir la page publique" }).click();
    await expect(page.getByRole("main")).toContainText("Version 2");
    await expect.poll(() => place.mails.all().filter((m) => m.subject === `Ce besoin a changé : ${title}`).length).toBeGreaterThan(0);
  });

  await test.step("awarded: no more answers", async () => {
    await page.goto(own);
    await page.getByRole("link", { name: "Il est attribué…" }).click();
    await expect(h1(page)).toHaveText("Qu’est-ce qui est attribué, et à qui ?");
    for (const lot of await page.getByRole("checkbox", { name: "Ce lot est attribué" }).all()) await lot.check();
    await press(page, "Confirmer l’attribution");
    await page.getByRole("link", { name: "Voir la page publique" }).click();
    await expect(page.locator(".notice-warning").first()).toContainText("Attribué.");
    await expect(page.locator(".notice-warning").last()).toContainText("Lot attribué.");
    fitting = [];
  });
});

test("the lot advisor: what each way to split would reach; one press makes the lots", async ({ page, place }) => {
  await draft(page, place, place.unique("Entretien des espaces verts"), "Haute-Garonne");
  await follow(page, "Ce qui est demandé");
  await page.getByLabel("Un autre secteur").fill("Nettoyage de locaux");
  await press(page, "Garder ce lot");
  await follow(page, "Partager, grouper");
  const way = (name: string) => page.locator("li.card").filter({ has: page.getByRole("heading", { name, exact: true }) });
  const reached = async (name: string) => Number(/^\d+/.exec(await way(name).locator("strong").innerText())?.[0] ?? 0);
  const whole = await reached("En un seul lot");
  expect(await reached("Un lot par secteur")).toBeGreaterThan(whole);
  await expect(page.locator(".tag-sun")).toHaveCount(1);
  await forEveryone(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  const make = way("Un lot par secteur").getByRole("button");
  const lots = await numberOf(make);
  expect(lots).toBeGreaterThan(1);
  await make.click();
  await expect(h1(page)).toHaveText(overview);
  await expect(page.locator("ul.cards > li.card")).toHaveCount(lots);
});

test("a groupement, where nobody covers the lot alone", async ({ page, place }) => {
  await draft(page, place, place.unique("Entretien des espaces verts"), "Haute-Garonne");
  for (const sector of ["Nettoyage de locaux", "Blanchisserie"]) {
    await follow(page, "Ce qui est demandé");
    await page.getByLabel("Un autre secteur").fill(sector);
    await press(page, "Garder ce lot");
  }
  await follow(page, "Partager, grouper");
  const sets = page.locator("li.card").filter({ has: page.getByRole("heading", { name: /^Groupement \d/ }) });
  await expect(sets).not.toHaveCount(0);
  await expect(sets.first()).toContainText("Reste à trouver");
  await forEveryone(page);
});

test("hours of insertion: both formulas", async ({ page }) => {
  await page.goto("/heures");
  const result = page.getByRole("status");
  await expect(result).toContainText(like(/833 h/));
  await page.getByLabel("Montant estimé").fill("800 000");
  await page.getByLabel("Coût d’une heure").fill("25");
  await page.getByLabel("Heures du personnel repris").fill("6 000");
  await page.getByLabel("Durée du marché").fill("4");
  if (!withScripts()) await press(page, "Calculer");
  await expect(result).toContainText(like(/400 h/));
  await page.getByLabel("Effort d’insertion").fill("beaucoup");
  if (!withScripts()) await press(page, "Calculer");
  await expect(result).toContainText("Écrivez l’effort d’insertion");
  await forEveryone(page);
});

test("while a lot is written, the law follows, in the browser", async ({ page, place }) => {
  test.skip(!withScripts(), "an island: without scripts the page says it once");
  await draft(page, place, place.unique("Buffets de la mairie"), "Toulouse");
  await follow(page, "Ce qui est demandé");
  const law = page.getByRole("status").filter({ hasText: "Procédure" });
  const vehicle = (name: string) => law.getByRole("listitem").filter({ hasText: name });
  await expect(vehicle("économie sociale")).toContainText("oui, sous condition");
  await expect(law).toContainText("à déterminer");
  // Nothing is asked of the server for it.
  await page.route("**/api/island/**", (route) => route.fulfill({ body: "" }));
  await page.getByLabel("Montant estimé").fill("50 000");
  await expect(law).toContainText("sans publicité ni mise en concurrence");
  await expect(vehicle("Gré à gré")).toContainText("oui");
  await page.getByLabel("Montant estimé").fill("300 000");
  await expect(law).toContainText("procédure formalisée");
  await expect(vehicle("Gré à gré")).toContainText("non");
  await page.getByLabel("Code CPV principal").fill("98310000");
  await expect(vehicle("économie sociale")).toContainText("98310000 n’est pas sur la liste");
  await forEveryone(page);
});

test("a CPV code is found by its words, and an unknown one refused", async ({ page, place }) => {
  await draft(page, place, place.unique("Linge de la crèche"), "Toulouse");
  await follow(page, "Ce qui est demandé");
  const field = page.getByLabel("Code CPV principal");
  if (withScripts()) {
    await propose(page, field, "blanchisserie");
    await page.getByRole("option", { name: "98310000" }).click();
    await expect(field).toHaveValue(/^98310000 Services de blanchisserie/);
  }
  await field.fill("98310001");
  await press(page, "Garder ce lot");
  await expect(page.getByRole("alert")).toContainText("Ce n’est pas un code du vocabulaire CPV");
  await expect(page.getByLabel("Code CPV principal")).toHaveValue("98310001");
  await page.getByLabel("Code CPV principal").fill("98310000-9");
  await press(page, "Garder ce lot");
  await follow(page, "Ce qui est demandé");
  await expect(page.getByLabel("Code CPV principal")).toHaveValue("98310000 Services de blanchisserie et de nettoyage à sec");
});

test("while a lot is written, what it would find follows", async ({ page, place }) => {
  test.skip(!withScripts(), "an island: without scripts the page says it once");
  await draft(page, place, place.unique("Entretien des espaces verts"), "Toulouse");
  await follow(page, "Ce qui est demandé");
  const count = page.locator(".count");
  const before = await numberOf(count);
  await propose(page, page.getByLabel("Lieu du lot"), "Occitanie");
  await page.getByLabel("Lieu du lot").blur();
  await expect.poll(async () => numberOf(count)).toBeGreaterThan(before);
});
