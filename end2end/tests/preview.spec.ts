// The form of a need counts the structures that fit while it is being filled.

import { accessible, numberOf, propose, withScripts } from "./support/look";
import { type Page, expect, isoInDays, test } from "./support/test";

const preview = (page: Page) => page.getByRole("complementary", { name: "Qui pourrait répondre" }).getByRole("status");
const count = (page: Page) => preview(page).locator(".count");
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const WHAT = "De quoi avez-vous besoin ?";

test("what the address brings is counted at once", async ({ page }) => {
  await page.goto("/besoins/nouveau");
  await expect(preview(page)).toHaveText("Dites quoi et où : le nombre de structures qui conviennent s’affichera ici.");
  await page.goto("/besoins/nouveau?quoi=blanchisserie&ou=Toulouse");
  await expect(preview(page)).toContainText("Lieu : Toulouse (31).");
  await expect(preview(page)).toContainText("Secteur : Blanchisserie");
  expect(await numberOf(count(page))).toBeGreaterThan(0);
});

test.describe("while typing", () => {
  test.skip(() => !withScripts(), "counting while typing needs scripts");

  /** Types until the preview speaks of it: the script of the page may still be on its way. */
  async function fill(page: Page, label: string, text: string, says: string): Promise<void> {
    await expect(async () => {
      await field(page, label).fill("");
      await field(page, label).fill(text);
      await expect(preview(page)).toContainText(says, { timeout: 1_500 });
    }).toPass();
  }

  test("what and where change the count; the check page gives the same one", async ({ page }) => {
    await page.goto("/besoins/nouveau");
    await field(page, WHAT).fill("blanchisserie");
    await fill(page, "Où ?", "Toulouse", "Lieu : Toulouse (31).");
    const there = await numberOf(count(page));
    expect(there).toBeGreaterThan(0);
    await accessible(page);

    await fill(page, "Où ?", "Occitanie", "Lieu : Occitanie.");
    const wider = await numberOf(count(page));
    expect(wider).toBeGreaterThan(there);

    await fill(page, WHAT, "traiteur", "Secteur : Traiteur");
    await page.getByText("Préciser (facultatif)").click();
    await page.getByRole("radio", { name: /^Réservé aux structures d’insertion/ }).check();
    await expect(preview(page)).toContainText("par la réservation.");
    const fitting = await numberOf(count(page));

    await field(page, "Jusqu’à quand les structures peuvent-elles répondre ?").fill(isoInDays(20));
    await field(page, "Votre adresse e-mail professionnelle").fill("a@mairie.example");
    await page.getByRole("button", { name: "Relire avant d’envoyer" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Relisez votre besoin");
    expect(await numberOf(page.locator(".count"))).toBe(fitting);
  });

  test("a proposal that is taken counts as typed", async ({ page }) => {
    await page.goto("/besoins/nouveau?quoi=blanchisserie");
    await propose(page, field(page, "Où ?"), "lozere");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect(preview(page)).toContainText("Lieu : Lozère (48).");
  });
});
