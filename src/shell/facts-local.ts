import type { Json } from './question.ts';
import { quote } from './quote.ts';

/** Where Ansible looks for facts of one's own. */
export const factsFolder = '/etc/ansible/facts.d';

/**
 * Facts of one's own, which stand in files, or are printed by programs, as Ansible runs them. Their lines begin with a space, so
 * that they are not taken for others.
 */
export function localFactsScript(folder: string): string {
  return [
    `echo "local<<"; for f in ${quote(folder)}/*.fact; do [ -f "$f" ] || continue; echo "fact=$f"`,
    'if [ -x "$f" ]; then v=$(exec "$f" </dev/null 2>/dev/null); else v=$(cat -- "$f" 2>/dev/null); fi; k=$?',
    'printf "%s\\n" "$v" | sed "s/^/ /"; echo "rc=$k"; done; echo ">>"',
  ].join('\n');
}

/** JSON, or sections as Python's configparser reads them; what is neither is told in the place of its facts. */
export function localFacts(text: string): Json {
  const facts: Record<string, Json> = Object.create(null);
  for (const part of text.split(/^fact=/m).slice(1)) {
    const [path = '', ...lines] = part.split('\n');
    const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.fact$/, '');
    const content = lines.flatMap((line) => (line.startsWith(' ') ? [line.slice(1)] : [])).join('\n');
    const rc = /^rc=(\d+)$/m.exec(part)?.[1];
    facts[name] =
      rc !== undefined && rc !== '0'
        ? `Failure executing fact script (${path}), rc: ${rc}, err: `
        : (read(content) ?? `error loading facts as JSON or ini - please check content: ${path}`);
  }
  return { ...facts };
}

function read(content: string): Json | undefined {
  try {
    const value: Json = JSON.parse(content);
    return value;
  } catch {
    return readSections(content);
  }
}

function readSections(content: string): Json | undefined {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let last: string | undefined;
  for (const line of content.split('\n')) {
    if (/^\s*([#;].*)?$/.test(line)) continue;
    const heading = /^\[(.+)\]\s*$/.exec(line)?.[1];
    const [, key, value = ''] = /^([^=:\s][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (heading !== undefined) {
      section = new Map();
      if (heading !== 'DEFAULT') sections.set(heading, section);
      last = undefined;
    } else if (section === undefined) return undefined;
    else if (/^\s/.test(line) && last !== undefined) section.set(last, `${section.get(last)}\n${line.trim()}`);
    else if (key === undefined) return undefined;
    else {
      last = key.toLowerCase();
      section.set(last, value);
    }
  }
  return Object.fromEntries([...sections].map(([name, values]) => [name, Object.fromEntries(values)]));
}
