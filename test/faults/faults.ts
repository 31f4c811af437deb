import { setTimeout as sleep } from 'node:timers/promises';
import type { DelayProxy } from '../proxy/delay-proxy.ts';
import type { ControlRun } from './control.ts';
import type { Random } from './random.ts';

/** What a fault may be done to. */
interface Victim {
  readonly run: ControlRun;
  readonly proxy: DelayProxy;
  /** Starts the same run once more. */
  another(): ControlRun;
  onHost(command: string): Promise<string>;
}

/** One thing that goes wrong. */
export interface Fault {
  readonly what: string;
  /** The connection is cut when it has carried so many bytes in this direction. */
  readonly cutAfter?: { readonly direction: 'toTarget' | 'toClient'; readonly bytes: number };
  readonly roundTripMs?: number;
  /** On the host, before the run. */
  readonly before?: string;
  /** On the host, when the run has ended. */
  readonly mend?: string;
  /** While it runs. */
  during?(victim: Victim): Promise<void>;
}

/** Kills one of the processes that brokkr has on the host: the n-th, in the order of their numbers. */
const killOne = (n: number): string => `
mine=$(pgrep -x sshd -u deploy | tr '\\n' ' '); all=
while [ -n "$mine" ]; do
  below=; for each in $mine; do below="$below $(pgrep -P "$each" | tr '\\n' ' ')"; done
  mine=$(echo $below); all="$all $mine"
done
set -- $all; [ $# -gt 0 ] || exit 0
shift $(( ${n} % $# )); kill -s KILL "$1"`;

type Make = (random: Random) => Fault;

const cut: Make = (random) => {
  const direction = random.pick(['toTarget', 'toClient'] as const);
  const bytes = random.magnitude(direction === 'toTarget' ? 900_000 : 30_000);
  return { what: `cut ${direction} after ${bytes} bytes`, cutAfter: { direction, bytes } };
};

const delay: Make = (random) => {
  const roundTripMs = random.int(1, 60);
  return { what: `${roundTripMs} ms more`, roundTripMs };
};

const freeze: Make = (random) => {
  const [after, lasts] = [random.int(300, 1500), random.int(50, 1500)];
  return {
    what: `frozen at ${after} ms for ${lasts} ms`,
    async during({ proxy }) {
      await sleep(after);
      proxy.freeze();
      await sleep(lasts);
      proxy.thaw();
    },
  };
};

/** As a cable that is pulled: neither side hears of it. */
const frozenForGood: Make = (random) => {
  const after = random.int(300, 1500);
  return {
    what: `frozen at ${after} ms for good`,
    async during({ proxy, run }) {
      await sleep(after);
      proxy.freeze();
      await run.ended;
      proxy.cut();
      proxy.thaw();
    },
  };
};

const kill: Make = (random) => {
  const after = random.int(250, 1800);
  const signal = random.pick(['SIGKILL', 'SIGKILL', 'SIGINT', 'SIGTERM'] as const);
  const again = signal === 'SIGKILL' ? undefined : random.pick([undefined, 20, 200]);
  return {
    what: `${signal} at ${after} ms${again === undefined ? '' : `, and again ${again} ms later`}`,
    async during({ run }) {
      await sleep(after);
      run.child.kill(signal);
      if (again === undefined) return;
      await sleep(again);
      run.child.kill(signal);
    },
  };
};

const killRemote: Make = (random) => {
  const [after, n] = [random.int(300, 1500), random.int(0, 20)];
  return {
    what: `process ${n} on the host killed at ${after} ms`,
    async during({ onHost }) {
      await sleep(after);
      await onHost(killOne(n));
    },
  };
};

const diskFull: Make = (random) => {
  const left = random.pick([0, 4, 90]);
  return {
    what: `disk full but for ${left} KiB`,
    before: `cat /dev/zero >/srv/tight/fill 2>/dev/null; truncate -s -${left}K /srv/tight/fill; true`,
    mend: 'rm -f /srv/tight/fill',
  };
};

const inodesGone: Make = () => ({
  what: 'no inode left',
  before: 'i=0; while : >"/srv/tight/inode-$i"; do i=$((i + 1)); done 2>/dev/null; true',
  mend: 'rm -f /srv/tight/inode-*',
});

const readOnly: Make = () => ({
  what: 'read-only',
  before: 'mount -o remount,ro /srv/tight',
  mend: 'mount -o remount,rw /srv/tight',
});

const twoAtOnce: Make = (random) => {
  const after = random.int(0, 900);
  const killed = random.pick([undefined, undefined, 300]);
  return {
    what: `a second run ${after} ms later${killed === undefined ? '' : ', killed soon'}`,
    async during({ another }) {
      await sleep(after);
      const second = another();
      if (killed !== undefined) {
        await sleep(killed);
        second.child.kill('SIGKILL');
      }
      await second.ended;
    },
  };
};

const KINDS: readonly [Make, ...Make[]] = [
  cut,
  ...Array.from({ length: 5 }, () => cut),
  ...Array.from({ length: 5 }, () => kill),
  ...Array.from({ length: 4 }, () => killRemote),
  delay,
  freeze,
  diskFull,
  inodesGone,
  readOnly,
  twoAtOnce,
  twoAtOnce,
];

/** One fault, now and then two at once; a cable that is pulled for good takes a quarter of a minute, and so comes rarely. */
export function faultsOf(random: Random): Fault[] {
  if (random.next() < 0.01) return [frozenForGood(random)];
  const count = random.next() < 0.25 ? 2 : 1;
  return Array.from({ length: count }, () => random.pick(KINDS)(random));
}
