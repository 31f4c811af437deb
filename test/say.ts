import { type Frame, newNonce } from '../src/shell/frame.ts';
import { preamble } from '../src/shell/program.ts';
import type { Host } from '../src/transport/host.ts';
import type { Become } from '../src/transport/target.ts';

/** The script as a program of brokkr's: what it says is its only frame. */
export function program(script: string): { nonce: string; text: string } {
  const nonce = newNonce();
  return { nonce, text: [preamble(nonce), 's OUT', script, 's END'].join('\n') };
}

/** What a script says, run through brokkr's transport. */
export async function say(host: Host, script: string, become?: Become): Promise<string | undefined> {
  const frames: Frame[] = [];
  await host.run(
    become,
    program(script),
    { frame: (stream, frame) => void (stream === 'stdout' && frames.push(frame)) },
    { onBoth: false },
  );
  return frames[0]?.payload.toString();
}
