import { InputError, nearestName } from '../errors.ts';
import type { Distribution, Product } from './distribution.ts';
import { kafka281 } from './kafka-2.8.1.ts';
import { zookeeper370 } from './zookeeper-3.7.0.ts';

/** Every version that brokkr knows. A new one is a file beside these, and a name in this list. */
export const catalogue: readonly Distribution[] = [kafka281, zookeeper370];

/** The versions of a product that the catalogue has, oldest first. */
function knownVersions(product: Product): readonly string[] {
  return catalogue.filter((entry) => entry.product === product).map((entry) => entry.version);
}

/**
 * What is known about a version.
 *
 * @throws InputError when the catalogue does not have it, with the versions that it has
 */
export function findDistribution(product: Product, version: string): Distribution {
  const found = catalogue.find((entry) => entry.product === product && entry.version === version);
  if (found !== undefined) return found;
  const known = knownVersions(product);
  const nearest = nearestName(version, known);
  throw new InputError([
    {
      message: `${product} ${version} is not in the catalogue`,
      hint: `${nearest === undefined ? '' : `did you mean ${nearest}? `}known: ${known.join(', ')}; an archive of another version can be given as a file or a URL`,
    },
  ]);
}

/**
 * The last part of a URL's path, decoded: the name of the file that it serves. Empty when there is none. Apache's
 * mirror chooser (`closer.lua?path=…`, `closer.cgi?filename=…`) has the path in its query.
 */
export function fileNameOfUrl(url: string): string {
  const { pathname: own, searchParams } = new URL(url);
  const chosen = /\/closer\.(?:lua|cgi)$/.test(own) ? (searchParams.get('path') ?? searchParams.get('filename')) : null;
  const pathname = `/${chosen ?? own}`;
  const name = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The distribution whose published archive has this file name, or `undefined`. */
export function distributionOfFileName(fileName: string): Distribution | undefined {
  return catalogue.find((entry) => entry.fileName === fileName);
}

/** Where Apache publishes an archive, and where its checksum is: mirrors never are the source of a checksum. */
export interface PublishedAt {
  readonly name: string;
  readonly url: string;
  readonly checksumUrl: string;
}

/** The mirror, which has current releases only, then the archive, which has all. */
export function publishedAt(distribution: Distribution): readonly PublishedAt[] {
  const { mirrorPath } = distribution;
  const archive = `https://archive.apache.org/dist/${mirrorPath}`;
  return [
    {
      name: 'Apache mirror',
      url: `https://dlcdn.apache.org/${mirrorPath}`,
      checksumUrl: `https://downloads.apache.org/${mirrorPath}.sha512`,
    },
    { name: 'Apache archive', url: archive, checksumUrl: `${archive}.sha512` },
  ];
}
