import { TemplateError } from '../error.ts';
import { compareText } from './compare.ts';

export type VersionType = 'loose' | 'strict' | 'semver' | 'pep440';

/** Order of two versions: negative, zero or positive. Throws `TemplateError` for a text that is no version of the type. */
export function compareVersions(left: string, right: string, type: VersionType): number {
  switch (type) {
    case 'loose':
      return compareLoose(loose(left), loose(right), left, right);
    case 'strict':
      return compareStrict(strict(left), strict(right));
    case 'semver':
      return compareSemver(left, right);
    case 'pep440':
      return comparePep440(left, right);
  }
}

type Part = number | string;

function loose(version: string): Part[] {
  if (version === '') throw new TemplateError('an empty version cannot be compared');
  return version
    .split(/(\d+|[a-z]+|\.)/)
    .filter((part) => part !== '' && part !== '.')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function compareLoose(left: readonly Part[], right: readonly Part[], leftText: string, rightText: string): number {
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [a, b] = [left[i] ?? 0, right[i] ?? 0];
    if (typeof a !== typeof b) {
      throw new TemplateError(
        `the versions '${leftText}' and '${rightText}' cannot be compared: '${a}' and '${b}' differ in kind`,
        {
          hint: "use version(…, version_type='semver')",
        },
      );
    }
    const order = comparePart(a, b);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function comparePart(a: Part, b: Part): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareText(String(a), String(b));
}

interface Strict {
  readonly numbers: readonly number[];
  readonly prerelease: readonly Part[] | undefined;
}

function strict(version: string): Strict {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$/.exec(version);
  if (match === null)
    throw new TemplateError(`'${version}' is not a strict version`, { hint: 'such as 1.2 or 1.2.3b1' });
  const [, major, minor, patch, letter, number] = match;
  return {
    numbers: [Number(major), Number(minor), Number(patch ?? 0)],
    prerelease: letter === undefined ? undefined : [letter, Number(number)],
  };
}

function compareStrict(left: Strict, right: Strict): number {
  return compareLists(left.numbers, right.numbers) || comparePrerelease(left.prerelease, right.prerelease);
}

function compareSemver(left: string, right: string): number {
  const [a, b] = [semver(left), semver(right)];
  return compareLists(a.numbers, b.numbers) || comparePrerelease(a.prerelease, b.prerelease);
}

/** Semantic Versioning 2.0.0; build data does not count. */
function semver(version: string): Strict {
  const match =
    /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*))*))?(?:\+[\da-zA-Z-]+(?:\.[\da-zA-Z-]+)*)?$/.exec(
      version,
    );
  if (match === null)
    throw new TemplateError(`'${version}' is not a semantic version`, { hint: 'such as 1.2.3 or 1.2.3-rc.1' });
  const [, major, minor, patch, prerelease] = match;
  return {
    numbers: [Number(major), Number(minor), Number(patch)],
    prerelease: prerelease?.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
  };
}

function comparePrerelease(left: readonly Part[] | undefined, right: readonly Part[] | undefined): number {
  if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
  return compareLists(left, right);
}

/** Numbers come before words, a shorter list before a longer one that begins the same. */
function compareLists(left: readonly Part[], right: readonly Part[]): number {
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [a, b] = [left[i] ?? 0, right[i] ?? 0];
    const order = typeof a === typeof b ? comparePart(a, b) : typeof a === 'number' ? -1 : 1;
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function comparePep440(left: string, right: string): number {
  const [a, b] = [pep440(left), pep440(right)];
  for (const key of ['epoch', 'release', 'pre', 'post', 'dev', 'local'] as const) {
    const order = compareNumbers(a[key], b[key]);
    if (order !== 0) return order;
  }
  return 0;
}

/** PEP 440, each part as numbers in the order that the specification gives them. */
function pep440(version: string): Record<'epoch' | 'release' | 'pre' | 'post' | 'dev' | 'local', readonly number[]> {
  const match =
    /^\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z\d]+(?:[-_.][a-z\d]+)*))?\s*$/i.exec(
      version,
    );
  if (match === null) throw new TemplateError(`'${version}' is not a version of PEP 440`);
  const [, epoch, release = '', pre, preNumber, post, postWord, postNumber, dev, devNumber, local] = match;
  const rank =
    pre === undefined ? undefined : ({ a: 0, b: 1 }[pre.toLowerCase().replace('alpha', 'a').replace('beta', 'b')] ?? 2);
  const hasPost = post !== undefined || postWord !== undefined;
  return {
    epoch: [Number(epoch ?? 0)],
    release: release
      .replace(/(?:\.0+)+$/, '')
      .split('.')
      .map(Number),
    pre: rank === undefined ? [!hasPost && dev !== undefined ? -1 : 9] : [rank, Number(preNumber ?? 0)],
    post: hasPost ? [Number(post ?? postNumber ?? 0)] : [-1],
    dev: dev === undefined ? [Number.POSITIVE_INFINITY] : [Number(devNumber ?? 0)],
    local: local === undefined ? [-1] : local.split(/[-_.]/).map((part) => (/^\d+$/.test(part) ? Number(part) : 0)),
  };
}

function compareNumbers(left: readonly number[], right: readonly number[]): number {
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [a, b] = [left[i] ?? 0, right[i] ?? 0];
    if (a !== b) return a < b ? -1 : 1;
  }
  return left.length - right.length;
}
