import { brokerRules } from '../kafka/lint/broker-rules.ts';
import { kafkaClusterRules } from '../kafka/lint/cluster-rules.ts';
import { kafkaHostRules } from '../kafka/lint/host-rules.ts';
import { liveRules } from '../lint/live/rules.ts';
import { propertiesRules } from '../lint/properties-rules.ts';
import type { RuleText } from '../lint/rule.ts';
import { suppressionRules } from '../lint/suppress.ts';
import { ensembleRules } from '../zookeeper/lint/ensemble-rules.ts';
import { zooKeeperHostRules } from '../zookeeper/lint/host-rules.ts';
import { serverRules } from '../zookeeper/lint/server-rules.ts';

/** Every rule there is, with the text of its page. */
export function allRules(): readonly RuleText[] {
  return [
    ...propertiesRules,
    ...brokerRules,
    ...kafkaClusterRules,
    ...kafkaHostRules,
    ...serverRules,
    ...ensembleRules,
    ...zooKeeperHostRules,
    ...liveRules,
    ...suppressionRules,
  ];
}

export function allRuleIds(): readonly string[] {
  return allRules().map(({ id }) => id);
}
