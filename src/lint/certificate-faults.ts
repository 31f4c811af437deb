import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

const SERVER_USE = '1.3.6.1.5.5.7.3.1';
const CLIENT_USE = '1.3.6.1.5.5.7.3.2';
const ANY_USE = '2.5.29.37.0';
const DAY = 24 * 60 * 60 * 1000;
/** Days before its end in which a certificate is told about. */
const SOON = 30;

/** Whether clients that look for this name or address accept the certificate. */
export function isFor(certificate: X509Certificate, host: string): boolean {
  return (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;
}

/** The names and addresses in a certificate, as people read them. */
export function namesIn(certificate: X509Certificate): string {
  const alternative = certificate.subjectAltName?.replaceAll(/DNS:|IP Address:/g, '');
  return alternative ?? certificate.subject.replaceAll('\n', ', ');
}

/** What is wrong with the time of a certificate. `now`: milliseconds since the epoch. */
export function timeFault(
  certificate: X509Certificate,
  now: number,
): { readonly message: string; readonly severity: 'error' | 'warning' } | undefined {
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  if (now < from) return { message: `is valid only from ${day(from)}`, severity: 'error' };
  if (now > to) return { message: `ended on ${day(to)}`, severity: 'error' };
  return to - now < SOON * DAY
    ? { message: `ends on ${day(to)}, in ${Math.floor((to - now) / DAY)} days`, severity: 'warning' }
    : undefined;
}

/** The uses that a certificate does not have and a broker needs; one that names no use has all of them. */
export function missingUses(certificate: X509Certificate, isClient: boolean): string[] {
  const uses: readonly string[] | undefined = certificate.keyUsage;
  if (uses === undefined || uses.includes(ANY_USE)) return [];
  return [
    ...(uses.includes(SERVER_USE) ? [] : ['serverAuth']),
    ...(isClient && !uses.includes(CLIENT_USE) ? ['clientAuth'] : []),
  ];
}

/** Whether one of the trusted certificates is in the chain, or has signed one of it. */
export function isTrusted(chain: readonly X509Certificate[], trusted: readonly X509Certificate[]): boolean {
  return chain.some((each) =>
    trusted.some(
      (anchor) =>
        anchor.fingerprint256 === each.fingerprint256 || (each.checkIssued(anchor) && each.verify(anchor.publicKey)),
    ),
  );
}
