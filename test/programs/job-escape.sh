#!/bin/sh
# Makes a process that escapes in a certain way, says so, and stays. All that it makes have TOKEN in their arguments.
# Whatever may stay behind ends by itself within a minute; what forks without pause does so after 1,500 forks or 20 s.
# Usage: job-escape.sh KIND TOKEN
kind=$1 token=$2
leaf='$| = 1; $SIG{TERM} = "IGNORE" if $ARGV[0] =~ /deaf/; setpgrp if $ARGV[0] eq "group"; sleep 1 for 1 .. 60'
refork='for (1 .. 1500) { my $p = fork; exit if $p || time > $^T + 20; select undef, undef, undef, .002 }'
reaper='syscall((POSIX::uname())[4] eq "x86_64" ? 157 : 167, 36, 1, 0, 0, 0); system "(perl -e \"sleep 60\" $ARGV[1] &)"; sleep 1 for 1 .. 60'

case $kind in
  child | group | deaf) perl -e "$leaf" "$kind" "$token" & ;;
  session) setsid perl -e "$leaf" "$kind" "$token" & ;;
  orphan) (perl -e "$leaf" "$kind" "$token" &) ;;
  daemon) (setsid perl -e "$leaf" "$kind" "$token" &) ;;
  bare | deaf-bare) (setsid env -i /usr/bin/perl -e "$leaf" "$kind" "$token" &) ;;
  silent) (setsid env -i /usr/bin/perl -e "$leaf" "$kind" "$token" >/dev/null 2>&1 &) ;;
  stopped) (setsid perl -e 'kill STOP => $$; sleep 1 for 1 .. 60' "$kind" "$token" &) ;;
  refork) (setsid perl -e "$refork" "$kind" "$token" &) ;;
  refork-bare) (setsid env -i /usr/bin/perl -e "$refork" "$kind" "$token" &) ;;
  reaper) (setsid env -i /usr/bin/perl -MPOSIX -e "$reaper" "$kind" "$token" &) ;;
esac
echo ready
exec perl -e 'sleep 1 for 1 .. 60' main "$token"
