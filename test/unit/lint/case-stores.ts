import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerAnswers } from '../../../src/lint/live/subject.ts';
import { type CertificateOptions, makeCertificate, makePem, newKey, pemOf } from './make-certificate.ts';

/** When the cases judge certificates. */
export const NOW = Date.UTC(2026, 11, 15);

const authority = { name: 'authority', key: newKey() };
const signed = { issuer: authority };
const PEMS: Readonly<Record<string, () => string>> = {
  good: () => makePem(signed),
  'for-h2': () => makePem({ ...signed, names: ['h2'] }),
  ended: () => makePem({ ...signed, to: 25 }),
  'not-yet': () => makePem({ ...signed, from: 27 }),
  'ends-soon': () => makePem({ ...signed, to: 27 }),
  'server-only': () => makePem({ ...signed, uses: [1] }),
  'client-only': () => makePem({ ...signed, uses: [2] }),
  'no-use': () => makePem({ ...signed, uses: [] }),
  'other-key': () => makePem({ ...signed, otherKey: true }),
  'old-key': () => makePem(signed).replaceAll('PRIVATE KEY', 'EC PRIVATE KEY'),
  'broken-key': () => pemOf('PRIVATE KEY', Buffer.from('none')) + pemOf('CERTIFICATE', makeCertificate(signed)),
  broken: () => pemOf('CERTIFICATE', Buffer.from('none')),
  authority: () => pemOf('CERTIFICATE', makeCertificate({ names: ['authority'], key: authority.key })),
  'other-authority': () => pemOf('CERTIFICATE', makeCertificate({ names: ['authority'] })),
};

/** The bytes of a store by its name; those made by keytool are files. */
export function storeNamed(name: string): Buffer {
  if (name.startsWith('cut ')) return storeNamed(name.slice(4)).subarray(0, 40);
  if (/\.(?:jks|p12)$/.test(name)) return readFileSync(join(import.meta.dirname, 'stores', name));
  const make = PEMS[name];
  if (make === undefined) throw new Error(`there is no store ${name}`);
  return Buffer.from(make());
}

/** A text with the stores in it as one line, as a setting holds them: `<pem:NAME>`. */
export function withStores(text: string): string {
  return text.replace(/<pem:([\w-]+)>/g, (_, name: string) => storeNamed(name).toString().replaceAll('\n', '\\n'));
}

/** What the servers of h1 said: a certificate of these options, or words; what came of the search for credentials. */
export interface Said {
  readonly certificate?: CertificateOptions | undefined;
  readonly reason?: string | undefined;
  readonly unreached?: string | undefined;
  readonly credentials?: 'there' | 'missing' | 'unknown' | undefined;
}

export function answersOf({ certificate, reason, unreached, credentials }: Said): ServerAnswers {
  const at = { file: 'h1/etc/kafka/server.properties', line: 1, column: 1 };
  const shown = {
    ...{ owner: 'h1', host: 'h1', port: 9093, listener: 'SSL', key: 'advertised.listeners', at },
    ...{ isInterBroker: true, isMutual: false, checksName: true, reason },
    certificate: certificate === undefined ? undefined : new X509Certificate(makeCertificate(certificate)),
  };
  const sought = {
    key: 'sasl.mechanism.inter.broker.protocol',
    at,
    owner: 'h1',
    user: 'kafka',
    mechanism: 'SCRAM-SHA-512',
  };
  return {
    unreached: unreached === undefined ? [] : [{ ...shown, reason: unreached }],
    certificates: certificate === undefined && reason === undefined ? [] : [shown],
    credentials: credentials === undefined ? [] : [{ ...sought, found: credentials }],
  };
}
