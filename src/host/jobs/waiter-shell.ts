/**
 * The waiter where there is no perl: any POSIX shell with setsid(1), one process of it for each job.
 * Arguments: run folder, folder of the job, umask, cap on the log, then the command. Its variables come as 3.
 */
export const SHELL_WAITER = `
run=$1 cwd=$2 mask=$3 cap=$4
shift 4
cd / && umask 077 && trap '' HUP INT QUIT TERM PIPE
exec 4>&- 5>&- 6>&- 7>&-
variables=/proc/self/fd/3
say() { printf '%s\\n' "$*"; }
slot() { printf '%-511s\\n' "$*"; }

[ -p "$run/alive" ] || mkfifo -m 600 "$run/alive" 2>/dev/null || [ -p "$run/alive" ] || { say failed alive 0; exit; }
exec 9<>"$run/alive"
if ! (set -C; : >"$run/started") 2>/dev/null; then
  if [ -e "$run/started" ]; then say taken; else say failed started 0; fi
  exit
fi
blank=$(slot) && blank=$(printf %s "$blank" | tr ' ' '~')
[ "$(wc -c <"$run/exit")" -ge 1536 ] 2>/dev/null || printf '%s\\n%s\\n%s\\n' "$blank" "$blank" "$blank" >"$run/exit" &&
  slot >"$run/words" || { rm -f "$run/started"; say failed exit 0; exit; }
exec 8<>"$run/exit"

setsid=$(command -v setsid) defaults=
env --default-signal=INT,QUIT true 2>/dev/null && case $1 in *=*) ;; *) defaults=$(command -v env) ;; esac

# What can be known before: in a shell of its own, because the variables of the job must not become ours.
trouble=$(
  cd "$cwd" 2>/dev/null || { [ -d "$cwd" ] && say cwd 13 || say cwd 2; exit; }
  set -- "$1"
  unset PATH; . "$variables"
  case $1 in */*) ;; *) command -v -- "$1" >/dev/null && exit || { echo exec 2; exit; } ;; esac
  [ -e "$1" ] || { echo exec 2; exit; }
  [ -f "$1" ] && [ -x "$1" ] || echo exec 13
)
unstartable() {
  slot "unstartable stage=$1 errno=$2 end" >&8
  exit
}
if [ -n "$trouble" ]; then
  say running
  dd bs=512 count=1 <&8 >/dev/null 2>&1
  unstartable $trouble
fi

(
  exec 8>&- 9>&- </dev/null >>"$run/output.log" 2>&1
  trap - HUP TERM PIPE
  set -- "$setsid" $defaults "$@"
  [ -z "$defaults" ] || { one=$1 two=$2; shift 2; set -- "$one" "$two" --default-signal=INT,QUIT "$@"; }
  umask "$mask" && cd "$cwd" || exit 127
  unset PATH PWD OLDPWD SHLVL; . "$variables" && exec 3<&- && exec "$@"
) &
job=$!
exec 3<&-

# Start of process $1: the 20th word behind the last bracket of its stat line.
start() {
  read -r line <"/proc/$1/stat" 2>/dev/null || return
  set -- \${line##*) }
  shift 19 && printf %s "$1"
}
slot "began waiter=$$:$(start $$) job=$job:$(start $job) reach=scan end" >&8
say running
exec >/dev/null 2>&1

head=$((cap / 8 / 4096 * 4096)) to=0 n=0
cut_once() {
  size=$(stat -c %s "$run/output.log") || return
  [ "$size" -ge "$to" ] || to=0
  if [ "$to" -gt 0 ]; then kept=$((size - to + head)); else kept=$size; fi
  [ "$kept" -gt "$cap" ] || return
  tail=$(((size - cap / 2) / 4096 * 4096))
  [ "$tail" -gt $((head + 4096)) ] || return
  from=$((to > head + 4096 ? to : head + 4096)) to=$tail n=$((n + 1))
  slot "$(printf 'cut n=%d from=%015d to=%015d lost=%015d n=%d end' $n $head $to $((to - head)) $n)" |
    dd of="$run/exit" bs=512 seek=2 conv=notrunc
  fallocate -p -o "$from" -l $((to - from)) "$run/output.log"
  printf '\\n[curfew: %d bytes cut here]\\n' $((to - head)) | dd of="$run/output.log" bs=4096 seek=$((head / 4096)) conv=notrunc
}
cutter=
if [ "$cap" -gt 0 ] && command -v fallocate; then
  (exec 8>&- 9>&-; while sleep 1 && kill -0 $$; do cut_once; done) &
  cutter=$!
fi

# 128 and more may be a code or a signal: only the list of jobs tells. Written in place, for a disk that is full.
# Dash keeps an ended job in its list until it was shown, bash only until it was waited for.
list() { jobs 1<>"$run/words"; }
if [ -n "$BASH_VERSION" ]; then trap list CHLD && list; fi
wait $job
code=$? signal=0
if [ -n "$BASH_VERSION" ]; then trap - CHLD; [ $code != 145 ] || { wait $job; code=$?; }; else list; fi
told=
while read -r line; do case $line in "[1]"*) told=$line && break ;; esac; done <"$run/words"
case $told in
  *"Done("*) code=\${told#*Done(} && code=\${code%%)*} ;;
  *Done*) code=0 ;;
  "") [ $code -le 128 ] || exit ;;
  *) signal=$((code - 128)) code=0 ;;
esac
if [ $code = 126 ] || [ $code = 127 ]; then
  read -r first <"$run/output.log"
  case $first in "setsid: "*"$1"* | *env:*"$1"* | curfew-waiter:*setsid:*) unstartable exec 0 ;; esac
fi
times 1<>"$run/words"
{ read -r line; read -r user system; } <"$run/words"
slot "ended code=$code signal=$signal user=$user sys=$system end" >&8
[ -z "$cutter" ] || { kill -9 $cutter; cut_once; }
`
