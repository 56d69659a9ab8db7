// A buyer posts a need: errors, check, mail, button, ranking.

import { cards, figures, like, numberIn, numberOf } from "./support/look";
import { type Page, expect, isoInDays, linkOf, longDate, pathOf, test } from "./support/test";

const WHAT = "De quoi avez-vous besoin ?";
const WHERE = "Où ?";
const UNTIL = "Jusqu’à quand les structures peuvent-elles répondre ?";
const MAIL = "Votre adresse e-mail professionnelle";
const HOURS = "Volume de travail";
const DETAILS = "Précisions";
const BUYER = "Votre organisation";

const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const check = (page: Page) => page.getByRole("button", { name: "Relire avant d’envoyer" }).click();
const needs = (page: Page) => page.locator("ol.cards > li.card");

test("the form sent empty: four errors, each a link to its field", async ({ page }) => {
  await page.goto("/besoins/nouveau");
  await check(page);
  await expect(page).toHaveTitle(/^Erreur/);
  const summary = page.getByRole("alert");
  await expect(summary.getByRole("heading")).toHaveText("Il reste 4 points à corriger");
  const wrong = [
    [WHAT, "Dites ce dont vous avez besoin"],
    [WHERE, "Indiquez où"],
    [UNTIL, "Indiquez jusqu’à quand"],
    [MAIL, "Indiquez votre adresse e-mail"],
  ];
  await expect(summary.getByRole("link")).toHaveCount(wrong.length);
  for (const [label, message] of wrong) {
    await expect(field(page, label)).toHaveAttribute("aria-invalid", "true");
    await expect(field(page, label)).toHaveAccessibleDescription(like(new RegExp(`Erreur : ${message}`)));
    await summary.getByRole("link", { name: message }).click();
    await expect(field(page, label)).toBeFocused();
  }
});

test("the form with errors: nothing that was typed is lost", async ({ page }) => {
  await page.goto("/besoins/nouveau");
  const typed: [string, string][] = [
    [WHAT, "Taille des haies & tonte « du parc » <b>"],
    [WHERE, "Atlantide-sur-Mer"],
    [UNTIL, "2020-01-31"],
    [MAIL, "prenom.nom"],
    [HOURS, "beaucoup"],
    [DETAILS, "Première ligne\nAccès par l’allée \"nord\"\n\n  <script>alert(1)</script> & fin"],
    [BUYER, "Mairie d’Essai"],
  ];
  await page.getByText("Préciser (facultatif)").click();
  for (const [label, text] of typed) await field(page, label).fill(text);
  await page.getByRole("radio", { name: /^Réservé aux structures du handicap/ }).check();
  await page.getByRole("radio", { name: "Mise à disposition de personnel" }).check();
  await check(page);
  await expect(page).toHaveTitle(/^Erreur/);
  for (const message of ["Nous ne connaissons pas ce lieu", "Cette date est passée", "Écrivez une adresse complète", "heures"]) {
    await expect(page.getByRole("alert").getByRole("link", { name: message })).toBeVisible();
  }
  await expect(page.getByRole("alert").getByRole("link")).toHaveCount(4);
  for (const [label, text] of typed) await expect(field(page, label)).toHaveValue(text);
  await expect(page.getByRole("radio", { name: /^Réservé aux structures du handicap/ })).toBeChecked();
  await expect(page.getByRole("radio", { name: "Mise à disposition de personnel" })).toBeChecked();
  await expect(field(page, HOURS)).toHaveAccessibleDescription(/Erreur/);
});

test("words that speak of no sector: one is asked for, at its field", async ({ page }) => {
  await page.goto("/besoins/nouveau");
  await field(page, WHAT).fill("xyzzy plugh");
  await field(page, WHERE).fill("Toulouse");
  await field(page, UNTIL).fill(isoInDays(30));
  await field(page, MAIL).fill("a@mairie.example");
  await check(page);
  await page.getByRole("alert").getByRole("link", { name: "Nous n’avons pas reconnu le secteur" }).click();
  await expect(field(page, "Un autre secteur")).toBeFocused();
  await field(page, "Un autre secteur").selectOption("Blanchisserie");
  await check(page);
  await expect(h1(page)).toHaveText("Relisez votre besoin");
  await expect(page.getByRole("main")).toContainText("Blanchisserie");
});

