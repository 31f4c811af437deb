import { propertiesRules } from '../../lint/properties-rules.ts';
import { checkAll, type LintProblem } from '../../lint/rule.ts';
import { dynamicFile, groups, nobody, severalAddresses } from './group-rules.ts';
import { missingKey, newerKey, systemProperty, unknownKey, wrongValue } from './key-rules.ts';
import {
  badMember,
  loopbackMember,
  observerRole,
  oneServer,
  portClash,
  sameAddress,
  votersCount,
} from './member-rules.ts';
import { operationRules } from './operation-rules.ts';
import type { ServerRule, ZooKeeperServer } from './server.ts';

/** Every rule about a single zoo.cfg. */
export const serverRules: readonly ServerRule[] = [
  unknownKey,
  systemProperty,
  newerKey,
  wrongValue,
  missingKey,
  badMember,
  oneServer,
  votersCount,
  sameAddress,
  loopbackMember,
  portClash,
  observerRole,
  groups,
  severalAddresses,
  nobody,
  dynamicFile,
  ...operationRules,
];

export function lintServer(server: ZooKeeperServer): LintProblem[] {
  return [...checkAll(propertiesRules, server), ...checkAll(serverRules, server)];
}
