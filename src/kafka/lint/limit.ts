import type { Finding } from '../../lint/rule.ts';
import type { Broker } from './broker.ts';
import { at } from './rule.ts';

/** A pair of settings of which the first must not be more than the second, unless said otherwise. */
interface Limit {
  readonly low: string;
  readonly high: string;
  readonly text: string;
}

/** A finding at whichever of the two the file sets; silent when it sets neither. */
export function* aboveLimit(
  broker: Broker,
  { low, high, text }: Limit,
  holds = (first: number, second: number) => first <= second,
): Iterable<Finding> {
  const { settings } = broker;
  const [a, b] = [settings.number(low), settings.number(high)];
  if (a === undefined || b === undefined || holds(a, b) || (!settings.isSet(low) && !settings.isSet(high))) return;
  const key = settings.isSet(low) ? low : high;
  yield at(broker, key, `${low} is ${a} and ${high} is ${b}: ${text}`);
}
