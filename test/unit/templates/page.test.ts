import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { valueHelpers } from '../../../src/templates/helpers.ts';
import { blockHelpers } from '../../../src/templates/syntax.ts';

const page = readFileSync(new URL('../../../docs/templates.md', import.meta.url), 'utf8');

it('the page about templates names every block and helper, and no other', () => {
  const blocks = [...page.matchAll(/\{\{#(\w+) /g)].map(([, name]) => name);
  expect(new Set(blocks)).toEqual(new Set(blockHelpers));
  const helpers = [...page.matchAll(/^\| `.*$/gm)].flatMap(([line]) => [...line.matchAll(/`(?:\{\{|\()(\w+) \w/g)]);
  expect(new Set(helpers.map(([, name]) => name))).toEqual(new Set(valueHelpers.keys()));
});
