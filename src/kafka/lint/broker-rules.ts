import { propertiesRules } from '../../lint/properties-rules.ts';
import { checkAll, type LintProblem } from '../../lint/rule.ts';
import type { Broker } from './broker.ts';
import { certificateRules } from './certificate-rules.ts';
import { groupRules } from './group-rules.ts';
import { interBrokerRules } from './inter-broker-rules.ts';
import { deprecatedKey, newerKey, removedKey, unknownKey, unreadableKey } from './key-rules.ts';
import { kraftRules } from './kraft-rules.ts';
import { limitRules } from './limit-rules.ts';
import { listenerRules } from './listener-rules.ts';
import { advertisedLocalhost } from './localhost-rule.ts';
import { loginRules } from './login-rules.ts';
import { modeRules } from './mode-rules.ts';
import { replicationRules } from './replication-rules.ts';
import type { BrokerRule } from './rule.ts';
import { securityRules } from './security-rules.ts';
import { storageRules } from './storage-rules.ts';
import { emptyValue, outOfRange, wrongType } from './value-rules.ts';
import { zookeeperRules } from './zookeeper-rules.ts';

/** Every rule about a single server.properties. */
export const brokerRules: readonly BrokerRule[] = [
  unreadableKey,
  unknownKey,
  removedKey,
  newerKey,
  deprecatedKey,
  wrongType,
  outOfRange,
  emptyValue,
  ...listenerRules,
  ...interBrokerRules,
  advertisedLocalhost,
  ...replicationRules,
  ...storageRules,
  ...limitRules,
  ...groupRules,
  ...securityRules,
  ...loginRules,
  ...certificateRules,
  ...zookeeperRules,
  ...kraftRules,
  ...modeRules,
];

export function lintBroker(broker: Broker): LintProblem[] {
  return [...checkAll(propertiesRules, broker), ...checkAll(brokerRules, broker)];
}
