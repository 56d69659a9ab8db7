// A buyer looks for structures.

import { cards, like, numberOf } from "./support/look";
import { type Page, expect, test } from "./support/test";

const GREEN = "/structures?q=entretien+espaces+verts&territoire=Toulouse";

async function search(page: Page, words: string, where: string): Promise<void> {
  await page.getByLabel("Que cherchez-vous ?").fill(words);
  await page.getByLabel("Où ?").fill(where);
  await page.getByRole("button", { name: "Rechercher" }).click();
}

function heading(page: Page) {
  return page.getByRole("heading", { level: 1 });
}

const names = (page: Page) => cards(page).getByRole("heading", { level: 2 }).allInnerTexts();
const parameters = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);

test("from the home page to results, each with its reasons", async ({ page }) => {
  await page.goto("/");
  await search(page, "entretien espaces verts", "Toulouse");
  await expect(page).toHaveURL(GREEN);
  await expect(heading(page)).toHaveText(like(/^\d+ structures pour « entretien espaces verts », Toulouse \(31\)$/));
  await expect(page.getByLabel("Où ?")).toHaveValue("Toulouse (31)");
  const shown = await cards(page).count();
  expect(shown).toBe(Math.min(20, await numberOf(heading(page))));
  for (const card of await cards(page).all()) {
    await expect(card).toContainText(like(/Convient|Voisin|Possible|Activité inconnue|mots? trouvés?/));
    await expect(card).toContainText(like(/couvre \d+ % du lieu, Toulouse \(31\)|zone d’intervention à demander/));
    await expect(card).toContainText(like(/siège sur place|à \d+ km/));
    await expect(card).toContainText(like(/SIRET 000 \d{3} \d{3} \d{5}/));
  }
  await expect(cards(page).first()).toContainText("Convient");
});

test("a box, « Appliquer les filtres », a chip: the count said is the count given, and the URL holds it", async ({ page }) => {
  await page.goto(GREEN);
  const all = await numberOf(heading(page));
  const types = page.getByRole("group", { name: "Type de structure" });
  const box = page.getByRole("checkbox", { name: "(ACI)" });
  const said = await numberOf(types.locator("li").filter({ has: box }).locator(".check-count"));
  expect(said).toBeGreaterThan(0);
  expect(said).toBeLessThan(all);

  await box.check();
  await page.getByRole("button", { name: "Appliquer les filtres" }).click();
  await expect(page).toHaveURL(/[?&]type=ACI(&|$)/);
  expect(parameters(page)).toMatchObject({ q: "entretien espaces verts", type: "ACI" });
  expect(await numberOf(heading(page))).toBe(said);
  await expect(box).toBeChecked();
  for (const card of await cards(page).all()) await expect(card.locator(".card-meta abbr", { hasText: "ACI" })).toBeVisible();

  await page.getByRole("link", { name: "Retirer le filtre ACI" }).click();
  await expect(page).not.toHaveURL(/type=/);
  expect(await numberOf(heading(page))).toBe(all);
  await expect(box).not.toBeChecked();

  await page.goBack();
  await expect(page).toHaveURL(/[?&]type=ACI(&|$)/);
  expect(await numberOf(heading(page))).toBe(said);
  await expect(box).toBeChecked();
});

test("two filters at once, then « tout retirer »", async ({ page }) => {
  await page.goto("/structures?territoire=D31");
  const all = await numberOf(heading(page));
  await page.getByRole("group", { name: "Type de structure" }).getByRole("checkbox", { name: "(EI)" }).check();
  await page.getByRole("group", { name: "marché réservé" }).getByRole("radio", { name: "(L2113-13)" }).check();
  await page.getByRole("button", { name: "Appliquer les filtres" }).click();
  await expect(page.getByRole("link", { name: /^Retirer le filtre/ })).toHaveText([/EI/, /L2113-13/]);
  expect(await numberOf(heading(page))).toBeLessThan(all);
  await page.getByRole("link", { name: "tout retirer" }).click();
  expect(await numberOf(heading(page))).toBe(all);
  await expect(page.getByRole("link", { name: /^Retirer le filtre/ })).toHaveCount(0);
});

