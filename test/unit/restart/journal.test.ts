import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Journal, RollJournal } from '../../../src/restart/journal.ts';

const begun: Journal = {
  version: 1,
  run: 'abc',
  cluster: 'kafka',
  startedAt: '2026-01-01T00:00:00.000Z',
  hosts: { s1: 10.5, s2: 11 },
  current: null,
  ended: null,
};

describe('the journal of a roll', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'brokkr-journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('tells whoever comes later what was being done', () => {
    const journal = new RollJournal(folder, 'kafka');
    expect(journal.unfinished()).toBeUndefined();
    journal.begin(begun);
    journal.note({ hosts: ['s2'], doing: 'stop' });
    expect(new RollJournal(folder, 'kafka').unfinished()).toEqual({
      ...begun,
      current: { hosts: ['s2'], doing: 'stop' },
    });
    expect(new RollJournal(folder, 'zookeeper').unfinished()).toBeUndefined();
    expect(readdirSync(path.join(folder, '.brokkr'))).toEqual(['restart-kafka.json']);
  });

  it('leaves nothing behind once finished, and stays when it failed', () => {
    const journal = new RollJournal(folder, 'kafka');
    journal.begin(begun);
    journal.end('failed');
    expect(journal.unfinished()).toMatchObject({ ended: 'failed' });
    journal.end('finished');
    expect(journal.unfinished()).toBeUndefined();
  });

  it('says so where it cannot be written', () => {
    writeFileSync(path.join(folder, '.brokkr'), '');
    expect(() => new RollJournal(folder, 'kafka').begin(begun)).toThrow(
      /^the journal of the restart cannot be written: /,
    );
  });

  it('is refused when it cannot be read: it may tell of a server that is down', () => {
    const file = path.join(folder, '.brokkr', 'restart-kafka.json');
    mkdirSync(file, { recursive: true });
    expect(() => new RollJournal(folder, 'kafka').unfinished()).toThrow('the journal of the restart cannot be read: ');
    rmSync(path.dirname(file), { recursive: true });
    writeFileSync(path.dirname(file), '');
    expect(() => new RollJournal(folder, 'kafka').unfinished()).toThrow('the journal of the restart cannot be read: ');
  });

  it('is refused when it cannot be understood', () => {
    mkdirSync(path.join(folder, '.brokkr'));
    for (const text of ['', '{"version":2}', 'nonsense']) {
      writeFileSync(path.join(folder, '.brokkr', 'restart-kafka.json'), text);
      expect(() => new RollJournal(folder, 'kafka').unfinished()).toThrow('is not the journal of a restart');
    }
  });
});
