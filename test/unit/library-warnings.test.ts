import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { hideTimersOfKafkajs } from '../../src/library-warnings.ts';

function warning(name: string, stack: string): Error {
  return Object.assign(new Error('-5 is a negative number'), { name, stack: `${name}\n    at ${stack}` });
}

it('keeps the timers of kafkajs off the terminal, and nothing else', () => {
  const node = new EventEmitter();
  const printed: unknown[] = [];
  node.on('warning', (each) => printed.push(each));
  hideTimersOfKafkajs(node);
  const ours = warning('TimeoutNegativeWarning', 'sleep (dist/program.cjs:1:1)');
  const other = warning('MaxListenersExceededWarning', 'node_modules/kafkajs/src/index.js:1:1');
  for (const each of [
    warning('TimeoutNegativeWarning', 'node_modules/kafkajs/src/network/requestQueue/index.js:317:37'),
    ours,
    other,
  ])
    node.emit('warning', each);
  expect(printed).toEqual([ours, other]);
});
