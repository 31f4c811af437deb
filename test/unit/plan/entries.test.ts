import { describe, expect, it } from 'vitest';
import { type Entry, inherited } from '../../../src/plan/entries.ts';
import { findHandlers, handlerOf } from '../../../src/plan/handlers.ts';
import { entriesOf, playOf } from './fixture.ts';

function names(entries: readonly Entry[]): string[] {
  return entries.flatMap((entry) => {
    if (entry.kind === 'flush-end') return [];
    if (entry.kind === 'block-end') return 'end';
    const name = entry.task.name?.kind === 'scalar' ? String(entry.task.name.value) : entry.task.module;
    return entry.isHandler ? `(${name})` : name;
  });
}

const play = playOf(`
  handlers:
    - {name: h, debug: }
  pre_tasks:
    - {name: a, debug: }
  tasks:
    - {name: b, debug: }
    - {name: flush, meta: flush_handlers}
    - block:
        - {name: c, debug: }
        - {name: flush too, meta: flush_handlers}
      always:
        - {name: d, debug: }
`);

describe('entries', () => {
  it('have the handlers after each section and at each flush', () => {
    expect(names(entriesOf(play))).toEqual([
      ...['a', '(h)', 'b', 'flush', '(h)', 'c', 'flush too', '(h)', 'd', 'end', '(h)'],
    ]);
  });

  it('know their place in the list', () => {
    const entries = entriesOf(play);
    expect(entries).toHaveLength(15);
    for (const [index, entry] of entries.entries()) expect(entry.index).toBe(index);
  });

  it('put a flushed handler into the block that it is flushed in', () => {
    const places = entriesOf(play).flatMap((entry) => (entry.kind === 'task' && entry.isHandler ? [entry.blocks] : []));
    expect(places.map((blocks) => blocks.map(({ section }) => section))).toEqual([[], [], ['block'], []]);
  });

  it('flush in an always of the section when handlers are forced', () => {
    const forced = entriesOf(play, undefined, true);
    expect(names(forced)).toEqual([
      ...['a', '(h)', 'end', 'b', 'flush', '(h)', 'c', 'flush too', '(h)', 'd', 'end', '(h)', 'end'],
    ]);
    const last = forced.at(-2);
    expect(last?.blocks.map(({ section }) => section)).toEqual(['always']);
  });

  it('leave out a flush that the tags leave out', () => {
    expect(names(entriesOf(play, { tags: ['x'], skipTags: [] }))).toEqual(['(h)', 'end', '(h)']);
  });

  it('hand down what play and blocks say, the inner ones stronger', () => {
    const [first, second] = entriesOf(
      playOf(`
  no_log: true
  tasks:
    - {name: a, debug: }
    - block:
        - {name: b, debug: , no_log: false}
`),
    );
    if (first?.kind !== 'task' || second?.kind !== 'task') throw new Error('these are tasks');
    expect([inherited(first, 'noLog'), inherited(second, 'noLog')]).toMatchObject([{ value: true }, { value: false }]);
  });
});

describe('a notification', () => {
  const handlers = playOf(`
  handlers:
    - {name: a, debug: , listen: topic}
    - {name: b, debug: }
    - {name: a, debug: , listen: other}
    - {name: c, debug: , listen: [topic, other]}
  tasks: []
`).handlers.flatMap((handler) =>
    handler.kind === 'task' && handler.name?.kind === 'scalar'
      ? [handlerOf({ task: handler, role: undefined }, String(handler.name.value))]
      : [],
  );
  it.each([
    ['a', ['a']],
    ['topic', ['a', 'c']],
    ['other', ['a', 'c']],
    ['nobody', []],
  ])('%s finds handlers by name and topic, each name once', (notified, found) => {
    expect(findHandlers(handlers, notified).map(({ name }) => name)).toEqual(found);
    expect(findHandlers(handlers, 'a')[0]?.task).toBe(handlers[0]?.task);
  });
});
