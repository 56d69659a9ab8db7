// What is refused, and what every answer carries.

import { contactOf, expect, linkOf, test } from "./support/test";

const SIRET_UNKNOWN = "73282932000074";

test("a page that does not exist: 404, with ways out", async ({ page }) => {
  for (const path of ["/nulle-part", "/structures/12345678901234", "/structures/pas-un-siret", `/structures/${SIRET_UNKNOWN}`, "/besoins/pas-un-besoin", "/besoins/0193f000-0000-7000-8000-000000000000", "/territoires/D999"]) {
    const response = await page.goto(path);
    expect(response?.status(), path).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Cette page n’existe pas, ou plus");
    await expect(page.getByRole("main").getByRole("link")).toHaveText(["Chercher une structure", "Voir les besoins ouverts", "Revenir à l’accueil"]);
  }
});

test("a wrong link: 410, with what to do", async ({ page, place }) => {
  const { results } = await place.json<{ results: { siret: string }[] }>("/api/v1/structures");
  const pages = ["/besoins/confirmer", "/besoins/suivre", "/besoins/repondre", "/messages/arreter", `/structures/${results[0].siret}/gerer`];
  for (const path of pages) {
    for (const token of ["", "?jeton=", "?jeton=p.0~0~AAAA", "?jeton=%00%FF~~"]) {
      const response = await page.goto(path + token);
      expect(response?.status(), path + token).toBe(410);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ce lien n’est plus valable");
    }
  }
});

test("a link allows what it was made for, nothing else", async ({ place }) => {
  const { link } = await place.send({ title: place.unique("Blanchisserie"), place: "Albi" });
  const jeton = new URL(link).searchParams.get("jeton") ?? "";
  const changed = (jeton[2] === "0" ? jeton.slice(0, 2) + "1" : jeton.slice(0, 2) + "0") + jeton.slice(3);
  for (const path of ["/besoins/suivre", "/besoins/repondre", "/messages/arreter"]) {
    expect((await place.get(`${path}?jeton=${encodeURIComponent(jeton)}`)).status, path).toBe(410);
  }
  expect((await place.post(`/messages/arreter?jeton=${encodeURIComponent(jeton)}`, {})).status).toBe(410);
  expect((await place.get(`/besoins/confirmer?jeton=${encodeURIComponent(changed)}`)).status).toBe(410);
  expect((await place.post("/besoins/confirmer", { jeton: changed }, { origin: place.url })).status).toBe(410);
  expect((await place.get(link)).status).toBe(200);
});

test("a form that another site sends is refused: 403", async ({ page, place, seen }) => {
  const { author, link } = await place.send({ title: place.unique("Blanchisserie"), place: "Albi" });
  const jeton = new URL(link).searchParams.get("jeton") ?? "";

  await test.step("by headers", async () => {
    for (const headers of [{ origin: "https://autre.example" }, { origin: "null" }, { referer: "https://autre.example/" }, { "sec-fetch-site": "cross-site", origin: place.url }, {}] as Record<string, string>[]) {
      const response = await place.post("/besoins/confirmer", { jeton }, headers);
      expect(response.status, JSON.stringify(headers)).toBe(403);
    }
  });

  await test.step("by a browser", async () => {
    await page.route("http://autre.example/**", (route) =>
      route.fulfill({
        contentType: "text/html",
        body: `<form method="post" action="${place.url}/besoins/confirmer"><input name="jeton" value="${jeton}"><button>Gagnez</button></form>`,
      }),
    );
    await page.goto("http://autre.example/");
    const [response] = await Promise.all([
      page.waitForResponse((r) => r.request().method() === "POST"),
      page.getByRole("button", { name: "Gagnez" }).click(),
    ]);
    expect(response.status()).toBe(403);
    seen.origins.delete("http://autre.example");
  });

  expect(place.mails.to(author, "Votre besoin est publié")).toHaveLength(0);
  expect((await place.get(link)).status).toBe(200);
});

test("a body that is too large is refused, and the service goes on", async ({ place }) => {
  const response = await place.post("/besoins/nouveau", { quoi: "x".repeat(600_000) }, { origin: place.url });
  expect(response.status).toBe(413);
  expect((await place.get("/")).status).toBe(200);
});

