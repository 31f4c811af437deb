import { describe, expect, it } from 'vitest';
import { describeTerminal } from '../../../src/report/terminal.ts';

const terminal = { isTTY: true, columns: 90, rows: 30 };

describe('describeTerminal', () => {
  it('has colours on a terminal', () => {
    expect(describeTerminal(terminal, { TERM: 'xterm' })).toEqual({
      isTerminal: true,
      color: true,
      columns: 90,
      rows: 30,
    });
  });

  it('has none with NO_COLOR, unless that is empty', () => {
    expect(describeTerminal(terminal, { NO_COLOR: '1' }).color).toBe(false);
    expect(describeTerminal(terminal, { NO_COLOR: '' }).color).toBe(true);
  });

  it('takes a dumb terminal, and whatever is none, for a log', () => {
    expect(describeTerminal(terminal, { TERM: 'dumb' })).toMatchObject({
      isTerminal: false,
      color: false,
      columns: 90,
    });
    expect(describeTerminal({}, {})).toEqual({ isTerminal: false, color: false, columns: 120, rows: 24 });
  });

  it('does not believe in a terminal of no columns', () => {
    expect(describeTerminal({ isTTY: true, columns: 0, rows: 0 }, {})).toMatchObject({ columns: 120, rows: 24 });
  });
});
