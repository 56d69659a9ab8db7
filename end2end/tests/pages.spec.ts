// Every page and state: no anomaly for axe, no sideways scroll at 320 pixels (support/look.ts), no console error
// (support/test.ts).

import { cards, figures, forEveryone, like } from "./support/look";
import { type Page, type Place, type Published, contactOf, expect, isoInDays, linkOf, pathOf, test } from "./support/test";

type Open = (page: Page, place: Place) => Promise<void>;

const at =
  (path: string): Open =>
  async (page) => {
    await page.goto(path);
  };

const published = (place: Place): Promise<Published> =>
  place.publish({ title: place.unique("Entretien des espaces verts"), place: "Haute-Garonne", reservation: "siae", hours: "200", details: "Deux hectares." });

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

async function structure(place: Place): Promise<{ siret: string; name: string }> {
  const { results } = await place.json<{ results: { siret: string; name: string }[] }>("/api/v1/structures?kind=ETTI");
  return results[0];
}

async function manage(place: Place): Promise<string> {
  const { siret, name } = await structure(place);
  return place.manageLink(siret, contactOf(name));
}

/** The mail that tells a structure of a need which was just published. */
async function told(page: Page, place: Place) {
  const need = await published(place);
  const names = page.locator("details.silent").getByRole("listitem").getByRole("link");
  await expect(async () => {
    await page.goto(need.follow);
    expect((await figures(page)).get("prévenues")).toBeGreaterThan(0);
  }).toPass();
  const mail = await place.mailTo(contactOf(await names.first().innerText()), need.title);
  return { need, link: (start: string) => pathOf(linkOf(mail, start), place.url) };
}

/** What a link of a question leads to: the needs of the demonstration made us ask some. */
const question =
  (answer: string): Open =>
  async (page, place) => {
    const asked = () => place.mails.all().filter((mail) => mail.subject.startsWith("Est-ce votre métier ?"));
    await expect.poll(() => asked().length).toBeGreaterThan(0);
    await page.goto(pathOf(linkOf(asked()[0], "/metier?jeton=").replace(/reponse=\w+/, `reponse=${answer}`), place.url));
  };

async function fillNeed(page: Page, place: Place): Promise<void> {
  await page.goto("/besoins/nouveau");
  await page.getByLabel("De quoi avez-vous besoin ?").fill("Entretien des espaces verts");
  await page.getByLabel("Où ?").fill("Toulouse");
  await page.getByLabel("Jusqu’à quand").fill(isoInDays(30));
  await page.getByLabel("Votre adresse e-mail").fill(place.address());
  await press(page, "Relire avant d’envoyer");
}

/** A step of a draft, by the words of its link. */
const step =
  (link: string): Open =>
  async (page, place) => {
    await fillNeed(page, place);
    await press(page, "Préciser d’abord");
    await page.getByRole("link", { name: link, exact: true }).click();
  };

