// Administrators: one comes by the link of the operator with a second factor, sees what readers report, and accepts a facilitateur.

import { codeOfApplication, signIn, signInHalfway, signOut } from "./support/account";
import { forEveryone } from "./support/look";
import { type Page, expect, pathOf, test } from "./support/test";

const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const done = (page: Page) => page.getByRole("status");

test("an administrator takes out what readers report, and accepts a facilitateur", async ({ page, place }) => {
  const [admin, facilitator] = [place.address(), place.address()];
  const need = await place.publish({ title: place.unique("Nettoyage des vitres"), place: "D31" });

  await test.step("a reader reports a need", async () => {
    await page.goto(`/signaler?besoin=${need.id}`);
    await forEveryone(page);
    await press(page, "Signaler");
    await expect(page).toHaveTitle(/^Erreur/);
    await forEveryone(page);
    await page.getByRole("radio").first().check();
    await page.getByLabel("Dites-le en quelques mots").fill("Ce n’est pas cette ville.");
    await press(page, "Signaler");
    await expect(h1(page)).toHaveText("C’est noté");
  });

  await test.step("somebody says to be facilitateur", async () => {
    await signIn(page, place, facilitator);
    await page.goto("/espace/territoires");
    await page.getByLabel("Facilitateur des clauses sociales").check();
    await page.getByLabel("Territoire", { exact: true }).selectOption("D31");
    await page.getByLabel("Pour qui travaillez-vous ?").fill("PLIE du Lac");
    await press(page, "Demander ce territoire");
    await signOut(page);
  });

  await test.step("the operator invites an administrator, who needs a second factor", async () => {
    const link = /https?:\S+/.exec(place.command("admin", "invite", admin))?.[0] ?? "";
    await page.goto(pathOf(link, place.url));
    await forEveryone(page);
    await press(page, "Devenir administrateur");
    await signIn(page, place, admin);
    await page.goto("/administration");
    await expect(page.getByRole("main")).toContainText("second facteur");
    await page.goto("/espace/second-facteur");
    await press(page, "Ajouter une application");
    const key = (await page.locator("code.secret").textContent()) ?? "";
    await page.getByLabel("Le code qu’elle montre").fill(codeOfApplication(key, 0));
    await press(page, "Confirmer");
    await signOut(page);
    await signInHalfway(page, place, admin);
    await page.getByLabel("Code de votre application").fill(codeOfApplication(key, 1));
    await press(page, "Finir de me connecter");
    await page.getByRole("link", { name: "Administrer le service" }).click();
    await expect(h1(page)).toHaveText("Administration");
    await forEveryone(page);
  });

  await test.step("the facilitateur is accepted, the need is taken out, and its author knows why", async () => {
    const card = page.getByRole("listitem").filter({ hasText: need.title });
    await card.getByText("Le retirer").click();
    await forEveryone(page);
    await card.getByLabel("Pourquoi, tel que son auteur le lira").fill("Cet achat est d’une autre ville.");
    await card.getByRole("button", { name: "Retirer ce besoin" }).click();
    await expect(done(page)).toContainText("Le besoin est retiré");
    await page.getByRole("button", { name: `Accepter ${facilitator}` }).click();
    await expect(done(page)).toContainText("La personne en est prévenue par e-mail.");
    await forEveryone(page);

    const acts = page.getByRole("region", { name: "Vous agissez à la place de quelqu’un" });
    await page.goto("/administration");
    await page.getByLabel("Adresse e-mail de son compte").fill(facilitator);
    await page.getByLabel("Pourquoi", { exact: true }).fill("Elle ne trouve pas son territoire");
    await press(page, "Agir à sa place");
    await expect(acts).toContainText(facilitator);
    await forEveryone(page);
    await page.goto("/");
    await expect(acts).toContainText("Elle ne trouve pas son territoire");
    await forEveryone(page);
    await press(page, "Revenir à mon compte");
    await expect(h1(page)).toHaveText("Administration");
    await expect(acts).toHaveCount(0);
    await place.mailTo(facilitator, "ouvre votre espace pour vous aider");
    await signOut(page);
    const mail = await place.mailTo(need.author, need.title);
    expect(mail.text).toContain("Cet achat est d’une autre ville.");
    await place.mailTo(facilitator, "votre demande est acceptée");
  });

  await test.step("the facilitateur sees the territory", async () => {
    await signIn(page, place, facilitator);
    await page.getByRole("link", { name: /Haute-Garonne/ }).click();
    await expect(page.getByRole("main")).toContainText("besoins publiés ici");
    await forEveryone(page);
  });
});
