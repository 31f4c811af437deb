/** Python's `%.Nf` of a float. */
export function formatFixed(value: number, digits: number): string {
  const special = notFinite(value);
  if (special !== undefined) return special;
  const text = exactFixed(Math.abs(value), digits);
  return value < 0 || Object.is(value, -0) ? `-${text}` : text;
}

/** Python's `%.Ne`: at least two digits of exponent. */
export function formatScientific(value: number, digits: number): string {
  const special = notFinite(value);
  if (special !== undefined) return special;
  const [mantissa = '', exponent = '0'] = value.toExponential(Math.min(digits, 100)).split('e');
  return `${mantissa}e${twoDigits(Number(exponent))}`;
}

/** Python's `%.Ng`: fixed or scientific, whichever is shorter, without trailing zeros. */
export function formatGeneral(value: number, precision: number): string {
  const special = notFinite(value);
  if (special !== undefined) return special;
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const digits = Math.min(precision === 0 ? 1 : precision, 100);
  const [mantissa = '', power = '0'] = value.toExponential(digits - 1).split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= digits) return `${trimZeros(mantissa)}e${twoDigits(exponent)}`;
  return trimZeros(formatFixed(value, Math.max(0, digits - 1 - exponent)));
}

/**
 * Rounds to a number of decimal digits, halves to the even digit of the exact binary value, as Python's `round()`.
 * `digits` may be negative.
 */
export function roundFloat(value: number, digits: number): number {
  if (!Number.isFinite(value)) return value;
  if (digits >= 0) return digits > 22 ? value : Number(formatFixed(value, digits));
  const unit = 10 ** -digits;
  const scaled = value / unit;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
  return rounded * unit;
}

// toFixed() rounds exact halves up, Python to even, and it gives up above 1e21: the exact binary fraction decides.
function exactFixed(value: number, digits: number): string {
  const { numerator, denominator } = fraction(value);
  const scaled = numerator * 10n ** BigInt(digits);
  let quotient = scaled / denominator;
  const twice = (scaled % denominator) * 2n;
  if (twice > denominator || (twice === denominator && quotient % 2n === 1n)) quotient += 1n;
  const text = quotient.toString().padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

function fraction(value: number): { numerator: bigint; denominator: bigint } {
  let mantissa = value;
  let power = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    power += 1;
  }
  return { numerator: BigInt(mantissa), denominator: 2n ** BigInt(power) };
}

function twoDigits(exponent: number): string {
  return `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function notFinite(value: number): string | undefined {
  if (Number.isNaN(value)) return 'nan';
  return Number.isFinite(value) ? undefined : value > 0 ? 'inf' : '-inf';
}
