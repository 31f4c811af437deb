import type { EventEmitter } from 'node:events';

/**
 * Keeps one warning of Node off the terminal: kafkajs 2.2.4 asks for a timer in the past after each answer, which does what it
 * should, and of which Node 24 tells. All others are printed as before.
 */
export function hideTimersOfKafkajs(process: EventEmitter): void {
  const printing = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning: Error) => {
    if (warning.name === 'TimeoutNegativeWarning' && warning.stack?.includes('kafkajs') === true) return;
    for (const print of printing) print(warning);
  });
}
