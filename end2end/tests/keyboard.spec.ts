// Without a mouse. The lists of proposals need scripts; the rest does not.

import { accessible, painted, propose, withScripts } from "./support/look";
import { type Page, expect, test } from "./support/test";

const PROPOSALS = "**/api/island/lieux**";
const where = (page: Page) => page.getByRole("combobox", { name: "Où ?", exact: true });
const list = (page: Page) => page.getByRole("listbox", { name: "Lieux proposés" });
const option = (page: Page, n: number) => list(page).getByRole("option").nth(n);

test("the skip link is the first stop and leads to the content", async ({ page }) => {
  for (const path of ["/", "/structures", "/besoins/nouveau"]) {
    await page.goto(path);
    await page.keyboard.press("Tab");
    const skip = page.getByRole("link", { name: "Aller au contenu" });
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("main")).toBeFocused();
  }
});

test("a whole search with the keyboard alone", async ({ page }) => {
  await page.goto("/");
  const words = page.getByLabel("Que cherchez-vous ?");
  for (let stops = 0; !(await words.evaluate((e) => e === document.activeElement)); stops += 1) {
    expect(stops).toBeLessThan(15);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.type("traiteur");
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("Où ?")).toBeFocused();
  await page.keyboard.type("Albi");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/structures?q=traiteur&territoire=Albi");
});

test("every stop of the tabulator can be seen", async ({ page }) => {
  await page.goto("/structures?q=traiteur");
  for (let stop = 0; stop < 25; stop += 1) {
    await page.keyboard.press("Tab");
    const outline = await page.evaluate(() => {
      const focused = document.activeElement;
      if (!focused || focused === document.body) return "nothing";
      const style = getComputedStyle(focused);
      return style.outlineStyle === "none" && style.boxShadow === "none" ? focused.outerHTML.slice(0, 120) : "seen";
    });
    expect(outline).toBe("seen");
  }
});

test.describe("the list of places", () => {
  test.skip(() => !withScripts(), "the list needs scripts");

  test("ArrowDown and Enter take a proposal; a second Enter sends the form", async ({ page }) => {
    await page.goto("/structures");
    await expect(where(page)).toHaveAttribute("aria-expanded", "false");
    await propose(page, where(page), "toulo");
    await expect(option(page, 0)).toContainText("Toulouse (31)");
    await expect(where(page)).not.toHaveAttribute("aria-activedescendant");

    await page.keyboard.press("ArrowDown");
    await expect(option(page, 0)).toHaveAttribute("aria-selected", "true");
    await expect(where(page)).toHaveAttribute("aria-activedescendant", (await option(page, 0).getAttribute("id")) ?? "");
    await accessible(page);
    await page.keyboard.press("ArrowDown");
    await expect(option(page, 0)).toHaveAttribute("aria-selected", "false");
    await expect(option(page, 1)).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("ArrowUp");

    await page.keyboard.press("Enter");
    await expect(where(page)).toHaveValue("Toulouse (31)");
    await expect(list(page)).toBeHidden();
    await expect(page).toHaveURL("/structures");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/[?&]territoire=Toulouse/);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Toulouse (31)");
  });

  test("ArrowUp begins at the end, and the list goes round", async ({ page }) => {
    await page.goto("/structures");
    await propose(page, where(page), "mont");
    const last = (await list(page).getByRole("option").count()) - 1;
    await page.keyboard.press("ArrowUp");
    await expect(option(page, last)).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("ArrowDown");
    await expect(option(page, 0)).toHaveAttribute("aria-selected", "true");
  });

  test("Escape closes the list, keeps what was typed, and chooses nothing", async ({ page }) => {
    await page.goto("/structures");
    await propose(page, where(page), "toulo");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Escape");
    await expect(list(page)).toBeHidden();
    await expect(where(page)).toHaveAttribute("aria-expanded", "false");
    await expect(where(page)).toHaveValue("toulo");
    await expect(where(page)).toBeFocused();
    await expect(where(page)).not.toHaveAttribute("aria-activedescendant");
  });

  test("Tab leaves the field, closes the list, and chooses nothing", async ({ page }) => {
    await page.goto("/structures");
    await propose(page, where(page), "toulo");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    await expect(list(page)).toBeHidden();
    await expect(where(page)).toHaveValue("toulo");
    await expect(where(page)).not.toHaveAttribute("aria-activedescendant");
  });

  test("proposals that come after the field was left stay closed", async ({ page }) => {
    await page.goto("/structures");
    await propose(page, where(page), "toulo");
    await page.keyboard.press("Escape");
    let answer = () => {};
    const allowed = new Promise<void>((resolve) => (answer = resolve));
    const asked = page.waitForRequest(PROPOSALS);
    const answered = page.waitForResponse(PROPOSALS);
    await page.route(PROPOSALS, async (route) => {
      await allowed;
      await route.continue();
    });
    await page.keyboard.type("u");
    await asked;
    await page.keyboard.press("Tab");
    answer();
    await (await answered).finished();
    await painted(page);
    await expect(where(page)).not.toBeFocused();
    await expect(list(page)).toBeHidden();
  });

  test("a click takes a proposal too", async ({ page }) => {
    await page.goto("/structures");
    await propose(page, where(page), "lozere");
    await list(page).getByRole("option", { name: "Lozère (48) département", exact: true }).click();
    await expect(where(page)).toHaveValue("Lozère (48)");
    await expect(list(page)).toBeHidden();
  });

  test("sectors are proposed as places are", async ({ page }) => {
    await page.goto("/besoins/nouveau?secteur=blanchisserie");
    const sector = page.getByRole("combobox", { name: "Un autre secteur" });
    const sectors = page.getByRole("listbox", { name: "Secteurs proposés" });
    await propose(page, sector, "trait");
    await expect(sectors).toBeVisible();
    await page.keyboard.press("ArrowDown");
    const chosen = await sectors.getByRole("option").first().innerText();
    await accessible(page);
    await page.keyboard.press("Enter");
    expect(chosen).toContain(await sector.inputValue());
  });

  test("without an answer of the server the field is a plain field", async ({ page, seen }) => {
    await page.route("**/api/island/**", (route) => route.abort());
    await page.goto("/structures");
    await where(page).pressSequentially("Albi");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/[?&]territoire=Albi/);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Albi (81)");
    seen.errors.length = 0;
  });
});

test.describe("without scripts", () => {
  test.skip(withScripts, "with scripts the list is tested above");

  test("no list pretends to be there", async ({ page }) => {
    await page.goto("/structures");
    await page.getByLabel("Où ?").pressSequentially("toulo");
    await expect(list(page)).toBeHidden();
  });
});
