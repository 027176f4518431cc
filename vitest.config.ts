import { defineConfig } from "vitest/config";

/** Every test runs twice: on the shipped kernel and on the bounds-checked one. */
const on = (kernel: "simd" | "check") => ({
  extends: true as const,
  test: {
    name: kernel,
    env: { LAYERWISE_TEST_KERNEL: kernel },
    setupFiles: ["test/support/setup.ts", "test/support/setup-kernel.ts"],
    // The page ships with one kernel.
    exclude: ["**/node_modules/**", ...(kernel === "check" ? ["test/web/**"] : [])],
  },
});

export default defineConfig({
  resolve: {
    conditions: ["source", "node"],
    // The page's sources name the library as its users do.
    alias: { layerwise: new URL("src/index.ts", import.meta.url).pathname },
  },
  ssr: { resolve: { conditions: ["source", "node"], externalConditions: ["node"] } },
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["default", "./test/support/closing-line.ts"],
    testTimeout: 60_000,
    // The browser's tests mostly wait: every core is used, not one less.
    maxWorkers: "100%",
    projects: [on("simd"), on("check")],
  },
});
