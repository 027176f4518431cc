// Lighthouse's verdict on the built page, desktop, in Chromium. It is no dependency: npx fetches it.
//
//     npm run build && node bench/lighthouse.js

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumPath, serveBuiltPage } from "../web/built-page.js";

const VERSION = "12.2.3";
const CHROME_PATH = chromiumPath();
const server = await serveBuiltPage();
const report = join(mkdtempSync(join(tmpdir(), "lighthouse-")), "report.json");
try {
  const args = [
    "--yes",
    `lighthouse@${VERSION}`,
    server.url,
    "--preset=desktop",
    "--quiet",
    "--output=json",
    `--output-path=${report}`,
    "--only-categories=performance,accessibility,best-practices",
    "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
  ];
  await new Promise((resolve, reject) => {
    const run = spawn("npx", args, {
      stdio: "inherit",
      env: { ...process.env, CHROME_PATH },
    });
    run.on("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`lighthouse ended with ${code}`)),
    );
  });
} finally {
  await server.close();
}
const { categories, audits } = JSON.parse(readFileSync(report, "utf8"));
for (const { title, score, auditRefs } of Object.values(categories)) {
  console.log(`${title}: ${Math.round(score * 100)}`);
  for (const { id, weight } of auditRefs) {
    const audit = audits[id];
    if (weight > 0 && audit.score !== null && audit.score < 0.9) {
      console.log(`  ${audit.title}: ${audit.displayValue ?? audit.score}`);
    }
  }
}
