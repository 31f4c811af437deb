import { describe, expect, it } from 'vitest';
import { parseHostLook } from '../../../src/verify/host-look.ts';
import { subject } from './healthy.ts';

const [first] = subject.hosts;
const scope = { members: first?.members ?? [], folders: ['/d'], dataFolders: ['/d'] };
const asked = { from: 1_000_000, to: 1_000_500 };

function lookWith(frames: Record<string, string>) {
  return parseHostLook(scope, new Map(Object.entries({ now: '1000.100000000\n', ...frames })), asked);
}

describe('what a host tells', () => {
  it('a clock is off by what is certain, and not by what the way may have taken', () => {
    expect(lookWith({}).clockAhead).toBe(0);
    expect(lookWith({ now: '1040.500000000\n' }).clockAhead).toBeCloseTo(40);
    expect(lookWith({ now: '990.000000000\n' }).clockAhead).toBeCloseTo(-10);
    // BusyBox tells whole seconds.
    expect(lookWith({ now: '999\n' }).clockAhead).toBe(0);
  });

  it('refuses a host without a time', () => {
    expect(() => lookWith({ now: 'date: not found' })).toThrow(/time/);
  });

  it('reads disks, whose data there is, versions and errors', () => {
    const look = lookWith({
      disks: '/d\t/dev/sda1 1000 970 30 97% /mnt/a b\t/dev/sda1 100 5 95 5% /mnt/a b\n/x\t\t\n',
      'meta /d': '#comment\nversion=0\ncluster.id=abc\nbroker.id=3\n',
      'version kafka': '2.8.1\n',
      'log kafka': '2\n[2026] ERROR one\n[2026] ERROR two\n',
      'log zookeeper': '0\n',
    });
    expect(look.disks).toEqual([{ path: '/d', mount: '/mnt/a b', usedPercent: 97, inodesPercent: 5 }]);
    expect(look.identities).toEqual([{ folder: '/d', clusterId: 'abc', brokerId: 3 }]);
    expect(look.servers.get('kafka')).toEqual({
      version: '2.8.1',
      errors: 2,
      lastErrors: ['[2026] ERROR one', '[2026] ERROR two'],
    });
    expect(look.servers.get('zookeeper')).toEqual({ version: undefined, errors: 0, lastErrors: [] });
  });
});
