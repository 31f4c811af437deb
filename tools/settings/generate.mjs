// Writes src/kafka/settings/kafka-settings.json: every broker setting of each version, out of Kafka's own definition.
// Needs mvn and a JDK: node tools/settings/generate.mjs [VERSION...]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const given = process.argv.slice(2);
const versions = given.length > 0 ? given : ['2.8.1', '3.9.1', '4.0.0', '4.1.1'];
const project = (version) => `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
  <groupId>brokkr</groupId><artifactId>settings</artifactId><version>1</version><dependencies><dependency>
  <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${version}</version>
  </dependency></dependencies></project>`;

/** name → the forms it has had: [{ in: "2.8.1 3.9.1", type, default, min, max, oneOf, dynamic, deprecated }] */
const settings = new Map();
for (const version of versions) {
  for (const { name, validator, ...form } of definitionsOf(version)) {
    const forms = settings.get(name) ?? [];
    // Ranges over the whole type say nothing.
    if (form.max !== undefined && form.max >= 2147483647) delete form.max;
    if (form.min !== undefined && form.min <= -2147483648) delete form.min;
    const text = JSON.stringify(form);
    const same = forms.find((each) => each.text === text);
    if (same) same.in.push(version);
    else forms.push({ in: [version], text, form });
    settings.set(name, forms);
  }
}
const lines = [...settings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, forms]) => {
  const list = forms.map((each) => (each.in.length === versions.length ? each.form : { in: each.in, ...each.form }));
  return `${JSON.stringify(name)}:${JSON.stringify(list)}`;
});
const target = path.join(here, '..', '..', 'src', 'kafka', 'settings', 'kafka-settings.json');
writeFileSync(target, `{"versions":${JSON.stringify(versions)},"settings":{\n${lines.join(',\n')}\n}}\n`);

function definitionsOf(version) {
  const folder = mkdtempSync(path.join(tmpdir(), 'brokkr-settings-'));
  try {
    writeFileSync(path.join(folder, 'pom.xml'), project(version));
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:build-classpath';
    execFileSync('mvn', ['-q', '-B', '-f', path.join(folder, 'pom.xml'), goal, `-Dmdep.outputFile=${folder}/classpath`]);
    const classPath = readFileSync(path.join(folder, 'classpath'), 'utf8').trim();
    const out = execFileSync('java', ['-cp', classPath, path.join(here, 'KafkaSettings.java')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return out.trim().split('\n').map((line) => JSON.parse(line));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
