// What must hold of every page, and reading what it says.

import AxeBuilder from "@axe-core/playwright";
import { type Browser, type Locator, type Page, expect, test } from "@playwright/test";

/** No anomaly of any level for axe, best practices included. */
export async function accessible(page: Page): Promise<void> {
  const { violations } = await (withScripts() ? analyze(page) : analyzeCopy(page));
  const found = violations.map((v) => {
    const nodes = v.nodes.map((n) => `${n.html}\n  ${n.failureSummary}`).join("\n  ");
    return `${v.id} (${v.impact}): ${v.help}\n  ${nodes}`;
  });
  expect(found, `axe on ${page.url()}`).toEqual([]);
}

// One call in the page: there are no frames of other sites to gather.
const analyze = (page: Page) => new AxeBuilder({ page }).setLegacyMode().analyze();

const copies = new WeakMap<Browser, Promise<Page>>();

/** axe is a script: what a page without scripts shows is copied, as it stands, into one that runs them. */
async function analyzeCopy(page: Page) {
  const browser = page.context().browser()!;
  const opened = copies.get(browser) ?? browser.newPage({ javaScriptEnabled: true });
  copies.set(browser, opened);
  const copy = await opened;
  const dark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
  const body = (await page.content()).replace(/<script\b.*?<\/script>|<link rel="modulepreload"[^>]*>/gs, "");
  await copy.setViewportSize(page.viewportSize()!);
  await copy.emulateMedia({ colorScheme: dark ? "dark" : "light" });
  await copy.unrouteAll();
  await copy.route(page.url(), (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body }));
  await copy.goto(page.url());
  return analyze(copy);
}

/** Whether the project runs scripts. */
export function withScripts(): boolean {
  return test.info().project.use.javaScriptEnabled !== false;
}

/**
 * A page for everyone. axe judges it wide and light with scripts, narrow and dark without: both projects together
 * see both. At 320 pixels nothing scrolls sideways, tables in their boxes apart.
 */
export async function forEveryone(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  if (withScripts()) await accessible(page);
  await page.setViewportSize({ width: 320, height: 800 });
  const { whole, seen } = await page.evaluate(() => {
    const root = document.scrollingElement ?? document.documentElement;
    return { whole: root.scrollWidth, seen: root.clientWidth };
  });
  expect(whole, `width of ${page.url()} at 320 pixels`).toBeLessThanOrEqual(seen);
  if (!withScripts()) {
    await page.emulateMedia({ colorScheme: "dark" });
    await accessible(page);
  }
}

/** The same pattern, where a space stands for any space: French has several before « : » and in numbers. */
export function like(pattern: RegExp): RegExp {
  return new RegExp(pattern.source.replaceAll(" ", "\\s+"), pattern.flags);
}

/** « de Chantier », « d’Atelier », « du Relais », « des Jardins ». */
export function ofName(name: string): string {
  if (/^Le /i.test(name)) return `du ${name.slice(3)}`;
  if (/^Les /i.test(name)) return `des ${name.slice(4)}`;
  return /^[aeiouàâéèêëîïôùûü]/i.test(name) ? `d’${name}` : `de ${name}`;
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

/** Types into a field with proposals until those for the whole text are there: the script of the page may be late. */
export async function propose(page: Page, input: Locator, typed: string): Promise<void> {
  await expect(async () => {
    await input.fill("");
    const asked = (url: string) => url.includes("/api/island/") && new URL(url).searchParams.get("q") === typed;
    const answered = page.waitForResponse((response) => asked(response.url()), { timeout: 1_500 });
    await Promise.all([answered, input.pressSequentially(typed)]);
    await (await answered).finished();
    await painted(page);
    await expect(input).toHaveAttribute("aria-expanded", "true", { timeout: 500 });
  }).toPass({ timeout: 20_000 });
}

/** Until what the script of the page has just decided is on the screen. */
export function painted(page: Page): Promise<unknown> {
  return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Opens what is folded: the ways that are not proposed. */
export async function unfold(page: Page): Promise<void> {
  for (const fold of await page.locator(".question > details").all()) {
    if ((await fold.getAttribute("open")) === null) await fold.locator("summary").first().click();
  }
}
