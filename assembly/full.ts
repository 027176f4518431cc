// What the page's kernel does without (asconfig.json: "page"): it trains dense networks, where nobody can
// ask V8 for wide vectors.

/** Whether everything is in this kernel. Code behind it vanishes where it is false. */
// @ts-ignore: asconfig.json defines PAGE_ONLY for the page's kernel
export const FULL: bool = !isDefined(PAGE_ONLY);