test("from the form to the published need, and its ranking explained", async ({ page, place }) => {
  const title = place.unique("Entretien des espaces verts du parc");
  const author = place.address();
  const until = isoInDays(45);

  await test.step("corrected after an error, read again", async () => {
    await page.goto("/besoins");
    await page.getByRole("link", { name: "Publier un besoin" }).first().click();
    await field(page, WHAT).fill(title);
    await field(page, WHERE).fill("Toulouse");
    await field(page, MAIL).fill(author);
    await page.getByText("Préciser (facultatif)").click();
    await page.getByRole("radio", { name: /^Réservé aux structures d’insertion/ }).check();
    await field(page, HOURS).fill("120");
    await field(page, DETAILS).fill("Deux hectares.\nVisite possible.");
    await field(page, BUYER).fill("Mairie d’Essai");
    await check(page);
    await expect(page).toHaveTitle(/^Erreur/);
    await field(page, UNTIL).fill(until);
    await check(page);
    await expect(page).toHaveTitle(/^Relire votre besoin/);
    await expect(h1(page)).toHaveText("Relisez votre besoin");
  });

  let fitting = 0;
  let leftOut = 0;
  await test.step("the second page: what will be read, how many fit", async () => {
    const facts = page.locator(".facts-list");
    for (const text of [title, "Toulouse (31)", longDate(until), "Réservé aux structures d’insertion (article L2113-13)", "120 heures par mois", "Visite possible.", "Mairie d’Essai"]) {
      await expect(facts).toContainText(text);
    }
    await expect(page.getByText(`Votre adresse ${author} n’est pas affichée.`)).toBeVisible();
    const who = page.locator("section").filter({ has: page.getByRole("heading", { name: "Qui convient" }) });
    fitting = await numberOf(who.locator(".count"));
    expect(fitting).toBeGreaterThan(0);
    leftOut = numberIn(like(/(\d+) structures? (est écartée|sont écartées) par la réservation/).exec(await who.innerText())?.[0] ?? "");
    expect(leftOut).toBeGreaterThan(0);
  });

  await test.step("« Modifier » leads back, everything filled", async () => {
    await page.getByRole("button", { name: "Modifier" }).click();
    await expect(h1(page)).toHaveText("Publier un besoin");
    await expect(page).not.toHaveTitle(/^Erreur/);
    for (const [label, text] of [[WHAT, title], [WHERE, "Toulouse"], [UNTIL, until], [MAIL, author], [HOURS, "120"], [DETAILS, "Deux hectares.\nVisite possible."], [BUYER, "Mairie d’Essai"]]) {
      await expect(field(page, label)).toHaveValue(text);
    }
    await expect(page.getByRole("radio", { name: /^Réservé aux structures d’insertion/ })).toBeChecked();
    await check(page);
  });

  await test.step("sent: a mail waits, nothing is published", async () => {
    await page.getByRole("button", { name: "M’envoyer le lien de publication" }).click();
    await expect(page).toHaveURL(/\/besoins\/envoye\?/);
    await expect(h1(page)).toHaveText("Un e-mail vous attend");
    await expect(page.getByText(author)).toBeVisible();
  });

  const mail = await place.mailTo(author, `Confirmez votre besoin : ${title}`);
  const link = pathOf(linkOf(mail, "/besoins/confirmer?jeton="), place.url);
  const listed = async () => (await place.json<{ total: number }>(`/api/v1/needs?q=${encodeURIComponent(title)}`)).total;
  await test.step("the mail says what, where, until when, and how many fit", () => {
    for (const text of [title, "Toulouse \\(31\\)", longDate(until), `${fitting} structures? convien`]) {
      expect(mail.text).toMatch(like(new RegExp(text)));
      expect(mail.html).toMatch(like(new RegExp(text)));
    }
    expect(mail.headers.has("list-unsubscribe")).toBe(false);
  });

  await test.step("opening the link publishes nothing", async () => {
    await place.get(link);
    await page.goto(link);
    await expect(h1(page)).toHaveText("Publier ce besoin");
    await expect(page.locator('meta[name="robots"]')).toHaveAttribute("content", "noindex");
    await page.goto(`/besoins?q=${encodeURIComponent(title)}`);
    await expect(page.getByRole("link", { name: title })).toHaveCount(0);
    expect(await listed()).toBe(0);
  });

  await test.step("the button does, once", async () => {
    await page.goto(link);
    await page.getByRole("button", { name: "Publier ce besoin" }).click();
    await expect(page).toHaveURL(/\/besoins\/suivre\?jeton=/);
    await expect(page.getByRole("status")).toContainText("Votre besoin est publié.");
    await expect(h1(page)).toHaveText(title);
    expect(await listed()).toBe(1);
    await page.goto(link);
    await expect(page).toHaveURL(/\/besoins\/suivre\?jeton=/);
    expect(await listed()).toBe(1);
    const published = await place.mailTo(author, "Votre besoin est publié");
    await page.goto(pathOf(linkOf(published, "/besoins/suivre?jeton="), place.url));
    await expect(h1(page)).toHaveText(title);
    expect(place.mails.to(author, "Votre besoin est publié")).toHaveLength(1);
  });

  await test.step("in the list, first, and on its own page", async () => {
    await page.goto("/besoins?territoire=Toulouse&reserve=siae");
    await expect(needs(page).first().getByRole("link", { name: title })).toBeVisible();
    await needs(page).getByRole("link", { name: title }).click();
    await expect(page).toHaveURL(/\/besoins\/[0-9a-f-]{36}$/);
    await expect(h1(page)).toHaveText(title);
    for (const text of ["Mairie d’Essai", "Toulouse (31)", longDate(until), "120 heures par mois", "Deux hectares."]) {
      await expect(page.getByRole("main")).toContainText(text);
    }
    await expect(page.getByRole("main")).not.toContainText(author);
    expect((await figures(page)).get("structures conviennent")).toBe(fitting);
  });

  await test.step("the ranking: points of the reasons add up, best first, none of the other family", async () => {
    await page.getByRole("link", { name: "Voir le classement expliqué" }).click();
    await expect(page).toHaveURL(/\/besoins\/[0-9a-f-]{36}\/structures$/);
    await page.getByRole("link", { name: /^Conviennent/ }).click();
    await expect(page).toHaveURL(/niveau=convient$/);
    expect(await numberOf(page.getByRole("heading", { name: /structures? classées?$/ }))).toBe(fitting);
    const notice = await page.locator(".notice", { hasText: "L2113-13" }).innerText();
    const [, said, kinds] = like(/(\d+) structures? (?:est écartée|sont écartées) par la réservation : ([^.]+)\./).exec(notice) ?? [];
    expect(Number(said)).toBe(leftOut);
    const byKind = kinds.split(/,\s|\set\s/).map((part) => /^(\d+)\s+(dont .*|\w+)$/.exec(part.trim())?.slice(1) ?? []);
    expect(byKind.reduce((sum, [n]) => sum + Number(n), 0)).toBe(leftOut);
    for (const [, kind] of byKind) expect(kind).toMatch(/^(ESAT|EA|EATT|SEP|dont moins de la moitié .*|dont la convention n’est pas en cours .*)$/);

    const scores: number[] = [];
    for (let at = 1; at <= Math.ceil(fitting / 20); at += 1) {
      await page.goto(`${page.url().split("?")[0]}?niveau=convient&page=${at}`);
      for (const card of await cards(page).all()) {
        const score = await numberOf(card.locator(".score strong"));
        const points = (await card.locator(".reason-points").allTextContents()).map(numberIn);
        expect(points.length).toBe(6);
        expect(points.reduce((a, b) => a + b, 0), await card.innerText()).toBe(score);
        const bar = await card.locator(".score-bar rect").evaluateAll((parts) => parts.map((p) => Number(p.getAttribute("width"))));
        expect(bar.reduce((a, b) => a + b, 0)).toBe(score);
        const held = await card.locator(".card-meta abbr").allTextContents();
        expect(held.some((kind) => ["EI", "ACI", "AI", "ETTI", "EITI", "GEIQ"].includes(kind)), held.join()).toBe(true);
        scores.push(score);
      }
    }
    expect(scores).toHaveLength(fitting);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });
});

