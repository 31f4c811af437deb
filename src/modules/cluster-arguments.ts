import { z } from 'zod';
import { endpointSchema } from './dialing.ts';
import { plainOf } from './json-value.ts';

/** Seconds, with a fraction if need be, up to a day. */
export const seconds = z.preprocess((value) => {
  const plain = plainOf(value);
  return typeof plain === 'string' && /^\d+(\.\d+)?$/.test(plain.trim()) ? Number(plain) : plain;
}, z.number('a number of seconds is wanted').min(0).max(86_400));

/** A server's log on its host: one path for all hosts, or a dict of host to path. */
export const logFile = z.preprocess(
  plainOf,
  z.union([z.string().min(1), z.record(z.string(), z.string().min(1))], 'a path, or a dict of host to path, is wanted'),
);
export type LogFile = z.output<typeof logFile>;

/** The path of a host's log, when there is one. */
export function logPath(given: LogFile | undefined, host: string): string | undefined {
  return typeof given === 'string' ? given : given?.[host];
}

/** Servers to ask first: a list of `host:port`, or one text with commas. */
export const bootstrapServers = z.preprocess(
  (value) => {
    const plain = plainOf(value);
    return typeof plain === 'string' ? plain.split(',') : plain;
  },
  z.array(endpointSchema, 'a list of host:port is wanted').min(1, 'at least one host:port is wanted'),
);

/** Ids of brokers: a list of numbers, none twice. */
export const brokerIds = z.preprocess(
  (value) => {
    const plain = plainOf(value);
    const list = typeof plain === 'string' ? plain.split(',') : plain;
    return Array.isArray(list) ? list.map((id) => (/^\s*\d+\s*$/.test(String(id)) ? Number(id) : id)) : list;
  },
  z
    .array(z.int('a broker id is a whole number').min(0), 'a list of broker ids is wanted')
    .min(1, 'at least one broker id is wanted')
    .refine((ids) => new Set(ids).size === ids.length, 'a broker id is named twice'),
);

/** Absolute directories of a host: a list, or one text with commas, without a slash at their end. */
export const dataDirs = z.preprocess(
  (value) => {
    const plain = plainOf(value);
    const list = typeof plain === 'string' ? plain.split(',') : plain;
    return Array.isArray(list)
      ? list.map((path) =>
          String(path)
            .trim()
            .replace(/(?<=.)\/+$/, ''),
        )
      : list;
  },
  z
    .array(z.string().startsWith('/', 'a directory is an absolute path'), 'a list of directories is wanted')
    .min(1, 'at least one directory is wanted'),
);
