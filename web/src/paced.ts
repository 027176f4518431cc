// What happens often is passed on seldom: at once if there was nothing for a while, else the newest one
// when the time has come.

export interface Paced<T> {
  (value: T): void;
  /** Passes on what waits, at once. */
  flush(): void;
}

export function paced<T>(run: (value: T) => void, milliseconds: number): Paced<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting: { readonly value: T } | undefined;
  const pass = () => {
    const next = waiting;
    waiting = undefined;
    timer = next && setTimeout(pass, milliseconds);
    if (next) run(next.value);
  };
  const call = (value: T) => {
    waiting = { value };
    if (timer === undefined) pass();
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting) pass();
  };
  return Object.assign(call, { flush });
}
