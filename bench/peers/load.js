// Stays as it is when all else is bundled to build/peers/: what is imported by name is found from the folder
// of the importing file, and the peers are installed beside this one.

/** @type {(name: string) => Promise<unknown>} */
export const load = (name) => import(name);
