/**
 * One run at a time a host. The lock is a folder, since mkdir(1) fails when it is there; its owner file names the run, the
 * server shell of its connection with that process's start time, and the boot. A holder that is gone (its connection
 * ended, or the host was booted again) is recognised by that and needs no hand. Two runs that find the same stale lock
 * cannot both take it: rename succeeds once.
 */
export const LOCK = [
  'boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)',
  // The command's name may hold blanks and brackets, so fields are counted after the last bracket: start time is the 20th.
  "born() { sed 's/.*) //' \"/proc/$1/stat\" 2>/dev/null | cut -d' ' -f20; }",
  '(umask 077; mkdir -p "$S") || { m NOSTATE; m END; exit 0; }',
  'K="$S/lock"',
  'take() { mkdir "$K" 2>/dev/null && printf \'%s %s %s %s %s %s\\n\' "$R" "$PPID" "$(born "$PPID")" "$boot" "$(date +%s)" "$O" > "$K/owner" && rm -f "$S/stop"; }',
  'if ! take; then',
  '  [ -s "$K/owner" ] || sleep 1',
  '  r= ; read -r r p b o t w < "$K/owner" 2>/dev/null',
  '  if [ "$r" != "$R" ]; then',
  '    if [ -n "$r" ] && [ "$o" = "$boot" ] && [ "$(born "$p")" = "$b" ] && [ -n "$b" ]; then',
  '      m LOCKED; cat "$K/owner"; m END; exit 0',
  '    fi',
  '    mv "$K" "$K.stale.$$" 2>/dev/null && rm -rf "$K.stale.$$"',
  '    take || { m LOCKED; cat "$K/owner" 2>/dev/null; m END; exit 0; }',
  // Whoever held it did not come to its end: what it had begun and not put in place is removed.
  '    if [ -f "$S/temporary" ]; then while read -r p; do case "$p" in */.brokkr-*) rm -rf -- "$p" ;; esac; done < "$S/temporary"; rm -f "$S/temporary"; fi',
  '  fi',
  'fi',
].join('\n');

/** Gives the lock back, if it is this run's. */
export const UNLOCK =
  'r= ; read -r r p < "$S/lock/owner" 2>/dev/null; [ "$r" = "$R" ] && { rm -rf "$S/lock"; rm -f "$S/temporary"; rmdir "$S/owed" 2>/dev/null; }';

/** `j begin N label` and `j end N rc`: the journal, and the file that says what is being done right now. */
export const STEP_JOURNAL = [
  'j() { printf \'%s %s %s\\n\' "$(date +%s)" "$R" "$*" >> "$S/journal"; if [ "$1" = begin ]; then printf \'%s %s\\n\' "$R" "$*" > "$S/running"; fi; }',
  'if [ "$(wc -c < "$S/journal" 2>/dev/null || echo 0)" -gt 1048576 ]; then mv -f "$S/journal" "$S/journal.1"; fi',
].join('\n');

/** What a probe reads beside its questions: the handlers that are owed, and the step in which a run was cut off. */
export const READ_STATE = [
  's owed; for f in "$S"/owed/*; do [ -f "$f" ] && { read -r h < "$f"; printf \'%s\\n\' "$h"; }; done',
  's running; [ -f "$S/running" ] && { read -r h < "$S/running"; printf \'%s\\n\' "$h"; }',
].join('\n');
