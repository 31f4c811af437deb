import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Command } from './measure.ts';

const number = z.number();
const recapSchema = z.object({
  event: z.literal('recap'),
  hosts: z.array(
    z.object({ connections: number, channels: number, programs: number, bytes_sent: number, bytes_received: number }),
  ),
});

/** What a run cost beside time, all hosts together. */
export interface Counts {
  readonly name: string;
  readonly connections: number;
  readonly channels: number;
  readonly programs: number;
  readonly sent: number;
  readonly received: number;
}

/** Runs brokkr with --json, and adds up what its last line tells of each host. */
export async function countsOf(name: string, { file, args, cwd }: Command): Promise<Counts> {
  const { stdout } = await promisify(execFile)(file, [...args, '--json'], { cwd, maxBuffer: 1 << 28 });
  const { hosts } = recapSchema.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
  const sum = (of: (host: (typeof hosts)[number]) => number): number =>
    hosts.reduce((total, host) => total + of(host), 0);
  return {
    name,
    connections: sum((host) => host.connections),
    channels: sum((host) => host.channels),
    programs: sum((host) => host.programs),
    sent: sum((host) => host.bytes_sent),
    received: sum((host) => host.bytes_received),
  };
}

/** The counts as a table. */
export function countsTable(all: readonly Counts[]): string[] {
  const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1);
  return [
    '| nothing to change | connections | channels | programs | kB sent | kB received |',
    '|---|--:|--:|--:|--:|--:|',
    ...all.map(
      ({ name, connections, channels, programs, sent, received }) =>
        `| ${name} | ${connections} | ${channels} | ${programs} | ${kilobytes(sent)} | ${kilobytes(received)} |`,
    ),
  ];
}
