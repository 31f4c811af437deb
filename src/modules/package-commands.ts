import { quoteAll } from '../shell/quote.ts';
import type { PackageManager, WantedPackages } from './packages.ts';

/** apt-get(8) without questions: files of the administrator's stay, and another apt is waited for. */
export const aptGet =
  'DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical apt-get -y -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=60';

interface Verbs {
  readonly refresh: string;
  readonly install: string;
  readonly upgrade: string;
  readonly remove: string;
}

const commands: Readonly<Record<PackageManager, Verbs>> = {
  'apt-get': {
    refresh: `${aptGet} -q update`,
    install: `${aptGet} install`,
    upgrade: `${aptGet} install`,
    remove: `${aptGet} remove`,
  },
  dnf: {
    refresh: 'dnf -y makecache',
    install: 'dnf -y install',
    upgrade: 'dnf -y install --best',
    remove: 'dnf -y remove',
  },
  yum: { refresh: 'yum -y makecache', install: 'yum -y install', upgrade: 'yum -y install', remove: 'yum -y remove' },
  zypper: {
    refresh: 'zypper -n refresh',
    install: 'zypper -n install',
    upgrade: 'zypper -n install',
    remove: 'zypper -n remove',
  },
  apk: { refresh: 'apk update', install: 'apk add', upgrade: 'apk add -u', remove: 'apk del' },
};

/** Shell text that installs, brings up to date or removes packages. */
export function packageCommand(manager: PackageManager, wanted: WantedPackages, names: readonly string[]): string {
  const { refresh, install, upgrade, remove } = commands[manager];
  const options = quoteAll(wanted.options[manager] ?? []);
  const list = quoteAll(names);
  if (wanted.state === 'absent') return joined(remove, options, quoteAll(wanted.removeOptions?.[manager] ?? []), list);
  const command = joined(wanted.state === 'latest' ? upgrade : install, options, list);
  return wanted.refresh ? `${refresh} >&2 && ${command}` : command;
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

/** Shell text that reads the lists of packages again. */
export function refreshCommand(manager: PackageManager): string {
  return commands[manager].refresh;
}
