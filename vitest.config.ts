import { defineConfig } from "vitest/config";

const NO_CHECK = [
  "test/{web,engines,cli,onnx,bench,metrics,io}/**",
  "test/data/!(random|initializers).test.ts",
];

/**
 * Every test runs twice: on the shipped kernel and on the bounds-checked one; what is about whole runs once
 * more, with every plan on two threads.
 */
const on = (kernel: "simd" | "check", threads = 1) => ({
  extends: true as const,
  test: {
    name: threads > 1 ? "threads" : kernel,
    env: {
      LAYERWISE_TEST_KERNEL: kernel,
      ...(threads > 1 && { LAYERWISE_TEST_THREADS: String(threads) }),
    },
    include: [
      threads > 1
        ? "test/api/{determinism,edges,errors,gradients,lens,lens-spaces,not-finite,recorded-losses,saving,streams,units}.test.ts"
        : "test/**/*.test.ts",
    ],
    setupFiles: ["test/support/setup.ts", "test/support/setup-kernel.ts"],
    // The page ships with one kernel, and some have nothing to do with any.
    exclude: ["**/node_modules/**", ...(kernel === "check" ? NO_CHECK : [])],
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
    reporters: ["default", "./test/support/closing-line.ts"],
    testTimeout: 60_000,
    // The browser's tests mostly wait: every core is used, not one less.
    maxWorkers: "100%",
    projects: [on("simd"), on("check"), on("simd", 2)],
  },
});