test("without the reservation, those it left out are back", async ({ page, place }) => {
  const need = { title: "Entretien des espaces verts", place: "Haute-Garonne" };
  const open = await place.publish(need);
  const kept = await place.publish({ ...need, reservation: "siae" });
  const count = async (id: string) => {
    await page.goto(`/besoins/${id}/structures`);
    return numberOf(page.getByRole("heading", { name: /structures? classées?$/ }));
  };
  const all = await count(open.id);
  const reserved = await count(kept.id);
  const leftOut = numberIn(like(/(\d+) structures? (est écartée|sont écartées)/).exec(await page.locator(".notice").first().innerText())?.[0] ?? "");
  expect(leftOut).toBeGreaterThan(0);
  expect(reserved + leftOut).toBe(all);
});

test("from a search that found nothing to the form, already filled", async ({ page }) => {
  await page.goto("/structures?q=blanchisserie&territoire=Toulouse");
  await page.getByRole("link", { name: "Publier ce besoin" }).click();
  await expect(field(page, WHAT)).toHaveValue("blanchisserie");
  await expect(field(page, WHERE)).toHaveValue("Toulouse (31)");
});

test("the list of needs: by words, place, reservation; an empty one leads on", async ({ page, place }) => {
  const need = await place.publish({ title: place.unique("Numérisation des archives"), place: "Mende", reservation: "both" });
  await page.goto("/besoins");
  await page.getByLabel("Quel travail ?").fill(need.title);
  await page.getByLabel("Où ?").fill("Lozère");
  await page.getByRole("button", { name: "Rechercher" }).click();
  await expect(h1(page)).toHaveText(`1 besoin ouvert pour « ${need.title} », Lozère (48)`);
  await page.getByRole("radio", { name: "L2113-14" }).check();
  await page.getByRole("button", { name: "Appliquer les filtres" }).click();
  await expect(page).toHaveURL(/[?&]reserve=both(&|$)/);
  await expect(needs(page)).toHaveCount(1);
  await page.getByRole("radio", { name: "Recherche de structures" }).check();
  await page.getByRole("button", { name: "Appliquer les filtres" }).click();
  await expect(page).toHaveURL(/[?&]genre=sourcing(&|$)/);
  await expect(needs(page)).toHaveCount(1);
  await page.getByLabel("Où ?").fill("Ariège");
  await page.getByRole("button", { name: "Rechercher" }).click();
  await expect(page.getByRole("heading", { name: "Aucun besoin ne répond à ces choix" })).toBeVisible();
  await page.getByRole("link", { name: "Tous les besoins ouverts" }).click();
  expect(await numberOf(h1(page))).toBeGreaterThanOrEqual(40);
});