test("sorted by name, page after page, no structure twice", async ({ page }) => {
  await page.goto("/structures?territoire=D31");
  const total = await numberOf(heading(page));
  expect(total).toBeGreaterThan(20);
  const byName = page.getByRole("navigation", { name: "Trier les résultats" }).getByRole("link", { name: "nom" });
  await byName.click();
  await expect(page).toHaveURL(/[?&]tri=nom(&|$)/);
  await expect(byName).toHaveAttribute("aria-current", "true");
  const seen = await names(page);
  const pages = page.getByRole("navigation", { name: "Pages de résultats" });
  const next = pages.getByRole("link", { name: "Page suivante" });
  for (let at = 2; at <= Math.ceil(total / 20); at += 1) {
    await next.click();
    await expect(page).toHaveURL(new RegExp(`[?&]page=${at}(&|$)`));
    await expect(pages.locator("[aria-current=page]")).toHaveText(String(at));
    seen.push(...(await names(page)));
  }
  await expect(next).toHaveCount(0);
  expect(seen).toHaveLength(total);
  expect(new Set(seen).size).toBe(total);
  const folded = seen.map((name) => name.normalize("NFD").replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ").toLowerCase());
  expect(folded).toEqual([...folded].sort());

  await page.goBack();
  await expect(pages.locator("[aria-current=page]")).toHaveText(String(Math.ceil(total / 20) - 1));
});

test("sorted by distance, the nearest seat first", async ({ page }) => {
  await page.goto(GREEN);
  await page.getByRole("navigation", { name: "Trier les résultats" }).getByRole("link", { name: "distance" }).click();
  await expect(page).toHaveURL(/[?&]tri=distance(&|$)/);
  const texts = await cards(page).locator(".facts").allInnerTexts();
  const km = texts.map((text) => Number(like(/à (\d+) km/).exec(text)?.[1] ?? 0));
  expect(km).toEqual([...km].sort((a, b) => a - b));
});

test("from a result to the structure: what it does, where, since when, who may answer what", async ({ page }) => {
  await page.goto(GREEN);
  const link = cards(page).first().getByRole("heading", { level: 2 }).getByRole("link");
  const name = await link.innerText();
  await link.click();
  await expect(page).toHaveURL(/\/structures\/[a-z0-9-]+-000\d{11}$/);
  await expect(heading(page)).toHaveText(name);
  await expect(page.getByRole("region", { name: "Ce qu’elle fait, et où" }).getByRole("row")).not.toHaveCount(0);
  await expect(page.getByRole("rowheader", { name: /espaces verts|jardins/i })).toBeVisible();
  await expect(page.getByRole("img", { name: like(/^Carte : part de la population couverte/) })).toBeVisible();
  await expect(page.getByText(like(/^000 \d{3} \d{3} \d{5}$/))).toBeVisible();
  for (const article of ["L2113-12", "L2113-13", "L2113-14"]) {
    await expect(page.getByRole("listitem").filter({ hasText: `(article ${article})` })).toBeVisible();
  }
  await page.goBack();
  await expect(page).toHaveURL(GREEN);
});

test("nothing found: wider searches with their counts, and following one gives that many", async ({ page }) => {
  await page.goto("/");
  await search(page, "blanchisserie", "Barbaira");
  await page.goto("/structures?q=blanchisserie&territoire=Barbaira&type=EATT");
  await expect(heading(page)).toHaveText(like(/^0 structure pour « blanchisserie », Barbaira \(11\)$/));
  await expect(page.getByRole("heading", { name: "Élargir la recherche" })).toBeVisible();
  const rows = page.locator(".empty .rows > li").filter({ has: page.locator(".muted") });
  const count = await rows.count();
  expect(count).toBeGreaterThan(0);
  for (let n = 0; n < count; n += 1) {
    const said = await numberOf(rows.nth(n).locator(".muted"));
    expect(said).toBeGreaterThan(0);
    await rows.nth(n).getByRole("link").click();
    expect(await numberOf(heading(page))).toBe(said);
    await page.goBack();
    await expect(rows).toHaveCount(count);
  }
  await expect(page.getByRole("main").getByRole("link", { name: "Publier ce besoin" }).first()).toHaveAttribute("href", /quoi=blanchisserie.*ou=Barbaira/);
});

test("an unknown place: the error stands at the field, and what was typed stays", async ({ page }) => {
  await page.goto("/");
  await search(page, "traiteur", "Atlantide-sur-Mer");
  const where = page.getByLabel("Où ?");
  await expect(where).toHaveValue("Atlantide-sur-Mer");
  await expect(where).toHaveAttribute("aria-invalid", "true");
  await expect(where).toHaveAccessibleDescription(like(/^Lieu inconnu : écrivez le nom d’une commune/));
  await expect(page.getByLabel("Que cherchez-vous ?")).toHaveValue("traiteur");
});

test("a typo is corrected, and the page says so", async ({ page }) => {
  await page.goto("/structures?q=blanchisserie");
  const right = await numberOf(heading(page));
  await page.getByLabel("Que cherchez-vous ?").fill("blanchiserie");
  await page.getByRole("button", { name: "Rechercher" }).click();
  await expect(page.getByText(like(/Compris : .*« blanchiserie » lu comme « blanchisserie »/))).toBeVisible();
  await expect(heading(page)).toHaveText(like(/« blanchisserie »/));
  expect(await numberOf(heading(page))).toBe(right);
  await expect(page.getByLabel("Que cherchez-vous ?")).toHaveValue("blanchiserie");
});

test("a place among the words is understood, with the way back", async ({ page }) => {
  await page.goto("/");
  await search(page, "traiteur albi", "");
  await expect(heading(page)).toHaveText(like(/^\d+ structures? pour « traiteur », Albi \(81\)$/));
  await page.getByRole("link", { name: "Chercher ces mots tels quels" }).click();
  await expect(page).toHaveURL(/[?&]mots=1(&|$)/);
  await expect(heading(page)).toHaveText(like(/« traiteur albi »$/));
});

test("words taken as they are stay so with a filter", async ({ page }) => {
  await page.goto("/structures?q=traiteur+albi&mots=1");
  await expect(heading(page)).toHaveText(like(/« traiteur albi »$/));
  await page.getByRole("checkbox", { name: "Siège en quartier prioritaire" }).check();
  await page.getByRole("button", { name: "Appliquer les filtres" }).click();
  await expect(page).toHaveURL(/[?&]qpv=1(&|$)/);
  await expect(heading(page)).toHaveText(like(/« traiteur albi »$/));
});

test("the number of a structure finds it", async ({ page }) => {
  await page.goto("/structures?territoire=D48");
  const siret = like(/SIRET ([\d\s]+)/).exec(await cards(page).first().innerText())?.[1].trim() ?? "";
  const name = (await names(page))[0];
  await page.goto(`/structures?q=${encodeURIComponent(siret)}`);
  expect(await names(page)).toEqual([name]);
});
