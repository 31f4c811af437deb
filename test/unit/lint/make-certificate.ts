import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What a certificate of a test says; whatever is not given is as a broker needs it. */
export interface CertificateOptions {
  readonly names?: readonly string[] | undefined;
  /** Years of two digits, from the beginning of one to the beginning of the other. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Numbers of 1.3.6.1.5.5.7.3: 1 is serverAuth, 2 clientAuth. */
  readonly uses?: readonly number[] | undefined;
  readonly key?: KeyPair | undefined;
  readonly issuer?: { readonly name: string; readonly key: KeyPair };
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export const newKey = (): KeyPair => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** An element of DER: its tag, its length, its contents. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const length =
    body.length < 128
      ? [body.length]
      : body.length < 256
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const nameOf = (common: string): Buffer => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(common)))));
const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), der(0x04, value));
const dayOf = (year: number): Buffer => der(0x17, Buffer.from(`${String(year).padStart(2, '0')}0101000000Z`));

/** A certificate of version 3 in DER (RFC 5280), signed with ECDSA. */
export function makeCertificate(options: CertificateOptions = {}): Buffer {
  const { names = ['h1'], from = 20, to = 49, uses = [1, 2], key = newKey() } = options;
  const issuer = options.issuer ?? { name: names[0] ?? '', key };
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const alternative = sequence(...names.map((each) => der(0x82, Buffer.from(each))));
  const use = sequence(...uses.map((each) => oid(`2b0601050507030${each}`)));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(7)])),
    algorithm,
    nameOf(issuer.name),
    sequence(dayOf(from), dayOf(to)),
    nameOf(names[0] ?? ''),
    key.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension('551d11', alternative), ...(uses.length === 0 ? [] : [extension('551d25', use)]))),
  );
  const signature = sign('sha256', body, issuer.key.privateKey);
  return sequence(body, algorithm, der(0x03, Buffer.from([0]), signature));
}

/** A part of a file in PEM. */
export function pemOf(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** A certificate with its key, as a keystore in PEM has them. */
export function makePem(options: CertificateOptions & { readonly otherKey?: boolean } = {}): string {
  const key = options.key ?? newKey();
  const shown = options.otherKey === true ? newKey() : key;
  const pkcs8 = shown.privateKey.export({ type: 'pkcs8', format: 'der' });
  return pemOf('PRIVATE KEY', pkcs8) + pemOf('CERTIFICATE', makeCertificate({ ...options, key }));
}
