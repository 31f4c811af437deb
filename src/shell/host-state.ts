import { STATE_IS_OWN } from './program.ts';

/**
 * `leave PID` ends the SSH session above a process, as if its connection had ended: the watchdog does the rest. Nothing happens
 * where no server for sessions stands above it.
 */
export const LEAVE_SESSION = [
  'leave() {',
  '  l=$1',
  '  while [ -n "$l" ] && [ "$l" -gt 1 ]; do',
  '    case $(sed -n "s/^Name:[[:space:]]*//p" "/proc/$l/status" 2>/dev/null) in',
  '      sshd*|dropbear*) kill "$l"; break ;;',
  '    esac',
  '    l=$(sed -n "s/^PPid:[[:space:]]*//p" "/proc/$l/status" 2>/dev/null)',
  '  done',
  '}',
].join('\n');

/**
 * One run at a time a host and account. The lock is a symbolic link whose target names the holder: run, the shell of its
 * connection with that process's start time, the boot, the time, who. Making a link is atomic and carries the text along,
 * so nobody ever sees a lock without its holder. A holder that is gone (its connection ended, or the host was booted again)
 * is recognised by that and needs no hand: whoever comes next makes a link that is named after the one who is gone, so that
 * of several who find it at once one succeeds, and never removes a link of somebody else. Who holds the lock is the last
 * of these links; whoever gives it back removes the first one first. A holder whose connection is lost while the host has not
 * noticed looks as if it were there: `F` names a run whose session is ended, and its lock taken.
 */
export const LOCK = [
  LEAVE_SESSION,
  // Where, whose it is if it is not one's own, and what mkdir(1) says.
  `y=$(umask 077; mkdir -p "$S" 2>&1) && ${STATE_IS_OWN} || { q=\${Q:-$S}; m NOSTATE; printf '%s\\n' "$q" "$([ -O "$q" ] && [ ! -L "$q" ] || stat -c '%U %F' -- "$q" 2>/dev/null)" "$y"; m END; exit 0; }`,
  // All of this is read by the shell itself: were it a program's output, the death of that program would be the holder's.
  'boot=; { IFS= read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null; P=${P:-$PPID}',
  // The command's name may hold blanks and brackets, so fields are counted after the last bracket: start time is the 20th.
  'born() { b=; { IFS= read -r b <"/proc/$1/stat"; } 2>/dev/null; b=${b##*) }; [ -n "$b" ] || return; set -- $b; b=; [ "$#" -gt 19 ] || return; shift 19; b=$1; }',
  'alive() { [ "$4" = "$boot" ] && [ -n "$3" ] && born "$2" && [ "$b" = "$3" ]; }',
  'born "$P"; me="$R $P $b $boot $(date +%s) $O"',
  // Follows the links from the first on: 0 the lock is this run's, 1 `w` holds it, 2 it has changed meanwhile.
  'take() {',
  '  k=$S/holder; first=; gone=',
  '  while ! ln -s "$me" "$k" 2>/dev/null; do',
  '    w=$(readlink "$k") || return 2',
  '    case $k in "$S/holder") first=$w ;; esac',
  '    set -- $w',
  // Its own link is its own in any case: one that came after itself would lead everybody round and round. Such a one goes.
  '    [ "$1" = "$R" ] && [ "$2" = "$P" ] && return',
  '    if alive "$@"; then',
  '      [ "$1" = "$R" ] && return',
  '      [ -n "$F" ] && [ "$1" = "$F" ] || return 1',
  // What its watchdog ends has two seconds to end by itself.
  '      F=; leave "$2"; n=0; while alive "$@" && [ "$n" -lt 15 ]; do sleep 1; n=$((n + 1)); done',
  '      continue',
  '    fi',
  '    [ "$k" != "$S/holder-after-$1-$2" ] || { rm -f "$k"; return 2; }',
  '    gone=yes; k=$S/holder-after-$1-$2',
  '  done',
  '  [ -z "$gone" ] || [ "$(readlink "$S/holder")" = "$first" ] || { rm -f "$k"; return 2; }',
  '  rm -f "$S/stop"',
  // Whoever held it did not come to its end: what it had begun and not put in place is removed.
  '  [ ! -f "$S/temporary" ] || { while IFS= read -r p; do case $p in */.brokkr-*) rm -rf -- "$p" ;; esac; done < "$S/temporary"; rm -f "$S/temporary"; }',
  '}',
  'tries=0; waits=0; until take; do',
  // One whose control side has died is being ended by its watchdog, which takes about two seconds.
  '  if [ $? != 2 ]; then waits=$((waits + 1)); [ "$waits" -gt 4 ] || { sleep 1; continue; }; m LOCKED; printf \'%s\\n\' "$w"; m END; exit 0; fi',
  // A link that can neither be made nor read: the file system is full, or cannot be written.
  '  tries=$((tries + 1)); [ "$tries" -lt 20 ] || { m NOSTATE; printf "%s\\n" "$S"; m END; exit 0; }',
  'done',
].join('\n');

/** Gives the lock back, if it is this run's; with `W`, no step of it was cut off. */
export const UNLOCK = [
  'k=$S/holder; links=; before=',
  'while [ "$k" != "$before" ] && w=$(readlink "$k"); do before=$k; links="$links ${k##*/}"; set -- $w; r=$1; k=$S/holder-after-$1-$2; done',
  'if [ -n "$links" ] && [ "$r" = "$R" ]; then for k in $links; do rm -f "$S/$k"; done; rm -f "$S/temporary"; [ -z "$W" ] || rm -f "$S/running"; fi',
].join('\n');

/** `j begin N label` and `j end N rc`: the journal, and the file that says what is being done right now. */
export const STEP_JOURNAL = [
  'j() { printf \'%s %s %s\\n\' "$(date +%s)" "$R" "$*" >> "$S/journal"; if [ "$1" = begin ]; then printf \'%s %s\\n\' "$R" "$*" > "$S/running"; fi; }',
  'if [ "$(wc -c < "$S/journal" 2>/dev/null || echo 0)" -gt 1048576 ]; then mv -f "$S/journal" "$S/journal.1"; fi',
].join('\n');

/** Tells in the frame `LEFT`, before the first step of a run, in which step an earlier one was cut off. */
export const LEFT_RUNNING =
  'if [ -f "$S/running" ]; then h=; IFS= read -r h < "$S/running"; case $h in "$R "* | "") ;; *) s LEFT; printf \'%s\\n\' "$h" ;; esac; fi';
