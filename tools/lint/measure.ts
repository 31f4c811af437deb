// Compares what lint says of files with what people said of them: npx tsx tools/lint/measure.ts FOLDER
// The folder holds labels.jsonl: {"file", "context": {"brokers"?, "kafka_version"?}, "clean", "problems": [{"key", "severity"}]}
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readLintHosts } from '../../src/commands/lint-files.ts';
import { lintHosts } from '../../src/commands/lint-hosts.ts';
import { loadKafkaCatalogue } from '../../src/kafka/settings/catalogue.ts';

const severity = z.enum(['error', 'warning', 'info']);
const labelSchema = z.object({
  file: z.string(),
  clean: z.boolean(),
  context: z.object({ kafka_version: z.string().optional() }),
  problems: z.array(z.object({ key: z.string(), severity })),
});

async function measure(folder: string): Promise<void> {
  const catalogue = await loadKafkaCatalogue();
  const lines: string[] = [];
  const totals = { error: [0, 0, 0], warning: [0, 0, 0], info: [0, 0, 0] };
  for (const line of readFileSync(path.join(folder, 'labels.jsonl'), 'utf8').trim().split('\n')) {
    const label = labelSchema.parse(JSON.parse(line));
    const hosts = readLintHosts([path.join(folder, label.file)], false);
    const [linted] = lintHosts(hosts, { catalogue, kafkaVersion: label.context.kafka_version, allTogether: false, isPart: false, disabled: new Set() });
    const found = linted?.problems ?? [];
    for (const kind of severity.options) {
      const wanted = label.problems.filter((each) => each.severity === kind);
      const missed = wanted.filter(({ key }) => !found.some((each) => each.key === key));
      const given = found.filter((each) => each.severity === kind);
      const extra = given.filter(({ key }) => !label.problems.some((each) => each.key === key));
      const total = totals[kind];
      totals[kind] = [(total[0] ?? 0) + wanted.length, (total[1] ?? 0) + missed.length, (total[2] ?? 0) + extra.length];
      for (const { key } of missed) lines.push(`${label.file}: missed ${kind} ${key}`);
      for (const { key, rule } of extra) if (kind !== 'info') lines.push(`${label.file}${label.clean ? ' (clean)' : ''}: extra ${kind} ${rule} ${key}`);
    }
  }
  for (const kind of severity.options) {
    const [wanted = 0, missed = 0, extra = 0] = totals[kind];
    lines.push(`${kind}: ${wanted - missed} of ${wanted} found, ${extra} besides`);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

void measure(process.argv[2] ?? '.');