const PAGES: [name: string, title: RegExp, open: Open][] = [
  ["home", /^La Place des marchés/, at("/")],
  ["search, all", /^\d+ structures – /, at("/structures")],
  ["search, words and place", /^\d+ structures pour « entretien espaces verts », Toulouse/, at("/structures?q=entretien+espaces+verts&territoire=Toulouse")],
  ["search, filters on, by distance, corrected", /« blanchisserie », Occitanie/, at("/structures?q=blanchiserie&territoire=R76&type=ACI&type=EI&mode=prestation&reserve=siae&tri=distance")],
  ["search, second page", /^\d+ structures – /, at("/structures?page=2&tri=nom")],
  ["search, nothing found", /^0 structure/, at("/structures?q=blanchisserie&territoire=Barbaira&type=EATT")],
  ["search, nothing known of these words", /^0 structure/, at("/structures?q=xyzzyplugh")],
  ["search, unknown place", /^\d+ structures/, at("/structures?territoire=Atlantide-sur-Mer")],
  ["search, what is only possible", /^\d+ structures? pour « traiteur », Toulouse/, at("/structures?q=traiteur&territoire=Toulouse&niveau=possible")],
  ["structure", /n° \d+ \(exemple\)/, async (page, place) => void (await page.goto(`/structures/${(await structure(place)).siret}`))],
  ["structure, link asked for", /n° \d+ \(exemple\)/, async (page, place) => {
    await page.goto(`/structures/${(await structure(place)).siret}`);
    await press(page, "Recevoir le lien");
  }],
  ["manage", /^Tenir la fiche d(e |’)/, async (page, place) => void (await page.goto(await manage(place)))],
  ["manage, saved", /^Tenir la fiche d(e |’)/, async (page, place) => {
    await page.goto(await manage(place));
    await press(page, "Enregistrer");
    await expect(page.getByRole("status")).toContainText("Enregistré.");
  }],
  ["manage, with an error", /^Erreur/, async (page, place) => {
    await page.goto(await manage(place));
    await page.getByLabel("Capacité").fill("beaucoup");
    await press(page, "Enregistrer");
  }],
  ["needs", /^\d+ besoins ouverts – /, at("/besoins")],
  ["needs, filtered", /^\d+ besoins?/, at("/besoins?q=nettoyage&reserve=siae&clos=1")],
  ["needs, none", /^0 besoin/, at("/besoins?q=xyzzyplugh")],
  ["needs, unknown place", /^\d+ besoins/, at("/besoins?territoire=Atlantide-sur-Mer")],
  ["need form", /^Publier un besoin/, at("/besoins/nouveau")],
  ["need form, filled from a search", /^Publier un besoin/, at("/besoins/nouveau?quoi=blanchisserie&ou=Toulouse&secteur=blanchisserie")],
  ["need form, sent empty", /^Erreur/, async (page) => {
    await page.goto("/besoins/nouveau");
    await press(page, "Relire avant d’envoyer");
  }],
  ["need form, with errors everywhere", /^Erreur/, async (page) => {
    await page.goto("/besoins/nouveau?ou=Atlantide&secteur=lévitation");
    await page.getByLabel("Volume de travail").fill("beaucoup");
    await page.getByLabel("Précisions", { exact: true }).fill("x".repeat(5001));
    await press(page, "Relire avant d’envoyer");
  }],
  ["need, read again", /^Relire votre besoin/, fillNeed],
  ["need, sent", /^Un e-mail vous attend/, async (page, place) => {
    await fillNeed(page, place);
    await press(page, "M’envoyer le lien de publication");
  }],
  ["need, to be published", /^Publier ce besoin/, async (page, place) => {
    const { link } = await place.send({ title: "Blanchisserie", place: "Albi", reservation: "handicap" });
    await page.goto(link);
  }],
  ["follow, just published", /^Réponses à « /, async (page, place) => {
    const { link } = await place.send({ title: "Blanchisserie", place: "Albi" });
    await page.goto(link);
    await press(page, "Publier ce besoin");
    await expect(page.getByRole("status")).toContainText("Votre besoin est publié.");
  }],
  ["follow, with answers", /^Réponses à « /, async (page, place) => {
    const { need, link } = await told(page, place);
    await page.goto(link("/besoins/repondre?jeton="));
    await page.getByLabel("Un mot à l’acheteur").fill("Disponibles.");
    await press(page, "Se dire intéressée");
    await page.goto(need.follow);
    await expect(page.locator("li.card")).toHaveCount(1);
  }],
  ["need", /^Entretien des espaces verts/, async (page, place) => void (await page.goto(`/besoins/${(await published(place)).id}`))],
  ["need, ranked list", /^Structures pour « /, async (page, place) => {
    await page.goto(`/besoins/${(await published(place)).id}/structures`);
    await expect(cards(page)).not.toHaveCount(0);
  }],
  ["need, ranked list of nobody", /^Structures pour « /, async (page, place) => {
    const need = await place.publish({ title: place.unique("Blanchisserie"), place: "Cayenne" });
    await page.goto(`/besoins/${need.id}/structures`);
    await expect(page.getByRole("heading", { name: "Aucune structure connue ne convient" })).toBeVisible();
  }],
  ["question, yes", /^Est-ce votre métier/, question("oui")],
  ["question, the fiche", /^Est-ce votre métier/, question("autre")],
  ["question, noted", /^C’est noté/, async (page, place) => {
    await question("autre")(page, place);
    await press(page, "Recevoir le lien de notre fiche");
  }],
  ["answer, interested", /^Intéressée?/, async (page, place) => void (await page.goto((await told(page, place)).link("/besoins/repondre?jeton=")))],
  ["answer, declined", /^Pas cette fois/, async (page, place) => {
    const { link } = await told(page, place);
    await page.goto(link("/besoins/repondre?jeton="));
    await page.getByRole("link", { name: "Pas cette fois" }).click();
    await expect(page.getByRole("button", { name: "Répondre « pas cette fois »" })).toBeVisible();
  }],
  ["answer, with an error", /^Erreur/, async (page, place) => {
    await page.goto((await told(page, place)).link("/besoins/repondre?jeton="));
    await page.getByLabel("Un mot à l’acheteur").fill("x".repeat(2001));
    await press(page, "Se dire intéressée");
  }],
  ["answered", /^C’est noté/, async (page, place) => {
    await page.goto((await told(page, place)).link("/besoins/repondre?jeton="));
    await press(page, "Se dire intéressée");
  }],
  ["stop", /^Ne plus recevoir ces messages/, async (page, place) => void (await page.goto((await told(page, place)).link("/messages/arreter?jeton=")))],
  ["stopped", /^C’est fait/, async (page, place) => {
    await page.goto((await told(page, place)).link("/messages/arreter?jeton="));
    await press(page, "Ne plus recevoir ces messages");
  }],
  ["steps, subject", /^L’objet – /, step("L’objet")],
  ["steps, subject, with errors", /^Erreur/, async (page, place) => {
    await step("L’objet")(page, place);
    await page.getByLabel("Où ?").fill("Atlantide-sur-Mer");
    await page.getByLabel("De quoi avez-vous besoin ?").fill("?");
    await press(page, "Garder");
  }],
  ["steps, buyer", /^L’acheteur – /, step("L’acheteur")],
  ["steps, lot", /^Le lot – /, step("Ce qui est demandé")],
  ["steps, lot, with errors", /^Erreur/, async (page, place) => {
    await step("Ce qui est demandé")(page, place);
    await page.getByLabel("Code CPV principal").fill("12");
    await page.getByLabel("Durée").fill("mille");
    await page.getByLabel("Titre du lot").fill(`${"Très ".repeat(60)}long`);
    await press(page, "Garder ce lot");
  }],
  ["steps, law", /^La voie juridique – /, step("Voie juridique")],
  ["steps, advice", /^Partager le lot, répondre à plusieurs – /, step("Partager, grouper")],
  ["steps, files", /^Les pièces – /, step("Les pièces")],
  ["steps, questions", /^Les questions aux structures – /, step("Les questions aux structures")],
  ["steps, read again", /^Relire et publier – /, step("Relire avant de publier")],
  ["hours of insertion", /^Calculer les heures d’insertion – /, at("/heures")],
  ["hours of insertion, an error", /^Calculer les heures d’insertion – /, at("/heures?montant=beaucoup")],
  ["territories", /^France entière – /, at("/territoires")],
  ["territory, région", /^Occitanie – /, at("/territoires/R76")],
  ["territory, département", /^Haute-Garonne \(31\) – /, at("/territoires/D31")],
  ["territory, commune without anything", /^.+ \(11\) – /, at("/territoires/C11027")],
  ["territory, unknown", /^France entière – /, at("/territoires?territoire=Atlantide-sur-Mer")],
  ["how ranking works", /^Comment le classement est fait – /, at("/algorithme")],
  ["rules of the law", /^Les règles de droit – /, at("/regles")],
  ["legal notice", /^Mentions légales – /, at("/mentions-legales")],
  ["personal data", /^Données personnelles – /, at("/donnees-personnelles")],
  ["accessibility", /^Accessibilité : non conforme – /, at("/accessibilite")],
  ["404", /^Cette page n’existe pas/, at("/nulle-part")],
  ["410", /^Ce lien n’est plus valable/, at("/besoins/suivre?jeton=x")],
];

for (const [name, title, open] of PAGES) {
  test(name, async ({ page, place }) => {
    await open(page, place);
    await expect(page).toHaveTitle(like(title));
    await forEveryone(page);
  });
}

test("folded on a phone, the menu and the filters open", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 800 });
  await page.goto("/structures?type=ACI");
  const menu = page.getByRole("navigation", { name: "Navigation principale" });
  await expect(menu).toBeHidden();
  await page.locator("summary", { hasText: "Menu" }).click();
  await expect(menu).toBeVisible();
  const apply = page.getByRole("button", { name: "Appliquer les filtres" });
  await expect(apply).toBeHidden();
  await page.locator("summary", { hasText: "Filtres (1 actif)" }).click();
  await expect(apply).toBeVisible();
  await forEveryone(page);
  await menu.getByRole("link", { name: "Territoires" }).click();
  await expect(page).toHaveURL("/territoires");
});
