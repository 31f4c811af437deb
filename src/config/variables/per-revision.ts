/**
 * Keeps what `make` gave until the state of a host changes. A lazy dict keeps the values it has computed, so one that
 * outlives a task has to be made anew then.
 */
export function perRevision<T>(revision: () => number, make: () => T): () => T {
  let kept: { readonly revision: number; readonly value: T } | undefined;
  return () => {
    const now = revision();
    if (kept?.revision !== now) kept = { revision: now, value: make() };
    return kept.value;
  };
}
