import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { BrokkrError, errorText } from '../errors.ts';
import type { ControlQuestion } from '../shell/question.ts';
import type { Obtain } from './archive.ts';
import { keyContent, maxBytes, plainId } from './keyrings.ts';
import type { Answerer, Answers } from './module.ts';
import { type KeysRead, readKeys } from './openpgp-keys.ts';
import { stat } from './paths.ts';

/** The topic of questions for what stands at a URL, as bytes. */
export const downloadTopic = 'download';

/** Asks for what stands at a URL; it is obtained once on the control machine. */
function downloadQuestion(url: string): ControlQuestion {
  return { ask: 'control', topic: downloadTopic, parameters: { url }, life: 'settled' };
}

/** Answers {@link downloadQuestion}. */
export function answerDownload(obtain: Obtain): Answerer {
  return async (parameters) => {
    const { url } = z.object({ url: z.string() }).parse(parameters);
    try {
      const found = await obtain({ url });
      if (found.bytes > maxBytes) return { ok: false, error: `${url} is larger than 16 MB` };
      return { ok: true, value: null, bytes: await readFile(found.file) };
    } catch (error) {
      if (!(error instanceof BrokkrError)) return { ok: false, error: `${url} cannot be read: ${errorText(error)}` };
      return { ok: false, error: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
    }
  };
}

/**
 * The URL by which a server of keys gives a key. Source: draft-shaw-openpgp-hkp, 3.1. `hkp` is HTTP at port 11371, `hkps` and
 * a name alone are HTTPS.
 */
export function keyserverUrl(server: string, id: string): string | undefined {
  const [, scheme = 'hkps', place = ''] = /^(?:([a-z]+):\/\/)?(.*?)\/*$/i.exec(server.trim()) ?? [];
  const base = { hkp: 'http', hkps: 'https', http: 'http', https: 'https' }[scheme.toLowerCase()];
  if (base === undefined || place === '') return undefined;
  const port = scheme.toLowerCase() === 'hkp' && !/:\d+$/.test(place) ? ':11371' : '';
  const url = `${base}://${place}${port}/pks/lookup?op=get&options=mr&search=0x${id}`;
  return URL.canParse(url) ? url : undefined;
}

/** Where a task has a key from: at most one of them. */
interface KeyPlace {
  readonly id?: string | undefined;
  readonly data?: string | undefined;
  readonly file?: string | undefined;
  readonly url?: string | undefined;
  readonly keyserver?: string | undefined;
}

type SourceRead = KeysRead | { readonly problem: string; readonly hint: string };

/** The keys of where the task has them from, and what that is called. */
export function readSource(place: KeyPlace, answers: Answers): { readonly name: string; readonly read: SourceRead } {
  const { id = '', data, file, keyserver } = place;
  if (data !== undefined) return { name: 'data', read: readKeys(Buffer.from(data)) };
  if (file !== undefined) return { name: file, read: readKeyFile(file, answers) };
  const url = place.url ?? keyserverUrl(keyserver ?? '', plainId(id));
  if (url === undefined) {
    const hint = 'say where it is from: data, file, url or keyserver';
    return { name: `the key ${id}`, read: { problem: 'it is in no keyring', hint } };
  }
  const answer = answers.get(downloadQuestion(url));
  if (answer.ok) return { name: url, read: readKeys(answer.bytes ?? Buffer.from('')) };
  const hint = answer.hint ?? 'bring the key to the host and name it by file';
  return { name: url, read: { problem: answer.error, hint } };
}

function readKeyFile(file: string, answers: Answers): SourceRead {
  if (answers.get(stat(file)) !== null) return readKeys(answers.get(keyContent(file)) ?? Buffer.from(''));
  return {
    problem: 'it does not exist on the host',
    hint: 'bring it there with a copy task before this one, or say data',
  };
}
