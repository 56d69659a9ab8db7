// A facilitateur watches a territory.

import { figures, like, numberIn, numberOf } from "./support/look";
import { type Page, expect, test } from "./support/test";

const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
const row = (page: Page, table: string, name: string) =>
  page.getByRole("region", { name: table }).getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });
const choose = async (page: Page, typed: string) => {
  await page.getByLabel("Quel territoire ?").fill(typed);
  await page.getByRole("button", { name: "Voir ce territoire" }).click();
};

test("from the home page to a territory, by its name", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Voir mon territoire" }).click();
  await expect(page).toHaveURL("/territoires");
  await expect(h1(page)).toHaveText("France entière : qui peut répondre, et ce qui manque");
  for (const [typed, path, name] of [
    ["Haute-Garonne", "D31", "Haute-Garonne (31)"],
    ["31", "D31", "Haute-Garonne (31)"],
    ["toulouse", "C31555", "Toulouse (31)"],
    ["Occitanie", "R76", "Occitanie"],
  ]) {
    await choose(page, typed);
    await expect(page).toHaveURL(`/territoires/${path}`);
    await expect(h1(page)).toHaveText(`${name} : qui peut répondre, et ce qui manque`);
  }
});

test("a territory that does not exist is said so, with what was typed", async ({ page }) => {
  await page.goto("/territoires");
  await choose(page, "Atlantide-sur-Mer");
  await expect(page.getByRole("status").filter({ hasText: "Lieu inconnu." })).toContainText("« Atlantide-sur-Mer »");
});

test("a need posted in a département is on its page, with the number of structures behind a link", async ({ page, place }) => {
  const before = await place.json<{ total: number }>("/api/v1/needs?place=D48");
  const need = await place.publish({ title: place.unique("Réparation de vélos"), place: "Mende" });
  await page.goto("/territoires/D48");
  await expect(row(page, "Besoins ouverts", need.title)).toContainText("Mende (48)");
  expect((await figures(page)).get("besoins ouverts")).toBe(before.total + 1);
  const fitting = row(page, "Besoins ouverts", need.title).getByRole("link").nth(1);
  const said = await numberOf(fitting);
  await fitting.click();
  await expect(page).toHaveURL(`/besoins/${need.id}/structures?niveau=convient`);
  expect(await numberOf(page.getByRole("heading", { name: /structures? classées?$/ }))).toBe(said);
});

test("a need that nobody can meet is counted as such, where it is", async ({ page, place }) => {
  const without = async (path: string) => {
    await page.goto(path);
    return (await figures(page)).get("sans structure connue") ?? -1;
  };
  const [there, elsewhere] = [await without("/territoires/D973"), await without("/territoires/D48")];
  const need = await place.publish({ title: place.unique("Blanchisserie"), place: "Cayenne" });
  expect(await without("/territoires/D48")).toBe(elsewhere);
  expect(await without("/territoires/D973")).toBe(there + 1);
  await page.getByRole("link", { name: "sans structure connue" }).click();
  await expect(page).toHaveURL(/#besoins$/);
  await expect(row(page, "Besoins ouverts", need.title)).toContainText("aucune");
});

for (const [label, list] of [
  [/^structures? y (a son|ont leur) siège$/, like(/^(\d+) structures?, Haute-Garonne \(31\)/)],
  [/^structures? y intervien/, like(/^(\d+) structures?, Haute-Garonne \(31\)/)],
  [/^besoins? ouverts?$/, like(/^(\d+) besoins? ouverts?(?: ici, \d+ autour)?, Haute-Garonne \(31\)/)],
] as const) {
  test(`the number behind « ${label.source} » leads to a list of that many`, async ({ page }) => {
    await page.goto("/territoires/D31");
    const [name, said] = [...(await figures(page))].find(([text]) => label.test(text)) ?? ["", -1];
    expect(said).toBeGreaterThan(0);
    await page.locator(".figures").getByRole("link", { name }).click();
    await expect(h1(page)).toHaveText(list);
    expect(await numberOf(h1(page))).toBe(said);
  });
}

test("the number of each type leads to a list of that many", async ({ page }) => {
  await page.goto("/territoires/D31");
  const rows = page.getByRole("region", { name: "par type" }).getByRole("row").filter({ has: page.getByRole("rowheader") });
  const types = await rows.evaluateAll((all) =>
    all.map((r) => ({ href: r.querySelector("a")?.getAttribute("href") ?? "", said: r.querySelector("td")?.textContent ?? "" })),
  );
  expect(types.length).toBeGreaterThan(3);
  const given: Record<string, number> = {};
  const said: Record<string, number> = {};
  for (const type of types) {
    said[type.href] = numberIn(type.said);
    await page.goto(type.href);
    given[type.href] = await numberOf(h1(page));
  }
  expect(given).toEqual(said);
});

test("from the région down to a commune, seats adding up, and back up by the path", async ({ page }) => {
  await page.goto("/territoires/R76");
  const seated = [...(await figures(page))].find(([label]) => label.endsWith("siège"))?.[1];
  const parts = page.getByRole("region", { name: "Territoires qui le composent" }).getByRole("row").filter({ has: page.getByRole("rowheader") });
  await expect(parts).toHaveCount(13);
  const counts = (await parts.getByRole("cell").allTextContents()).map(numberIn);
  expect(counts.reduce((a, b) => a + b, 0)).toBe(seated);
  expect(counts).toEqual([...counts].sort((a, b) => b - a));
  for (const down of ["Lozère (48)", "Communauté de communes Cœur de Lozère", "Mende (48)"]) {
    await page.getByRole("region", { name: "Territoires qui le composent" }).getByRole("link", { name: down }).click();
    await expect(h1(page)).toContainText(down);
  }
  const path = page.getByRole("navigation", { name: "Fil d’Ariane" });
  await expect(path.locator("[aria-current=page]")).toHaveText("Mende (48)");
  await path.getByRole("link", { name: "Occitanie" }).click();
  await expect(page).toHaveURL("/territoires/R76");
});

test("a sector that nobody is known for leads to a need in it, there", async ({ page }) => {
  await page.goto("/territoires/D48");
  const section = page.locator("section").filter({ has: page.getByRole("heading", { name: "Ce qui est demandé, et qui peut y répondre" }) });
  const said = Number(like(/(\d+) secteurs sur \d+/).exec(await section.innerText())?.[1]);
  expect(said).toBeGreaterThan(0);
  await section.locator("summary").click();
  const links = section.getByRole("listitem").filter({ hasText: /\s0$/ }).getByRole("link");
  await expect(links).toHaveCount(said);
  const sector = await links.first().innerText();
  await links.first().click();
  await expect(h1(page)).toHaveText("Publier un besoin");
  await expect(page.getByLabel("Où ?", { exact: true })).toHaveValue("Lozère (48)");
  await expect(page.getByRole("checkbox", { name: sector, exact: true })).toBeChecked();
});
