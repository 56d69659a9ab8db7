// « Est-ce votre métier ? »: a structure of which nobody knows what it does is asked, and its answer becomes what it does.

import { cards, like } from "./support/look";
import { type Mail, type Page, type Place, contactOf, expect, linkOf, pathOf, test } from "./support/test";

const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
const isQuestion = (mail: Mail) => mail.subject.startsWith("Est-ce votre métier ?");
interface Activity { label: string; standing: string }
interface Structure { name: string; activities: Activity[] }

/** A question to a structure that has still said nothing: the demonstration's needs made us ask some. */
async function question(place: Place): Promise<{ siret: string; name: string; sector: string; link: (answer: string) => string }> {
  await expect.poll(() => place.mails.all().filter(isQuestion).length).toBeGreaterThan(2);
  for (const mail of place.mails.all().filter(isQuestion)) {
    const token = new URL(linkOf(mail, "/metier?jeton=")).searchParams.get("jeton") ?? "";
    const siret = token.split(".")[1];
    const structure = await place.json<Structure>(`/api/v1/structures/${siret}`);
    if (structure.activities.length > 0) continue;
    const link = (answer: string) => pathOf(linkOf(mail, "/metier?jeton=").replace(/reponse=\w+/, `reponse=${answer}`), place.url);
    return { siret, name: structure.name, sector: mail.subject.replace("Est-ce votre métier ? ", ""), link };
  }
  throw new Error("every structure that was asked has answered");
}

test("asked by mail, « oui » becomes a confirmed activity, and the search says « Convient »", async ({ page, place }) => {
  const { siret, name, sector, link } = await question(place);
  const show = () => place.json<Structure>(`/api/v1/structures/${siret}`);
  await page.goto(link("oui"));
  await expect(h1(page)).toContainText(sector);
  expect((await show()).activities, "opening the link notes nothing").toHaveLength(0);
  await page.getByRole("button", { name: "Oui, c’est notre métier" }).click();
  await expect(h1(page)).toHaveText("C’est noté");
  await expect.poll(async () => (await show()).activities.map((a) => [a.label, a.standing])).toEqual([[sector, "confirmed"]]);
  await page.goto(`/structures?q=${encodeURIComponent(name)}`);
  await expect(cards(page).filter({ hasText: name })).toContainText("confirmée");
  await page.goto(link("oui"));
  await expect(page.getByText("Vous avez déjà répondu « oui »")).toBeVisible();
});

test("« non » is a no, « voici ce que nous faisons » mails the link of the fiche", async ({ page, place }) => {
  const { siret, name, link } = await question(place);
  await page.goto(link("autre"));
  await page.getByRole("button", { name: "Recevoir le lien de notre fiche" }).click();
  await expect(h1(page)).toHaveText("Un e-mail vous attend");
  await place.mailTo(contactOf(name), "Votre lien pour tenir la fiche");
  await page.goto(link("oui"));
  await page.getByRole("link", { name: "Non, ce n’est pas notre métier" }).click();
  await page.getByRole("button", { name: "Non, ce n’est pas notre métier" }).click();
  await expect(h1(page)).toHaveText("C’est noté");
  expect((await place.json<Structure>(`/api/v1/structures/${siret}`)).activities).toHaveLength(0);
});

test("what is known and what is possible: each link gives as many as it says", async ({ page }) => {
  await page.goto("/structures?secteur=nettoyage-de-locaux-16&territoire=D31");
  const levels = page.getByRole("navigation", { name: "Ce que l’on sait des structures" }).getByRole("link");
  const said = (await levels.allInnerTexts()).map((text) => Number(/(\d+)\s*$/.exec(text)?.[1]));
  expect(said).toHaveLength(5);
  const [all, known, fits, near, possible] = said;
  expect([known, all]).toEqual([fits + near, fits + near + possible]);
  expect(Math.min(fits, possible)).toBeGreaterThan(0);
  for (let n = 0; n < said.length; n += 1) {
    await levels.nth(n).click();
    await expect(levels.nth(n)).toHaveAttribute("aria-current", "true");
    await expect(h1(page)).toContainText(like(new RegExp(`^${said[n]} structure`)));
  }
  for (const card of await cards(page).all()) await expect(card).toContainText(/Possible|Activité inconnue/);
});
