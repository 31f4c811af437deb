import { z } from 'zod';
import type { BrokerConnection } from './broker-connection.ts';
import { KafkaRefusal } from './errors.ts';
import { api } from './protocol.ts';

const answer = z.object({
  errorCode: z.int(),
  topics: z.array(z.object({ name: z.string(), partitions: z.array(z.object({ partition: z.int() })) })),
});

const listPartitionReassignments = api<{ topics: null; timeout: number }, z.output<typeof answer>>(
  'ListPartitionReassignments',
  { folder: 'listPartitionReassignments', key: 46, version: 0 },
  answer,
);

const withinMs = 5000;

/** Must go to the controller. `topic-partition` of each that is being moved to other brokers, whoever has begun that (KIP-455). */
export async function listReassignments(controller: BrokerConnection): Promise<readonly string[]> {
  const { errorCode, topics } = await controller.request(listPartitionReassignments, {
    topics: null,
    timeout: withinMs,
  });
  if (errorCode !== 0) throw new KafkaRefusal('the reassignments cannot be listed', errorCode);
  return topics.flatMap(({ name, partitions }) => partitions.map(({ partition }) => `${name}-${partition}`));
}
