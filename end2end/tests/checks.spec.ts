// The checks that every page goes through see what they are there for.

import { forEveryone } from "./support/look";
import { type Page, expect, test } from "./support/test";

/** The page of the legal notice with something wrong in it, and without the policy that would stop that. */
async function openWith(page: Page, change: (html: string) => string): Promise<void> {
  await page.route("**/mentions-legales", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ contentType: "text/html; charset=utf-8", body: change(await response.text()) });
  });
  await page.goto("/mentions-legales");
}

for (const [what, rule, from, to] of [
  ["no language", "html-has-lang", '<html lang="fr">', "<html>"],
  ["a pale text", "color-contrast", "</main>", '<p style="color:#888;background:#777">pâle</p></main>'],
  ["a field without label", "label", "</main>", "<input></main>"],
  ["a text outside the landmarks (best practice)", "region", "</body>", "<p>dehors</p></body>"],
  ["a box of 400 pixels", "at 320 pixels", "</main>", '<div style="width:400px">large</div></main>'],
]) {
  test(`${what} is seen`, async ({ page }) => {
    await openWith(page, (html) => html.replace(from, to));
    await expect(forEveryone(page)).rejects.toThrow(rule);
  });
}

test("an error in the console and a request to another site are seen", async ({ page, seen }) => {
  await page.route("https://ailleurs.example/**", (route) => route.abort());
  await openWith(page, (html) => html.replace("</main>", '<img alt="" src="https://ailleurs.example/x.png"></main>'));
  await expect(() => {
    expect(seen.errors.join()).toContain("ERR_FAILED");
    expect([...seen.origins]).toContain("https://ailleurs.example");
  }).toPass();
  seen.errors.length = 0;
  seen.origins.delete("https://ailleurs.example");
});
