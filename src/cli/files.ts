// Text files, packed or not, with errors that say what to do.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { gunzipSync } from "node:zlib";
import { fail } from "../errors.ts";
import { nearest } from "./suggest.ts";

/**
 * The text of a UTF-8 file; unpacked if it is gzip, whatever its name.
 * @throws LayerwiseError `fileUnreadable`
 */
export function readText(path: string): string {
  const bytes = readBytes(path);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(isGzip ? gunzipSync(bytes) : bytes);
  } catch (error) {
    const problem = error instanceof TypeError ? "it is not UTF-8 text" : "it can't be unpacked";
    const remedy =
      error instanceof TypeError
        ? "Save it as a CSV file in UTF-8."
        : "Pass a whole .csv or .csv.gz file.";
    throw fail("fileUnreadable", { path, problem, remedy });
  }
}

/** @throws LayerwiseError `fileUnreadable` */
export function writeText(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    const remedy = "Choose another file, in a folder that exists and may be written to.";
    throw fail("fileUnreadable", { path, problem: reason(error, "written"), remedy });
  }
}

/** Makes sure, before work is done for it, that there is such a folder. @throws LayerwiseError `fileUnreadable` */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const remedy = "Choose another folder, one that may be written to.";
    throw fail("fileUnreadable", { path, problem: reason(error, "written"), remedy });
  }
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const meant = neighbor(path);
    const remedy = meant === undefined ? "Pass the path of a CSV file." : `Did you mean ${meant}?`;
    throw fail("fileUnreadable", { path, problem: reason(error, "read"), remedy });
  }
}

/** The file of the same folder whose name is nearest. */
function neighbor(path: string): string | undefined {
  try {
    const names = readdirSync(dirname(path)).filter((name) => name !== basename(path));
    const meant = nearest(basename(path), names);
    return meant && path.slice(0, path.length - basename(path).length) + meant;
  } catch {
    return undefined;
  }
}

/** What a failed system call means, in words. */
export function reason(error: unknown, action: "read" | "written"): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return action === "read" ? "there is no such file" : "no such folder";
  if (code === "EISDIR") return "it is a folder";
  if (code === "EEXIST" || code === "ENOTDIR") return "a file is in the way";
  if (code === "EACCES" || code === "EPERM") return `it may not be ${action}`;
  return `it can't be ${action} (${typeof code === "string" ? code : String(error)})`;
}
