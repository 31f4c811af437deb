import { join } from 'node:path';
import { BrokkrError } from '../errors.ts';
import type { StoredFile } from './cache.ts';
import { publishedAt } from './catalogue.ts';
import type { Checksum } from './checksum.ts';
import type { Wanted } from './request.ts';
import { SourceFailure } from './source-failure.ts';
import {
  assembledSource,
  givenSource,
  hasChecksum,
  publishedChecksum,
  publishedSources,
  type Source,
  type SourceContext,
  urlSource,
} from './sources.ts';

interface Failure {
  readonly source: string;
  readonly reason: string;
  readonly hint: string | undefined;
}

/**
 * Tries the sources in their order; what an earlier run brought to the cache comes before the network.
 *
 * @throws BrokkrError when none has it, with every source, its reason, and the commands that mend it
 */
export async function fromSources(wanted: Wanted, context: SourceContext): Promise<StoredFile> {
  const checksum = await askedChecksum(wanted, context);
  const given = givenSource(wanted, context);
  const others = await otherSources(wanted, checksum, context);
  const failures: Failure[] = [];
  const here = await attempt(given, given.take, checksum, failures);
  if (here !== undefined) return here;
  for (const source of others) {
    const known = await attempt(source, source.recall, checksum, []);
    if (known !== undefined) return known;
  }
  for (const source of others) {
    context.signal?.throwIfAborted();
    const taken = await attempt(source, source.take, checksum, failures);
    if (taken !== undefined) return taken;
  }
  throw nowhere(wanted, failures, context);
}

async function attempt(
  source: Source,
  deliver: () => Promise<StoredFile | undefined>,
  checksum: Checksum | undefined,
  failures: Failure[],
): Promise<StoredFile | undefined> {
  try {
    const file = await deliver();
    if (file === undefined || checksum === undefined || source.compares || (await hasChecksum(file, checksum)))
      return file;
    failures.push({
      source: source.name,
      reason: `${file.source}: its ${checksum.algorithm} is not the one that was asked for`,
      hint: 'if this archive is the one you want, leave the checksum out of the playbook',
    });
  } catch (error) {
    if (!(error instanceof SourceFailure)) throw error;
    failures.push({ source: source.name, reason: error.message, hint: error.hint });
  }
  return undefined;
}

async function otherSources(
  wanted: Wanted,
  checksum: Checksum | undefined,
  context: SourceContext,
): Promise<readonly Source[]> {
  const { distribution, url } = wanted;
  const own =
    url === undefined || (distribution !== undefined && isApache(url))
      ? []
      : [urlSource(url, wanted, checksum, context)];
  if (distribution === undefined) return own;
  const published = publishedSources(distribution, wanted, checksum, context);
  return [...own, ...published, await assembledSource(distribution, context)];
}

/**
 * The checksum as hex digits. One that points to Apache's own checksum file asks for nothing new: the archive from
 * Apache is compared with it anyway, and an assembled one is compared jar by jar.
 */
async function askedChecksum(wanted: Wanted, context: SourceContext): Promise<Checksum | undefined> {
  const { checksum, distribution, fileName } = wanted;
  if (checksum === undefined || 'hex' in checksum) return checksum;
  if (distribution !== undefined && isApache(checksum.url)) return undefined;
  try {
    return await publishedChecksum(checksum.url, fileName, context, checksum.algorithm);
  } catch (error) {
    if (!(error instanceof SourceFailure)) throw error;
    throw new BrokkrError(`the checksum of ${fileName} cannot be read from ${checksum.url}: ${error.message}`, {
      cause: error,
      hint: `write the hex digits themselves: ${checksum.algorithm}:HEX`,
    });
  }
}

function isApache(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'apache.org' || hostname.endsWith('.apache.org');
}

function nowhere(wanted: Wanted, failures: readonly Failure[], context: SourceContext): BrokkrError {
  const tried = failures.map(
    ({ source, reason, hint }) => `  ${source}: ${reason}${hint === undefined ? '' : `\n    → ${hint}`}`,
  );
  const archive = wanted.distribution === undefined ? wanted.url : publishedAt(wanted.distribution).at(-1)?.url;
  const place = join(context.cache, wanted.fileName);
  return new BrokkrError([`${wanted.fileName} could not be obtained; tried in this order:`, ...tried].join('\n'), {
    hint: `where the internet can be reached: curl -fLO ${archive ?? ''}\n    then put it here: cp ${wanted.fileName} ${place}`,
  });
}
