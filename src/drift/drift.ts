import type { ClusterName } from '../restart/members.ts';
import { isSecretName } from '../shell/secret-name.ts';

/** A value in effect, with where the server says that it comes from. */
export interface Effect {
  /** `null`: it has none, or it is a secret. */
  readonly value: string | null;
  readonly source: 'dynamic broker' | 'dynamic default' | 'static' | 'default' | 'other' | undefined;
  readonly sensitive: boolean;
}

/** What of a key is not as rendered. */
type Difference =
  /** What stands on the host is not what would be written there. */
  | 'changed on disk'
  /** The file is not there. */
  | 'not on disk'
  /** The server runs with another value than its file has. */
  | 'restart pending'
  /** The value in effect was set while the server ran, and wins over its file. */
  | 'dynamic override';

/** One key of one server: three columns. `undefined` where a column has no such key, or could not be read. */
export interface DriftRow {
  readonly key: string;
  readonly rendered: string | undefined;
  readonly disk: string | undefined;
  readonly effect: string | undefined;
  readonly source: Effect['source'];
  /** Empty where all is as rendered. */
  readonly differences: readonly Difference[];
}

export interface ServerDrift {
  readonly host: string;
  readonly cluster: ClusterName;
  readonly id: number;
  readonly rows: readonly DriftRow[];
  /** Columns that could not be read, with the reason. */
  readonly unread: readonly string[];
}

/** What is known of the keys of a server's file. */
export interface Columns {
  readonly rendered: ReadonlyMap<string, string>;
  /** `undefined`: the file could not be read, or is not there. */
  readonly disk: ReadonlyMap<string, string> | undefined;
  /** `undefined`: the server could not be asked. */
  readonly effect: ReadonlyMap<string, Effect> | undefined;
}

/**
 * Compares the three columns, by key. What a server has by itself, without anybody having said so, is no difference.
 * Values of secrets are compared, and never shown.
 */
export function driftRows({ rendered, disk, effect }: Columns): readonly DriftRow[] {
  const set = [...(effect ?? [])].filter(([, { source }]) => isDynamic(source) || source === 'static');
  const keys = new Set([...rendered.keys(), ...(disk?.keys() ?? []), ...set.map(([key]) => key)]);
  return [...keys].sort().map((key) => {
    const wanted = rendered.get(key);
    const there = disk?.get(key);
    const running = effect?.get(key);
    // What a broker calls sensitive comes on top of what its name tells.
    const secret = running?.sensitive === true || isSecretName(key);
    const differences: Difference[] = [];
    if (disk !== undefined && !isSame(wanted, there)) differences.push('changed on disk');
    if (disk !== undefined && running !== undefined && !secret) {
      const same = isSame(running.value ?? undefined, there);
      if (isDynamic(running.source) && !same) differences.push('dynamic override');
      else if (!isDynamic(running.source) && !same && running.source !== 'default') differences.push('restart pending');
      else if (running.source === 'default' && there !== undefined && !same) differences.push('restart pending');
    }
    const shown = (value: string | undefined) => (value === undefined || !secret ? value : SECRET);
    return {
      key,
      rendered: shown(wanted),
      disk: shown(there),
      effect: secret ? (running === undefined ? undefined : SECRET) : (running?.value ?? undefined),
      source: running?.source,
      differences,
    };
  });
}

const SECRET = '(secret)';

function isDynamic(source: Effect['source']): boolean {
  return source === 'dynamic broker' || source === 'dynamic default';
}

/** Servers write values in their own way: blanks around commas, cases of booleans, zeros before numbers. */
function isSame(left: string | undefined, right: string | undefined): boolean {
  if (left === undefined || right === undefined) return (left ?? '') === (right ?? '');
  return normal(left) === normal(right);
}

function normal(value: string): string {
  const parts = value.split(',').map((part) => part.trim());
  return parts
    .map((part) =>
      /^[+-]?\d+$/.test(part)
        ? String(BigInt(part.replace('+', '')))
        : /^(true|false)$/i.test(part)
          ? part.toLowerCase()
          : part,
    )
    .join(',');
}