test("headers of safety on every answer", async ({ place }) => {
  const style = /href="(\/style\/[^"]+)"/.exec(await (await place.get("/")).text())?.[1] ?? "";
  const paths = ["/", "/structures", "/besoins", "/besoins/nouveau", "/territoires/D31", "/algorithme", "/nulle-part", "/besoins/suivre?jeton=x", style, "/favicon.svg", "/robots.txt", "/api/v1/structures", "/api/v1/openapi.json", "/health/live", "/health/ready"];
  for (const path of paths) {
    const { headers } = await place.get(path);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy, path).toMatch(/(^|; )default-src 'none'(;|$)/);
    expect(policy, path).toMatch(/(^|; )frame-ancestors 'none'(;|$)/);
    expect(policy, path).toMatch(/(^|; )base-uri 'none'(;|$)/);
    expect(policy, path).not.toContain("unsafe-inline");
    expect(policy, path).not.toMatch(/'unsafe-eval'|strict-dynamic|https?:|\*/);
    expect(headers.get("x-content-type-options"), path).toBe("nosniff");
    expect(headers.get("x-frame-options"), path).toBe("DENY");
    expect(headers.get("referrer-policy"), path).toBe("same-origin");
    expect(headers.get("permissions-policy"), path).toMatch(/camera=\(\).*geolocation=\(\).*microphone=\(\)/);
    expect(headers.get("set-cookie"), path).toBeNull();
    expect(headers.get("x-request-id"), path).toMatch(/^[0-9a-f-]{36}$/);
  }
});

test("pages with islands let their own scripts through, by a nonce of one answer; the others none", async ({ place }) => {
  test.skip(!place.hasIslands, "without the browser build there are no scripts");
  const policyOf = async (path: string) => {
    const response = await place.get(path);
    const policy = response.headers.get("content-security-policy") ?? "";
    return { nonce: /'nonce-([^']+)'/.exec(policy)?.[1], policy, html: await response.text() };
  };
  const nonces = new Set<string>();
  for (const path of ["/", "/", "/structures", "/besoins", "/besoins/nouveau", "/territoires"]) {
    const { nonce, html, policy } = await policyOf(path);
    expect(nonce, path).toBeTruthy();
    expect(policy).toContain("script-src 'self' 'nonce-");
    for (const [tag] of html.matchAll(/<script\b[^>]*>/g)) expect(tag, path).toContain(`nonce="${nonce}"`);
    nonces.add(nonce ?? "");
  }
  expect(nonces.size).toBe(6);
  for (const path of ["/algorithme", "/mentions-legales", "/nulle-part"]) {
    const { policy, html } = await policyOf(path);
    expect(policy, path).not.toContain("script-src");
    expect(html, path).not.toContain("<script");
  }
});

test("no page holds an inline style or an inline handler", async ({ page, place }) => {
  const need = await place.publish({ title: place.unique("Blanchisserie"), place: "Albi" });
  const { results } = await place.json<{ results: { siret: string; name: string }[] }>("/api/v1/structures");
  const manage = await place.manageLink(results[0].siret, contactOf(results[0].name));
  for (const path of ["/", "/structures?q=blanchisserie&territoire=D81", `/structures/${results[0].siret}`, manage, "/besoins/nouveau", `/besoins/${need.id}/structures`, "/territoires/D81", "/algorithme"]) {
    await page.goto(path);
    const found = await page.evaluate(() =>
      [...document.querySelectorAll("*")]
        .filter((e) => e.tagName === "STYLE" || [...e.attributes].some((a) => a.name === "style" || a.name.startsWith("on")))
        .map((e) => e.outerHTML.slice(0, 120)),
    );
    expect(found, path).toEqual([]);
  }
});

test("what people type is shown as text", async ({ page, place }) => {
  const script = "<img src=x onerror=alert(1)>";
  await page.goto(`/structures?q=${encodeURIComponent(script)}&territoire=${encodeURIComponent(script)}`);
  await expect(page.getByLabel("Où ?")).toHaveValue(script);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(script);
  const need = await place.publish({ title: place.unique(`Blanchisserie ${script}`), place: "Albi", details: script });
  await page.goto(`/besoins/${need.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(need.title);
  const mail = await place.mailTo(need.author, "Votre besoin est publié");
  expect(mail.html).not.toContain("<img");
  expect(linkOf(mail, "/besoins/suivre?jeton=")).toContain("jeton=");
  await expect(page.locator("img")).toHaveCount(0);
});
