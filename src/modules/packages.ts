import type { Value } from '../jinja/value.ts';
import type { OutputQuestion } from '../shell/question.ts';
import { quoteAll } from '../shell/quote.ts';
import { failed, unchanged } from './decisions.ts';
import type { Answers, Decision } from './module.ts';
import { globPattern } from './name-pattern.ts';
import { packageCommand } from './package-commands.ts';
import { output, telling, toolRun } from './tool.ts';

/** What installs packages on a host. */
export type PackageManager = 'apt-get' | 'dnf' | 'yum' | 'zypper' | 'apk';
const managers: readonly PackageManager[] = ['apt-get', 'dnf', 'yum', 'zypper', 'apk'];

export interface WantedPackages {
  /** The managers that will do, in order. */
  readonly by: readonly PackageManager[];
  /** As the manager writes them; `name=version` for apt and apk. */
  readonly names: readonly string[];
  readonly state: 'present' | 'absent' | 'latest';
  /** Read the lists of packages again before something is installed. */
  readonly refresh: boolean;
  readonly options: Readonly<Partial<Record<PackageManager, readonly string[]>>>;
  /** Purge, autoremove and the like. */
  readonly removeOptions?: Readonly<Partial<Record<PackageManager, readonly string[]>>>;
  /** Arguments of the task that only these managers know. */
  readonly only?: Readonly<Record<string, readonly PackageManager[]>>;
  readonly environment: ReadonlyMap<string, string>;
}

interface Installed {
  readonly name: string;
  /** Empty when it is not installed. */
  readonly version: string;
  readonly candidate: string;
}

/** Asks which manager there is, and for each package the version that is installed and the newest one. */
export function packagesQuestion({ by, names, state }: WantedPackages): OutputQuestion {
  const newest = state === 'latest';
  return output(
    'packages',
    `for m in ${by.join(' ')} none; do command -v "$m" >/dev/null && break; done; echo "$m"`,
    `for p in ${quoteAll(names.map(bare))}; do v= c=; case $m in`,
    `apt-get) v=$(dpkg-query -W -f '\${db:Status-Status} \${Version}\\n' -- "$p" | sed -n 's/^installed //p' | head -n 1)`,
    newest ? '  c=$(apt-cache policy -- "$p" | sed -n \'s/^  Candidate: //p\') ;;' : '  ;;',
    `dnf|yum|zypper) v=$(rpm -q --qf '%{VERSION}-%{RELEASE}\\n' -- "$p" || rpm -q --qf '%{VERSION}-%{RELEASE}\\n' --whatprovides -- "$p") && v=$(printf '%s\\n' "$v" | tail -n 1) || v=`,
    newest ? rpmCandidate : '  ;;',
    `apk) apk info -e "$p" >/dev/null && { v=$(apk info -v -e "$p"); v=\${v#"$p"-}; }`,
    newest ? '  c=$v; [ -z "$(apk version -q -l "<" "$p")" ] || c=newer ;;' : '  ;;',
    'esac; printf "%s|%s|%s\\n" "$p" "$v" "$c"; done',
  );
}

const rpmCandidate =
  '  c=$v; if [ "$m" = zypper ]; then zypper -nq lu "$p" | grep -q "| $p " && c=newer; else "$m" -q check-update "$p" >/dev/null; [ $? != 100 ] || c=newer; fi ;;';

/** Installs, removes or brings up to date what is not as it is to be. */
export function decidePackages(wanted: WantedPackages, answers: Answers): Decision {
  const question = packagesQuestion(wanted);
  const found = readInstalled(answers.get(question).stdout);
  if (found === undefined) {
    return failed({
      message: `the host has none of ${wanted.by.join(', ')}`,
      hint: 'the package module works with what the host has',
    });
  }
  const { manager, packages } = found;
  const foreign = Object.entries(wanted.only ?? {}).filter(([, known]) => !known.includes(manager));
  if (foreign.length > 0) {
    return failed({
      message: `${manager} has no ${foreign.map(([argument]) => argument).join(', ')}`,
      hint: 'give that only where the host has the manager for it: "{{ … | default(omit) }}"',
    });
  }
  const names = wanted.names.filter((name, index) => differs(wanted.state, name, packages[index]));
  if (names.length === 0) return unchanged({ msg: 'Nothing to do', rc: 0, results: [] });
  const after = packages.map((each, index) => afterwards(wanted.state, wanted.names[index] ?? '', each, names));
  const order = toolRun({
    script: packageCommand(manager, wanted, names),
    environment: wanted.environment,
    asked: question,
    becomes: [manager, ...after.map(({ name, version, candidate }) => `${name}|${version}|${candidate}`)]
      .map((line) => `${line}\n`)
      .join(''),
    reach: 'host',
  });
  const diff = names.map((name) => {
    const before = packages[wanted.names.indexOf(name)]?.version || 'absent';
    return {
      kind: 'state',
      subject: `package ${bare(name)}`,
      before: { state: before },
      after: { state: shown(wanted.state, name) },
    } as const;
  });
  return telling([order], diff, resultOf(wanted, names), hasChanged);
}

function resultOf({ state }: WantedPackages, names: readonly string[]): Record<string, Value> {
  return { results: names.map((name) => `${state === 'absent' ? 'Removed' : 'Installed'}: ${name}`), msg: '' };
}

/** What every manager says when nothing was to be done after all, for instance because another package provides it. */
function hasChanged(stdout: string): boolean {
  return !/^(0 upgraded, 0 newly installed, 0 (downgraded, 0 )?to remove|Nothing to do)/m.test(stdout);
}

function readInstalled(stdout: string): { manager: PackageManager; packages: readonly Installed[] } | undefined {
  const [first, ...lines] = stdout.trimEnd().split('\n');
  const manager = managers.find((each) => each === first);
  if (manager === undefined) return undefined;
  const packages = lines.map((line): Installed => {
    const [name = '', version = '', candidate = ''] = line.split('|');
    return { name, version, candidate };
  });
  return { manager, packages };
}

function differs(state: WantedPackages['state'], name: string, found: Installed | undefined): boolean {
  const version = found?.version ?? '';
  if (state === 'absent') return version !== '';
  if (version === '') return true;
  const pinned = versionOf(name);
  if (pinned !== undefined) return !globPattern(pinned, '.').test(version);
  return state === 'latest' && found?.candidate !== '' && found?.candidate !== version;
}

function afterwards(
  state: WantedPackages['state'],
  name: string,
  found: Installed,
  changed: readonly string[],
): Installed {
  if (!changed.includes(name)) return found;
  if (state === 'absent') return { ...found, version: '' };
  const version = versionOf(name) ?? (found.candidate || 'new');
  return { ...found, version, candidate: found.candidate === '' ? '' : version };
}

function shown(state: WantedPackages['state'], name: string): string {
  return state === 'absent' ? 'absent' : (versionOf(name) ?? state);
}

/** The name without a version. */
function bare(name: string): string {
  return name.split('=')[0] ?? name;
}

function versionOf(name: string): string | undefined {
  return name.includes('=') ? name.slice(name.indexOf('=') + 1) : undefined;
}
