import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { readJks } from './jks.ts';

/** What a keystore or truststore holds, as far as it can be told. */
export interface KeyStore {
  /** A certificate of the server first, then those of who signed it; of a truststore all that are trusted. */
  readonly certificates: readonly X509Certificate[];
  /** Why it cannot be used; then there are no certificates, or the key is wrong. */
  readonly problem?: string | undefined;
}

/** What a store is read with. A secret is used to open the store, and is in no result. */
export interface StoreInput {
  /** As Kafka names it: JKS, PKCS12 or PEM. */
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly password?: string | undefined;
}

/**
 * Reads a store. A type that is not known, and a PKCS#12 file with a cipher that this machine has not, give `undefined`:
 * nothing can be said of it.
 */
export function readStore({ type, bytes, password }: StoreInput): KeyStore | undefined {
  const found = kindOf(bytes);
  const kind = type.toUpperCase();
  if (kind === 'PEM') return found === 'PEM' ? readPem(text(bytes)) : wrongKind('PEM', found);
  if (kind !== 'JKS' && kind !== 'PKCS12') return undefined;
  // Java reads either of the two as the other (keystore.type.compat).
  if (found === 'JKS') return readJks(bytes, password);
  return found === 'PKCS12' ? readPkcs12(bytes, password) : wrongKind(kind, found);
}

function wrongKind(wanted: string, found: string | undefined): KeyStore {
  return { certificates: [], problem: `is ${found === undefined ? 'no' : `${found}, and not`} ${wanted}` };
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function kindOf(bytes: Uint8Array): 'JKS' | 'PKCS12' | 'PEM' | undefined {
  if (bytes.length > 4 && Buffer.from(bytes.subarray(0, 4)).toString('hex') === 'feedfeed') return 'JKS';
  if (text(bytes).includes('-----BEGIN ')) return 'PEM';
  return bytes[0] === 0x30 ? 'PKCS12' : undefined;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*?)-----END \1-----/g;

/** The parts of a text in PEM; the lines of a part may have been joined with blanks. */
function blocksOf(pem: string): { readonly label: string; readonly der: Buffer }[] {
  return [...pem.matchAll(BLOCK)].map(([, label = '', body = '']) => ({
    label,
    der: Buffer.from(body.replace(/\s+/g, ''), 'base64'),
  }));
}

/** Reads certificates, and a key when there is one: it must be that of the first certificate. */
export function readPem(chain: string, key = chain): KeyStore {
  const certificates: X509Certificate[] = [];
  for (const { der } of blocksOf(chain).filter(({ label }) => label === 'CERTIFICATE')) {
    try {
      certificates.push(new X509Certificate(der));
    } catch {
      return { certificates: [], problem: 'holds a certificate that cannot be read' };
    }
  }
  const [own] = certificates;
  if (own === undefined) return { certificates, problem: 'holds no certificate' };
  return { certificates, problem: keyProblem(own, blocksOf(key)) };
}

function keyProblem(own: X509Certificate, blocks: ReturnType<typeof blocksOf>): string | undefined {
  const old = blocks.find(({ label }) => /^(?:RSA|EC|DSA) PRIVATE KEY$/.test(label));
  if (old !== undefined) return `has a key in the form "${old.label}", and Kafka reads only PKCS#8 ("PRIVATE KEY")`;
  // An encrypted key needs its password, and may have a cipher that this machine has not.
  const plain = blocks.find(({ label }) => label === 'PRIVATE KEY');
  if (plain === undefined) return undefined;
  try {
    const key = createPrivateKey({ key: plain.der, format: 'der', type: 'pkcs8' });
    return own.checkPrivateKey(key) ? undefined : 'has a key that is not that of its certificate';
  } catch {
    return 'has a key that cannot be read';
  }
}

/** OpenSSL opens it; which certificate is in it, it tells by a function that is there but not promised. */
function readPkcs12(bytes: Uint8Array, password: string | undefined): KeyStore | undefined {
  if (password === undefined) return undefined;
  try {
    const { context } = createSecureContext({ pfx: Buffer.from(bytes), passphrase: password });
    const read: unknown = context.getCertificate?.();
    return { certificates: read instanceof Uint8Array ? [new X509Certificate(read)] : [] };
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (/mac verify failure|invalid password/i.test(message))
      return { certificates: [], problem: 'does not open with its password' };
    return /not enough data|asn1|too long/i.test(message)
      ? { certificates: [], problem: 'is cut off, or no store' }
      : undefined;
  }
}
