import type { Verdict } from '../verify/check.ts';
import type { Paint } from '../verify/verify-text.ts';

/** Select Graphic Rendition (ECMA-48): green, yellow, red, grey. */
const colours: Readonly<Record<Verdict, number>> = { pass: 32, warn: 33, fail: 31, skipped: 90 };

export function paintOf(color: boolean): Paint {
  return color ? (verdict, text) => `\u001b[${colours[verdict]}m${text}\u001b[0m` : (_, text) => text;
}
