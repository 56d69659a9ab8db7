// What every test has: its server, and a page on which nothing may go wrong unseen.

import { test as base, expect } from "@playwright/test";
import { Place } from "./place";

export { expect };
export type { Page, Locator } from "@playwright/test";
export * from "./place";
export { linkOf } from "./mail";
export type { Mail } from "./mail";

interface Seen {
  /** Console errors and exceptions. */
  errors: string[];
  /** Origins that a page asked anything of. */
  origins: Set<string>;
}

interface TestFixtures {
  seen: Seen;
}

interface WorkerFixtures {
  place: Place;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  place: [
    async ({}, use) => {
      const place = await Place.start();
      await use(place);
      await place.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],

  baseURL: async ({ place }, use) => use(place.url),

  // A page without console error, exception or request to another site: checked at the end of each test.
  seen: [
    async ({ context, place }, use, info) => {
      const seen: Seen = { errors: [], origins: new Set() };
      context.on("console", (message) => {
        // The document itself may answer 4xx: that is what some tests are about.
        const document = message.location().url === message.page()?.url();
        const refused = message.text().startsWith("Failed to load resource") && document;
        if (message.type() === "error" && !refused) seen.errors.push(`${message.page()?.url()}: ${message.text()}`);
      });
      context.on("weberror", (error) => seen.errors.push(String(error.error())));
      context.on("request", (request) => {
        const url = new URL(request.url());
        if (url.protocol.startsWith("http")) seen.origins.add(url.origin);
      });
      await use(seen);
      if (info.status !== info.expectedStatus) {
        console.log(`--- server of « ${info.title} »\n${place.logEnd()}\n---`);
      }
      expect(seen.errors, "console errors").toEqual([]);
      expect([...seen.origins].filter((origin) => origin !== place.url), "other sites asked").toEqual([]);
    },
    { auto: true },
  ],
});
