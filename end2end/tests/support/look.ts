// What must hold of every page, and reading what it says.

import AxeBuilder from "@axe-core/playwright";
import { type Locator, type Page, expect } from "@playwright/test";

/** No anomaly of any level for axe, best practices included. */
export async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map((v) => `${v.id} (${v.impact}): ${v.help}\n  ${v.nodes.map((n) => `${n.html}\n  ${n.failureSummary}`).join("\n  ")}`);
  expect(found, `axe on ${page.url()}`).toEqual([]);
}

/** A page for everyone: axe in the light and wide, then narrow and in the dark, where nothing scrolls sideways. */
export async function forEveryone(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  await accessible(page);
  const wide = page.viewportSize() ?? { width: 1280, height: 900 };
  await page.setViewportSize({ width: 320, height: 800 });
  await page.emulateMedia({ colorScheme: "dark" });
  const { whole, seen } = await page.evaluate(() => {
    const root = document.scrollingElement ?? document.documentElement;
    return { whole: root.scrollWidth, seen: root.clientWidth };
  });
  expect(whole, `width of ${page.url()} at 320 pixels`).toBeLessThanOrEqual(seen);
  await accessible(page);
  await page.setViewportSize(wide);
  await page.emulateMedia({ colorScheme: "light" });
}

/** The first number of a text: « 1 234 structures » is 1234. */
export function numberIn(text: string): number {
  const found = /\d[\d\s]*/.exec(text);
  if (!found) throw new Error(`no number in « ${text} »`);
  return Number(found[0].replace(/\s/g, ""));
}

/** The number that a text on the page begins with. */
export async function numberOf(locator: Locator): Promise<number> {
  return numberIn((await locator.textContent()) ?? "");
}

/** The big numbers of a page, by what they count. */
export async function figures(page: Page): Promise<Map<string, number>> {
  const texts = await page.locator(".figures > li").allInnerTexts();
  return new Map(
    texts.map((text) => {
      const [, number, label] = /^([\d\s]+?)\s+(\D.*)$/s.exec(text.trim()) ?? [];
      return [label.replace(/\s+/g, " "), numberIn(number)];
    }),
  );
}

/** The cards of a list of structures. */
export function cards(page: Page): Locator {
  return page.locator("ol.cards > li.card");
}
