import { createRequire } from 'node:module';
import { z } from 'zod';

/**
 * The encoders and decoders of Kafka's protocol that kafkajs carries, without its client: the client throws on the first
 * partition without a leader anywhere in the cluster (tulios/kafkajs #1460), which is when a cluster must be looked at.
 * They are not part of its public interface, so its version is pinned, and what they give is checked.
 */
export interface Api<Request, Response> {
  readonly name: string;
  /** The number of the API and the version that is spoken (kafka.apache.org/protocol). */
  readonly key: number;
  readonly version: number;
  encode(request: Request): Promise<Buffer>;
  decode(payload: Buffer): Promise<Response>;
}

const load = createRequire(import.meta.url);

type Callable = (...parameters: readonly unknown[]) => unknown;
const callable = z.custom<Callable>((value) => typeof value === 'function');
const requestSchema = z.object({ apiKey: z.int(), apiVersion: z.int(), encode: callable });
const responseSchema = z.object({ decode: callable });
const encoderSchema = z.object({ buffer: z.instanceof(Buffer) });

/**
 * One version of an API as kafkajs has it. Every broker from 2.8 to 4.x speaks the versions that are named here, so none
 * is negotiated. It is loaded when it is first used.
 * @param folder the API's folder within kafkajs
 */
export function api<Request extends object, Response>(
  name: string,
  place: { readonly folder: string; readonly key: number; readonly version: number },
  response: z.ZodType<Response>,
): Api<Request, Response> {
  const { folder, key, version } = place;
  const file = (part: string): unknown => load(`kafkajs/src/protocol/requests/${folder}/v${version}/${part}.js`);
  return {
    name,
    key,
    version,
    encode: async (request) => {
      const message = requestSchema.parse(callable.parse(file('request'))(request));
      if (message.apiKey !== key || message.apiVersion !== version) throw new TypeError(`${name} is not what it was`);
      return encoderSchema.parse(await message.encode()).buffer;
    },
    decode: async (payload) => response.parse(await responseSchema.parse(file('response')).decode(payload)),
  };
}

/** The name and meaning of an error code, and whether trying again may help. */
export interface ProtocolError {
  readonly code: number;
  readonly type: string;
  readonly message: string;
  readonly retriable: boolean;
}

const errorCodesSchema = z.object({
  errorCodes: z.array(
    z.object({ code: z.int(), type: z.string(), message: z.string(), retriable: z.boolean().default(false) }),
  ),
});

/** What an error code in an answer means; codes newer than kafkajs knows have only their number. */
export function protocolError(code: number): ProtocolError {
  const { errorCodes } = errorCodesSchema.parse(load('kafkajs/src/protocol/error.js'));
  const unknown = { code, type: `error ${code}`, message: 'an error that is not known here', retriable: false };
  return errorCodes.find((known) => known.code === code) ?? unknown;
}
