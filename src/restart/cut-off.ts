import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { newNonce } from '../shell/frame.ts';
import { LEAVE_SESSION } from '../shell/host-state.ts';
import { preamble } from '../shell/program.ts';
import type { Program } from '../transport/program-channel.ts';

/** A roll that did not come to its end. */
export interface CutOff {
  readonly run: string;
  /** Its process was on this machine and is not there any more, so that nothing it began may go on. */
  readonly isGone: boolean;
}

/** A process of a control machine. `born` tells it from a later one with the same number, where the system says. */
export interface ControlProcess {
  readonly machine: string;
  readonly pid: number;
  readonly born: string | null;
}

export function thisProcess(): ControlProcess {
  return { machine: hostname(), pid: process.pid, born: bornOf(process.pid) };
}

/** Whether a process is known to have ended: of one on another machine nobody here can tell. */
export function isGone({ machine, pid, born }: ControlProcess): boolean {
  if (machine !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
  const now = bornOf(pid);
  return born !== null && now !== null && now !== born;
}

/** Ticks from the boot to its start; `null` where there is no /proc. */
function bornOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name may hold blanks and brackets, so fields are counted after the last bracket: start time is the 20th.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/**
 * A program that ends the SSH session above a process, as if its connection had ended; the watchdog does the rest.
 * Nothing happens where no server for sessions stands above it.
 */
export function endSessionProgram(pid: string): Program {
  const nonce = newNonce();
  const lines = [preamble(nonce), LEAVE_SESSION, `leave ${/^\d+$/.test(pid) ? pid : '1'}`, 's END'];
  return { nonce, text: lines.join('\n') };
}
