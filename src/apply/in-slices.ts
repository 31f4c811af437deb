/**
 * Milliseconds of deciding after which the sockets get their turn. A host answers a step of the handshake within a few, and
 * its next step waits for us.
 */
const SLICE_MS = 4;

/** Does the steps one after the other, and lets connections go on in between. @returns what came of them */
export async function inSlices<T>(steps: Generator<undefined, T>): Promise<T> {
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - since < SLICE_MS) continue;
    await new Promise<void>((resolve) => setImmediate(resolve));
    since = performance.now();
  }
}
