// Paths as the caller means them: npm runs scripts in the folder of their package.

import { resolve } from "node:path";

export function fromCaller(path: string): string {
  return resolve(process.env.INIT_CWD ?? ".", path);
}
