import { nearestName, type Problem } from '../errors.ts';
import { IniWordError, splitIniWords } from './inventory/ini-words.ts';

/** Arguments for ssh(1) as a user writes them into a variable or ansible.cfg. */
export interface SshArguments {
  /** For ssh, with every flag that an option of brokkr's own could not go before written as one; `-q` would take away why it fails. */
  readonly words: readonly string[];
  /** `-o Name=value`, `-i` and the like; names in lower case, of several the first, which is the one that counts for ssh. */
  readonly options: ReadonlyMap<string, string>;
  /** They say something that only ssh itself can tell the meaning of. */
  readonly needSsh: boolean;
}

/** What is understood without asking ssh. */
const UNDERSTOOD = new Set(['userknownhostsfile', 'stricthostkeychecking', 'identityfile', 'user', 'connecttimeout']);

/** What changes nothing for us, or means here what it means there. */
const HARMLESS = new Set(
  `batchmode compression controlmaster controlpath controlpersist forwardagent gssapiauthentication hashknownhosts loglevel
  passwordauthentication preferredauthentications pubkeyauthentication requesttty serveralivecountmax serveraliveinterval
  tcpkeepalive updatehostkeys`.split(/\s+/),
);

/** Those that ssh takes the meaning of into account when it is asked (ssh_config(5)). */
const FOR_SSH = new Set(
  `addkeystoagent addressfamily bindaddress bindinterface canonicaldomains canonicalizefallbacklocal canonicalizehostname
  canonicalizemaxdots canonicalizepermittedcnames casignaturealgorithms certificatefile checkhostip ciphers
  clearallforwardings connectionattempts enableescapecommandline escapechar exitonforwardfailure fingerprinthash forwardx11
  forwardx11timeout forwardx11trusted globalknownhostsfile gssapidelegatecredentials hostbasedacceptedalgorithms
  hostbasedauthentication hostkeyalgorithms hostkeyalias hostname identitiesonly identityagent ignoreunknown include ipqos
  kbdinteractiveauthentication kbdinteractivedevices kexalgorithms challengeresponseauthentication localcommand logverbose
  macs nohostauthenticationforlocalhost numberofpasswordprompts permitlocalcommand pkcs11provider port proxycommand
  proxyjump pubkeyacceptedalgorithms pubkeyacceptedkeytypes rekeylimit requiredrsasize revokedhostkeys
  securitykeyprovider sendenv setenv streamlocalbindmask streamlocalbindunlink syslogfacility tag usekeychain
  verifyhostkeydns visualhostkey xauthlocation`.split(/\s+/),
);

/** Flags of ssh(1): those with a value, and the option that each stands for; `-F` and `-J` have to be asked about. */
const WITH_VALUE: ReadonlyMap<string, string | undefined> = new Map([
  ['i', 'identityfile'],
  ['l', 'user'],
  ['p', 'port'],
  ['J', 'proxyjump'],
  ['F', 'configfile'],
  ['b', 'bindaddress'],
  ['c', 'ciphers'],
  ['m', 'macs'],
  ['S', 'controlpath'],
]);
/** These flags are stronger than any option that stands before them, and `-J` refuses a ProxyCommand beside it. */
const AS_OPTION: ReadonlyMap<string, (value: string) => string[]> = new Map([
  ['J', (value) => ['-o', `ProxyJump=${value}`]],
  ['S', (value) => ['-o', `ControlPath="${value}"`]],
]);
const WITHOUT_VALUE = /^[46AaCKkqTtvXxYy]$/;
/** Those that would make it do something else. */
const REFUSED = /^[fGgMNnsV]$/;

/**
 * Reads the arguments. What ssh does not know, and what would make it do something else than to run a command, is added
 * to `problems`, named after `where`.
 */
export function readSshArguments(text: string, where: string, problems: Problem[]): SshArguments {
  const options = new Map<string, string>();
  const words = splitWords(text, where, problems);
  const plain: string[] = [];
  let needSsh = false;
  const keep = (name: string, value: string): void => {
    if (!HARMLESS.has(name) && !UNDERSTOOD.has(name)) needSsh = true;
    if (!options.has(name)) options.set(name, value);
  };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const rest = /^-([A-Za-z0-9].*)$/.exec(word)?.[1] ?? '';
    // Several flags may stand together: `-Cqi key`.
    let at = 0;
    while (at < rest.length && WITHOUT_VALUE.test(rest.charAt(at))) {
      if (/[46]/.test(rest.charAt(at))) needSsh = true;
      at++;
    }
    const flag = rest.charAt(at);
    const before = rest.slice(0, at).replaceAll('q', '');
    if (before !== '') plain.push(`-${before}`);
    if (rest !== '' && flag === '') continue;
    if (flag === '' || REFUSED.test(flag)) {
      problems.push({ message: `${where}: the ssh argument ${word} is not supported` });
      continue;
    }
    const value = rest.slice(at + 1) === '' ? (words[++i] ?? '') : rest.slice(at + 1);
    plain.push(...(AS_OPTION.get(flag)?.(value) ?? [`-${flag}`, value]));
    if (flag === 'o') readOption(value, where, problems, keep);
    else {
      const name = WITH_VALUE.get(flag);
      if (name !== undefined) keep(name, value);
      else problems.push({ message: `${where}: the ssh argument ${word} is not supported` });
    }
  }
  return { words: plain, options, needSsh };
}

function readOption(
  text: string,
  where: string,
  problems: Problem[],
  keep: (name: string, value: string) => void,
): void {
  const [, written = '', setting = ''] = /^\s*([A-Za-z0-9]+)\s*[ =]\s*"?(.*?)"?\s*$/.exec(text) ?? [];
  const name = written.toLowerCase();
  if ([UNDERSTOOD, HARMLESS, FOR_SSH].some((set) => set.has(name))) {
    keep(name, name === 'stricthostkeychecking' ? setting.toLowerCase() : setting);
    return;
  }
  const near = nearestName(name, [...UNDERSTOOD, ...HARMLESS, ...FOR_SSH]);
  problems.push({
    message: `${where}: the ssh option ${written || text} is not supported`,
    ...(near === undefined ? {} : { hint: `did you mean ${near}? (ssh takes upper and lower case alike)` }),
  });
}

function splitWords(text: string, where: string, problems: Problem[]): readonly string[] {
  try {
    return splitIniWords(text).map((word) => word.text);
  } catch (error) {
    if (!(error instanceof IniWordError)) throw error;
    problems.push({ message: `${where}: the ssh arguments ${text} cannot be split into words: ${error.message}` });
    return [];
  }
}
