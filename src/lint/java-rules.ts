import { assignmentsOf, type HostSubject } from './host-subject.ts';
import type { Rule } from './rule.ts';

type HostRule = Rule<HostSubject>;

const GIGABYTE = 1024 ** 3;
/** Bytes; with less no JVM starts. */
const LEAST_HEAP = 2 * 1024 ** 2;
const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: GIGABYTE, t: 1024 ** 4 };

/** The size behind -Xms or -Xmx in bytes. */
export function heapOf(options: string, flag: 'Xms' | 'Xmx'): number | undefined {
  const found = [...options.matchAll(new RegExp(`-${flag}(\\d+)([kmgt]?)`, 'gi'))].at(-1);
  return found === undefined ? undefined : Number(found[1]) * (FACTORS[(found[2] ?? '').toLowerCase()] ?? 1);
}

/** The rules about the heap in the variables of an environment; `most` in GiB, above which the page cache starves. */
export function heapRules(service: 'kafka' | 'zookeeper', variables: readonly string[], most: number): HostRule[] {
  return [
    {
      id: `${service}/heap`,
      severity: 'warning',
      what: 'The heap is not sized well',
      why: 'A heap that grows while it runs pauses to do so; a very large one takes memory from the page cache and makes longer pauses.',
      mend: `Give -Xms and -Xmx the same size, of at most ${most} GiB.`,
      source: 'Kafka documentation, Java Version',
      *check({ host }) {
        for (const file of host.files.filter(({ kind }) => kind === 'environment')) {
          for (const variable of variables) {
            const given = assignmentsOf(file.text).get(variable);
            if (given === undefined) continue;
            const [least, greatest] = [heapOf(given.value, 'Xms'), heapOf(given.value, 'Xmx')];
            const at = { file: file.file, line: given.line, column: given.column };
            // https://docs.oracle.com/en/java/javase/17/docs/specs/man/java.html: bytes, unless a letter follows.
            if (greatest !== undefined && greatest < LEAST_HEAP)
              yield {
                key: variable,
                at,
                severity: 'error',
                message: `-Xmx is ${greatest} bytes: the JVM does not start`,
                hint: `give it a unit: ${greatest}m, or ${greatest}g`,
              };
            else if (least !== undefined && greatest !== undefined && least > greatest)
              yield { key: variable, at, severity: 'error', message: '-Xms is more than -Xmx: the JVM does not start' };
            else if (least !== undefined && greatest !== undefined && least !== greatest)
              yield {
                key: variable,
                at,
                message: '-Xms and -Xmx differ: the heap grows while it runs',
                hint: 'give both the same size',
              };
            if (greatest !== undefined && greatest > most * GIGABYTE)
              yield {
                key: variable,
                at,
                message: `a heap of ${Math.round(greatest / GIGABYTE)} GiB takes the memory of the page cache`,
                hint: `use at most ${most} GiB`,
              };
          }
        }
      },
    },
  ];
}

/** The rule about the version of Java, where a path of the installation tells it. */
export function javaRule(
  service: 'kafka' | 'zookeeper',
  product: string,
  needed: (subject: HostSubject) => readonly { version: string; least: number; most: number }[],
  environment: RegExp,
): HostRule {
  return {
    id: `${service}/java-version`,
    severity: 'error',
    what: `${product} does not run on this Java`,
    why: 'An older Java does not know the classes; on one that is too new, what was removed from it is missed.',
    mend: 'Use Java 11 or 17 for Kafka 2.8 and ZooKeeper 3.7, and 17 for what is newer.',
    source: `${product} documentation, Java Version`,
    *check(subject) {
      for (const file of subject.host.files.filter(
        ({ kind, text }) => kind === 'environment' && environment.test(text),
      )) {
        const home = assignmentsOf(file.text).get('JAVA_HOME');
        const java = Number(
          /(?:java|jdk|jre|openjdk|temurin|zulu|corretto)-?(?:1\.)?(\d+)/i.exec(home?.value ?? '')?.[1] ?? Number.NaN,
        );
        for (const { version, least, most } of needed(subject))
          if (home !== undefined && (java < least || java > most))
            yield {
              key: 'JAVA_HOME',
              at: { file: file.file, line: home.line, column: home.column },
              message: `${product} ${version} does not run on Java ${java}`,
              hint: `use Java ${java < least ? least : 17}`,
            };
      }
    },
  };
}
