import type { OutputQuestion } from '../shell/question.ts';
import { unchanged } from './decisions.ts';
import type { Answers, Decision } from './module.ts';
import { aptGet, refreshCommand } from './package-commands.ts';
import { output, type ToolOrder, telling, toolRun } from './tool.ts';

/** Asks for the age of the lists of packages in seconds. */
export const listsQuestion: OutputQuestion = output(
  'packages',
  'for f in /var/lib/apt/periodic/update-success-stamp /var/lib/apt/lists; do [ -e "$f" ] && break; done',
  't=$(stat -c %Y "$f") || t=0; echo $(($(date +%s) - t))',
);

/** Asks which packages would be upgraded, a line each. */
export function upgradeQuestion(kind: string): OutputQuestion {
  return output('packages', `apt-get -s ${upgradeVerb(kind)} | sed -n 's/^Inst //p'`);
}

function upgradeVerb(kind: string): string {
  return kind === 'dist' || kind === 'full' ? 'dist-upgrade' : 'upgrade --with-new-pkgs';
}

/** Lists that are read are young, also where nothing in them has changed. */
const stampLists =
  '{ [ ! -d /var/lib/apt/periodic ] || touch /var/lib/apt/periodic/update-success-stamp; touch /var/lib/apt/lists; }';

/** Shell text that reads the lists again, and fails when one of them cannot be read. */
export const updateLists = `{ ${refreshCommand('apt-get')} -o APT::Update::Error-Mode=any && ${stampLists}; }`;

/** The lists have been read again once the script has run. */
export function listsOrder(script: string): ToolOrder {
  return { script, asked: listsQuestion, becomes: '0\n' };
}

/** Reads the lists again unless they are young enough. */
export function decideCache(validSeconds: number, answers: Answers): Decision {
  if (Number(answers.get(listsQuestion).stdout) < validSeconds) return unchanged({ cache_updated: false });
  const order = toolRun(listsOrder(`${refreshCommand('apt-get')} && ${stampLists}`));
  return telling([order], [{ kind: 'note', text: 'reads the lists of packages again' }], { cache_updated: true });
}

/** Upgrades what can be upgraded; with lists that are read again first, only the run can tell what that is. */
export function decideUpgrade(kind: string, refresh: boolean, answers: Answers): Decision {
  const question = upgradeQuestion(kind);
  const pending = answers
    .get(question)
    .stdout.trimEnd()
    .split('\n')
    .filter((line) => line !== '');
  if (pending.length === 0 && !refresh) return unchanged({ msg: '', stdout: '', stderr: '', rc: 0 });
  const script = `${refresh ? `${refreshCommand('apt-get')} >&2 && ` : ''}${aptGet} ${upgradeVerb(kind)}`;
  const text = refresh
    ? 'reads the lists of packages again and upgrades what has become newer'
    : `upgrades ${pending.map((line) => line.split(' ')[0]).join(', ')}`;
  return telling(
    [toolRun({ script, asked: question, becomes: '', reach: 'host' })],
    [{ kind: 'note', text }],
    {},
    (stdout) => !/^0 upgraded, 0 newly installed, 0 (downgraded, 0 )?to remove/m.test(stdout),
  );
}
