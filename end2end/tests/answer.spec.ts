// A structure is told of a need by mail, and answers.

import { figures, like, numberIn } from "./support/look";
import { type Page, contactOf, expect, linkOf, pathOf, test } from "./support/test";

const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
/** The names of those who were told and did not answer, on the author's page. */
const silent = (page: Page) => page.locator("details.silent").getByRole("listitem").getByRole("link");

/** How many answers of each kind the author's page counts. */
async function answers(page: Page) {
  const counts = [...(await figures(page))];
  const of = (label: RegExp) => counts.find(([text]) => label.test(text))?.[1];
  return { interested: of(/^intéressées?$/), declined: of(/^pas cette fois$/) };
}

/** The author's page, as soon as structures were told. */
async function openFollow(page: Page, path: string): Promise<void> {
  await expect(async () => {
    await page.goto(path);
    expect((await figures(page)).get("prévenues")).toBeGreaterThan(0);
  }).toPass();
}

test("told by mail, « Intéressé » with a message, then « Pas cette fois » in its place", async ({ page, place }) => {
  const need = await place.publish({ title: place.unique("Nettoyage des locaux"), place: "Montpellier", reservation: "siae", hours: "90" });
  await openFollow(page, need.follow);
  const name = await silent(page).first().innerText();
  const contact = contactOf(name);
  const mail = await place.mailTo(contact, need.title);
  const link = (start: string) => pathOf(linkOf(mail, start), place.url);

  await test.step("the mail: how to stop, which need, why, with which points", () => {
    const stop = linkOf(mail, "/messages/arreter?jeton=");
    expect(mail.subject).toBe(`Un besoin pour vous : ${need.title} (Montpellier (34))`);
    expect(mail.headers.get("list-unsubscribe")).toBe(`<${stop}>`);
    expect(mail.headers.get("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
    expect(mail.headers.get("message-id")).toMatch(/^<[0-9a-f]{32}@place\.example>$/);
    expect(mail.headers.get("auto-submitted")).toBe("auto-generated");
    expect(mail.text).toContain(name.trim());
    expect(mail.text).toContain("L2113-13");
    const score = numberIn(like(/\((\d+) points sur 100\)/).exec(mail.text)?.[1] ?? "");
    const points = [...mail.text.matchAll(/^ {2}- .*\((\d+) points?\)$/gm)].map(([, n]) => Number(n));
    expect(points).toHaveLength(6);
    expect(points.reduce((a, b) => a + b, 0)).toBe(score);
    expect(new URL(linkOf(mail, `/besoins/${need.id}`)).pathname).toBe(`/besoins/${need.id}`);
    expect(mail.html).toContain("Ne plus recevoir ces messages");
  });

  await test.step("opening the link answers nothing", async () => {
    await place.get(link("/besoins/repondre?jeton="));
    await page.goto(link("/besoins/repondre?jeton="));
    await expect(h1(page)).toHaveText("Se dire intéressée");
    await expect(page.getByRole("main")).toContainText(name);
    await page.goto(need.follow);
    await expect(page.getByText("Aucune réponse pour l’instant.")).toBeVisible();
  });

  await test.step("a message that is too long comes back whole, with the reason", async () => {
    await page.goto(link("/besoins/repondre?jeton="));
    const long = "mot ".repeat(500) + "!";
    await page.getByLabel("Un mot à l’acheteur (facultatif)").fill(long);
    await page.getByRole("button", { name: "Se dire intéressée" }).click();
    await expect(page).toHaveTitle(/^Erreur/);
    await expect(page.getByRole("alert")).toContainText("2 000 caractères");
    await expect(page.getByLabel("Un mot à l’acheteur (facultatif)")).toHaveValue(long);
  });

  await test.step("the button answers; the author sees it and gets a mail", async () => {
    await page.getByLabel("Un mot à l’acheteur (facultatif)").fill("Disponibles dès lundi.\nVisite ?");
    await page.getByRole("button", { name: "Se dire intéressée" }).click();
    await expect(h1(page)).toHaveText("C’est noté");
    const received = await place.mailTo(need.author, `${name} (${need.title})`);
    expect(received.text).toContain("Disponibles dès lundi.\nVisite ?");
    await page.goto(pathOf(linkOf(received, "/besoins/suivre?jeton="), place.url));
    const card = page.locator("li.card");
    await expect(card).toHaveCount(1);
    await expect(card.getByRole("link", { name })).toBeVisible();
    await expect(card.locator(".tag")).toHaveText(/^Intéressée?$/);
    await expect(card).toContainText("Disponibles dès lundi.");
    await expect(card.getByRole("link", { name: contact })).toHaveAttribute("href", `mailto:${contact}`);
    expect(await answers(page)).toEqual({ interested: 1, declined: 0 });
    await expect(silent(page).filter({ hasText: name })).toHaveCount(0);
    await page.goto(`/besoins/${need.id}`);
    expect((await figures(page)).get("intéressée à ce jour")).toBe(1);
    await expect(page.getByRole("main")).not.toContainText("Disponibles");
  });

  await test.step("a later answer replaces it", async () => {
    const declined = like(/^Pas cette fois : (\S+)$/m).exec(mail.text)?.[1] ?? "";
    await page.goto(pathOf(declined, place.url));
    await expect(h1(page)).toHaveText("Pas cette fois");
    await expect(page.getByText(like(/^Vous avez déjà répondu « Intéressée? »/))).toBeVisible();
    await page.getByRole("button", { name: "Répondre « pas cette fois »" }).click();
    await expect(h1(page)).toHaveText("C’est noté");
    await place.mailTo(need.author, `Pas cette fois : ${name}`);
    await page.goto(need.follow);
    const card = page.locator("li.card");
    await expect(card).toHaveCount(1);
    await expect(card.locator(".tag")).toHaveText("Pas cette fois");
    await expect(card).not.toContainText("Disponibles");
    await expect(card.getByRole("link", { name: contact })).toHaveCount(0);
    expect(await answers(page)).toEqual({ interested: 0, declined: 1 });
    await page.goto(`/besoins/${need.id}`);
    expect((await figures(page)).get("intéressée à ce jour")).toBe(0);
  });
});

test("every structure that was told got one mail of its own, with its own links", async ({ page, place }) => {
  const need = await place.publish({ title: place.unique("Blanchisserie du linge plat"), place: "Gard" });
  await openFollow(page, need.follow);
  const told = (await silent(page).allInnerTexts()).map(contactOf);
  for (const contact of told) await place.mailTo(contact, need.title);
  const mails = place.mails.all().filter((mail) => mail.subject.includes(need.title) && mail.to !== need.author);
  expect(mails.map((mail) => mail.to).sort()).toEqual([...told].sort());
  for (const of of ["message-id", "list-unsubscribe"]) {
    expect(new Set(mails.map((mail) => mail.headers.get(of))).size).toBe(told.length);
  }
  await page.goto(`/besoins/${need.id}`);
  expect([...(await figures(page)).entries()].find(([label]) => label.startsWith("prévenue"))?.[1]).toBe(told.length);
});

test("the link in a mail opens its page: the public page of the need, the structure's own page", async ({ page, place }) => {
  const need = await place.publish({ title: place.unique("Traiteur pour un séminaire"), place: "Hérault" });
  await openFollow(page, need.follow);
  const name = await silent(page).first().innerText();
  const mail = await place.mailTo(contactOf(name), need.title);
  await page.goto(pathOf(linkOf(mail, "/besoins/0"), place.url));
  await expect(h1(page)).toHaveText(need.title);
  await page.goto(pathOf(linkOf(mail, "/structures/"), place.url));
  await expect(h1(page)).toHaveText(name);
  await expect(page.getByRole("button", { name: "Recevoir le lien" })).toBeVisible();
});
