import { quote } from '../shell/quote.ts';
import { KEEPALIVE } from './connection.ts';
import type { Target } from './target.ts';

/** What the system's ssh prints when it is connected and logged in. */
export const CONNECTED = 'brokkr-connected';

/**
 * The arguments of the ssh that holds a connection: what brokkr has settled on comes first, since the first value of an option
 * wins, and then what the user has said, so that ssh reads its own configuration for everything else.
 * @param through the command whose input and output are the connection, where something stands in between
 */
export function masterArguments(
  target: Target,
  socket: string,
  through: string | undefined,
  keepalive: { readonly intervalMs: number; readonly count: number } = KEEPALIVE,
): string[] {
  const { call } = target;
  const isOpen = target.hostKeyChecking === 'no';
  const seconds = Math.max(1, Math.round(keepalive.intervalMs / 1000));
  const options: readonly (readonly [string, string])[] = [
    ['ControlMaster', 'yes'],
    ['ControlPersist', target.keptSeconds === undefined ? 'no' : String(target.keptSeconds)],
    ['BatchMode', target.password === undefined ? 'yes' : 'no'],
    ['NumberOfPasswordPrompts', '1'],
    ['HostName', literal(target.address)],
    ['Port', String(target.port)],
    ['User', target.user],
    ['StrictHostKeyChecking', target.hostKeyChecking],
    ['UserKnownHostsFile', isOpen ? '/dev/null' : target.knownHostsFiles.map((file) => `"${literal(file)}"`).join(' ')],
    ['GlobalKnownHostsFile', '/dev/null'],
    ['UpdateHostKeys', 'no'],
    ...(target.hostKeyAlias === undefined ? [] : [['HostKeyAlias', target.hostKeyAlias] as const]),
    ['ConnectTimeout', String(Math.ceil(target.timeout))],
    ['ConnectionAttempts', '1'],
    ['ServerAliveInterval', String(seconds)],
    ['ServerAliveCountMax', String(keepalive.count)],
    ['ProxyCommand', through ?? 'none'],
    ['PermitLocalCommand', 'yes'],
    ['LocalCommand', `echo ${CONNECTED}`],
    ['ClearAllForwardings', 'yes'],
    ['ForwardAgent', 'no'],
    ['ForwardX11', 'no'],
    ['RemoteCommand', 'none'],
    ['RequestTTY', 'no'],
    ['LogLevel', 'INFO'],
  ];
  const key = call === undefined && target.privateKeyFile !== undefined ? ['-i', target.privateKeyFile] : [];
  return [
    '-N',
    '-S',
    literal(socket),
    ...options.flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...(call === undefined ? ['-F', 'none', ...key] : call.arguments),
    '--',
    call?.host ?? target.address,
  ];
}

/** The arguments that make ssh use a connection that another one holds, and never one of its own. */
export function sessionArguments(socket: string): string[] {
  return ['-F', 'none', '-S', literal(socket), '-T', '-o', 'ControlMaster=no', '-o', 'ProxyCommand=false'];
}

/** The command that carries another ssh to `%h` port `%p` over a connection that is held. */
export function carryingCommand(socket: string): string {
  const words = ['ssh', ...sessionArguments(socket), '-W'].map((word) => quote(word).replaceAll('%', '%%'));
  return `${words.join(' ')} '[%h]:%p' x`;
}

/** A per cent sign begins a token. */
export function literal(text: string): string {
  return text.replaceAll('%', '%%');
}
