// A structure no longer wants these mails.

import { figures } from "./support/look";
import { type Page, type Place, contactOf, expect, linkOf, pathOf, test } from "./support/test";

/** The contacts that were told of a need in this place. */
async function toldOf(page: Page, place: Place, title: string): Promise<string[]> {
  const need = await place.publish({ title: place.unique(title), place: "Tarn" });
  const names = page.locator("details.silent").getByRole("listitem").getByRole("link");
  await expect(async () => {
    await page.goto(need.follow);
    expect((await figures(page)).get("prévenues")).toBeGreaterThan(0);
  }).toPass();
  const told = (await names.allInnerTexts()).map(contactOf);
  // The mails are written in one transaction: when the last one is there, no other one comes.
  for (const contact of told) await place.mailTo(contact, need.title);
  const mailed = place.mails.all().filter((mail) => mail.subject.includes(need.title) && mail.to !== need.author);
  expect(mailed.map((mail) => mail.to).sort()).toEqual([...told].sort());
  return told;
}

test("opening the link stops nothing; the button does, and so does the one-click request", async ({ page, place }) => {
  const work = "Collecte des encombrants";
  const before = await toldOf(page, place, work);
  expect(before.length).toBeGreaterThan(2);
  const [byButton, byRequest, ...others] = before;
  const linkFor = async (contact: string) => linkOf(await place.mailTo(contact, work), "/messages/arreter?jeton=");

  await test.step("opening", async () => {
    const link = await linkFor(byButton);
    await place.get(link);
    await page.goto(pathOf(link, place.url));
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ne plus recevoir ces messages");
    expect([...(await toldOf(page, place, work))].sort()).toEqual([...before].sort());
  });

  await test.step("the button", async () => {
    await page.goto(pathOf(await linkFor(byButton), place.url));
    await page.getByRole("button", { name: "Ne plus recevoir ces messages" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("C’est fait");
  });

  await test.step("the one-click request of a mail program (RFC 8058): no page, no Origin", async () => {
    const mail = await place.mailTo(byRequest, work);
    const target = /^<(.+)>$/.exec(mail.headers.get("list-unsubscribe") ?? "")?.[1] ?? "";
    const response = await place.post(target, { "List-Unsubscribe": "One-Click" });
    expect(response.status).toBe(200);
  });

  await test.step("later needs reach the others, and them no more", async () => {
    expect([...(await toldOf(page, place, work))].sort()).toEqual([...others].sort());
  });

  await test.step("a second time is no error, and the page stays public", async () => {
    const link = pathOf(await linkFor(byButton), place.url);
    await page.goto(link);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("C’est fait");
  });

  await test.step("undone by its own link", async () => {
    await page.getByRole("button", { name: "Recevoir de nouveau les besoins" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("C’est fait");
    await expect(page.getByRole("link", { name: "Finalement, ne plus les recevoir" })).toBeVisible();
  });
});
