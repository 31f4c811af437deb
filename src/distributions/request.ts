import { basename, resolve } from 'node:path';
import { InputError } from '../errors.ts';
import { distributionOfFileName, fileNameOfUrl, findDistribution } from './catalogue.ts';
import { checksumForms, readWantedChecksum, type WantedChecksum } from './checksum.ts';
import type { Distribution, Product } from './distribution.ts';

/** What somebody wants to have on the control machine. */
export type ArchiveRequest =
  | { readonly product: Product; readonly version: string }
  /** As in a playbook; a URL whose file name is that of a known distribution can be served by every source of it. */
  | {
      readonly url: string;
      /** `ALGORITHM:HEX`, hex digits alone, or `ALGORITHM:URL` of a checksum file, as Ansible's `get_url` takes it. */
      readonly checksum?: string | undefined;
    }
  /** A file, or a folder to pack. */
  | { readonly path: string };

/** A request in the terms that the sources understand. */
export interface Wanted {
  readonly fileName: string;
  readonly distribution: Distribution | undefined;
  readonly url: string | undefined;
  readonly path: string | undefined;
  readonly checksum: WantedChecksum | undefined;
}

/**
 * Reads a request.
 *
 * @throws InputError for an unknown version, or a URL or checksum that is none
 */
export function readRequest(request: ArchiveRequest): Wanted {
  const nothing = { distribution: undefined, url: undefined, path: undefined, checksum: undefined };
  if ('product' in request) {
    const distribution = findDistribution(request.product, request.version);
    return { ...nothing, fileName: distribution.fileName, distribution };
  }
  if ('path' in request) {
    const path = resolve(request.path);
    return { ...nothing, fileName: basename(path), path };
  }
  const { url, checksum } = request;
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new InputError([{ message: `"${url}" is not a URL`, hint: 'write it as https://host/path/file' }]);
  }
  const fileName = fileNameOfUrl(url) || 'download';
  return {
    ...nothing,
    fileName,
    url,
    distribution: distributionOfFileName(fileName),
    checksum: checksum === undefined ? undefined : readChecksum(checksum),
  };
}

function readChecksum(text: string): WantedChecksum {
  const checksum = readWantedChecksum(text);
  if (checksum !== undefined) return checksum;
  throw new InputError([{ message: `"${text}" is not a checksum`, hint: checksumForms }]);
}
