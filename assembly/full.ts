// What the page's kernel does without (asconfig.json: "page"): it trains dense networks, where nobody can
// ask V8 for wide vectors.

/** Whether everything is in this kernel. Code behind it vanishes where it is not. */
// @ts-ignore: decorator
@inline
export function full(): bool {
  // @ts-ignore: asconfig.json defines it for the page's kernel
  return !isDefined(PAGE_ONLY);
}
