import fc from 'fast-check';
import { expect, it } from 'vitest';
import { supportedKeywords, unsupportedKeywords } from '../../../../src/config/playbook/keywords.ts';
import { InputError } from '../../../../src/errors.ts';
import { load } from './fixture.ts';

const keywords = [...Object.values(supportedKeywords), ...Object.values(unsupportedKeywords)].flat();
const key = fc.oneof(
  fc.constantFrom(
    ...keywords,
    'copy',
    'command',
    'set_fact',
    'meta',
    'with_items',
    'with_x',
    'import_tasks',
    'import_playbook',
  ),
  fc.string({ maxLength: 4 }),
);
const scalar = fc.oneof(
  fc.constantFrom('{{ a }}', '{{ a', 'a == 1', 'src=a dest="b', 'ls creates=/x', '30%', 'yes', '', '설정', 'site.yml'),
  fc.string({ maxLength: 6 }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, tie('list'), tie('mapping')),
  list: fc.array(tie('value'), { maxLength: 3 }),
  mapping: fc.dictionary(key, tie('value'), { maxKeys: 5 }),
}));
const mapping = fc.dictionary(key, value, { maxKeys: 6 });
const task = fc
  .tuple(fc.constantFrom('debug', 'copy', 'command', 'block', 'x'), value, mapping)
  .map(([name, args, more]) => ({
    [name]: args,
    ...more,
  }));
const play = fc
  .tuple(fc.array(task, { maxLength: 3 }), fc.array(task, { maxLength: 2 }), mapping)
  .map(([tasks, handlers, more]) => ({
    hosts: 'all',
    ...more,
    tasks,
    handlers,
  }));

it('loads any input or says what is wrong with it, each problem with its place', () => {
  fc.assert(
    fc.property(fc.oneof(fc.array(play, { maxLength: 2 }), fc.array(mapping), value), (playbook) => {
      try {
        expect(load({ 'site.yml': JSON.stringify(playbook) }).file).toBe('site.yml');
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        expect(error.problems.length).toBeGreaterThan(0);
        for (const { at, message } of error.problems) {
          expect(message).not.toBe('');
          expect(at?.file).toBe('site.yml');
        }
      }
    }),
    { numRuns: 400, seed: 3 },
  );
});
