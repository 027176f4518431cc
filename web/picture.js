// Makes strip.png, the README's picture: the strip of the default network after so many steps.
//
//     npm run build && node web/picture.js

import { launchChromium, serveBuiltPage } from "./built-page.js";

const STEP = "4000";

const browser = await launchChromium();
const server = await serveBuiltPage();
const page = await browser.newPage({ viewport: { width: 1440, height: 1400 }, bypassCSP: true });
await page.goto(server.url);
await page.locator("main[data-weights]").waitFor();
const step = page.getByRole("spinbutton", { name: "Step", exact: true });
await step.fill(STEP);
await step.press("Enter");
await page.locator(`main[data-weights][data-step="${STEP}"]`).waitFor();
// Past what follows the last frame: a picture at rest.
await page.waitForTimeout(1000);
await page.addStyleTag({ content: "section[aria-label='Time'] { display: none }" });
await page.locator("#strip").screenshot({ path: "web/strip.png" });
await browser.close();
await server.close();
