import { defineConfig } from "@playwright/test";
import { existsSync } from "node:fs";

const browsers = [process.env.PLACE_CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"];
const executablePath = browsers.find((path) => path && existsSync(path));
const desktop = { width: 1280, height: 900 };

export default defineConfig({
  testDir: "tests",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  reporter: "list",
  // What a machine needs that does other work besides: a story of twenty pages took 31 seconds at a load of 13.
  timeout: 90_000,
  expect: { timeout: 10_000 },
  use: {
    locale: "fr-FR",
    timezoneId: "Europe/Paris",
    viewport: desktop,
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    launchOptions: {
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
  projects: [
    { name: "javascript", use: { javaScriptEnabled: true } },
    { name: "no-javascript", use: { javaScriptEnabled: false } },
  ],
});
