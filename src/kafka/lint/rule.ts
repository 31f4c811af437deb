import type { Finding, Rule, Severity } from '../../lint/rule.ts';
import type { Broker } from './broker.ts';

export type BrokerRule = Rule<Broker>;

/** A finding at the value of the first of these keys that the file has; it is named after the first of all. */
export function at(
  broker: Broker,
  keys: string | readonly [string, ...string[]],
  message: string,
  hint?: string,
  severity?: Severity,
): Finding {
  const [key, ...others] = typeof keys === 'string' ? [keys] : keys;
  return { key: key ?? '', at: broker.settings.at(key ?? '', ...others), message, hint, severity };
}
