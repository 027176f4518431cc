// A reporter that ends the run with one plain line: what passed, failed and was skipped.

import type { Reporter, TestCase, TestModule } from "vitest/node";

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = (state: ReturnType<TestCase["result"]>["state"]) =>
      modules.reduce((sum, it) => sum + [...it.children.allTests(state)].length, 0);
    const [passed, failed, skipped] = [count("passed"), count("failed"), count("skipped")];
    // After the summary, which is written in the same turn.
    setImmediate(() => console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`));
  }
}
