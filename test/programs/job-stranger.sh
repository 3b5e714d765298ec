#!/bin/sh
# Becomes the parent of a sleeping process with just that number, says "had", and ends with its stdin. Needs root.
# Usage: job-stranger.sh PID
exec perl -e '
  use POSIX ();
  my ($wanted, $got) = ($ARGV[0], 0);
  for (1 .. 3000) {
    open my $last, ">", "/proc/sys/kernel/ns_last_pid" or exit 1;
    syswrite $last, $wanted - 1;
    $got = fork;
    if (!$got) { POSIX::setsid(); sleep 600 if $$ == $wanted; POSIX::_exit(0) }
    last if $got == $wanted;
    waitpid $got, 0;
  }
  exit 2 if $got != $wanted;
  $| = 1;
  print "had\n";
  <STDIN>;
  kill KILL => $got;
' "$1"
