/** Perl, second half: what a waiter does while its job runs, cap on the log included, and how it tells the end. */
export const WAITING_PERL = String.raw`
# The FIFO is let go when the job's own process has ended; then we stay for what it left behind, and its output.
# USR1: keep it until nothing of the job lives. USR2: and see to that. Both only where orphans come back to us.
sub attends {
  listens() unless $call;
  ($path, $wait) = ("$run/output.log", -1);
  paces(100, 100) if $cap;
  for (;;) {
    while (($got = waitpid -1, $NOHANG) > 0) { ends($?) if $got == $job }
    last if $over && ($got < 0 || !$reaps);
    last if $kills && !kills_children() && $over;
    $signal = $call && $cap && !$over && !$kills ? syscall($call->{hear}, $bits, $ZERO, $pause, $EIGHT)
      : hears($kills ? ($tries++ < 500 ? 1 : 50) : $over && !$holds && defined $alive ? 0 : $wait);
    $holds = 1 if $signal == POSIX::SIGUSR1 || $signal == POSIX::SIGUSR2;
    $kills = 1 if $signal == POSIX::SIGUSR2;
    looks() if $cap && $signal <= 0;
    if ($over && !$holds && $signal <= 0 && defined $alive) {
      POSIX::close($alive);
      undef $alive;
    }
  }
  looks() if $cap;
  rmdir $cgroup if $cgroup ne '';
  # Our memory would be given back before it, and whoever listens would wait for that.
  POSIX::close($alive) if defined $alive;
}

# Until a signal comes that we know, or so many milliseconds are over; -1: as long as it takes.
sub hears {
  if ($call) {
    return syscall($call->{hear}, $bits, $ZERO, $ZERO, $EIGHT) if $_[0] < 0;
    $timeout = pack 'qq', int($_[0] / 1000), ($_[0] % 1000) * 1e6;
    return syscall $call->{hear}, $bits, $ZERO, $timeout, $EIGHT;
  }
  $signal = 0;
  my $ms = $_[0] || 1;
  $hires ? Time::HiRes::alarm($ms / 1000) : alarm(1 + int($ms / 1000)) if $ms > 0;
  POSIX::sigsuspend($silence);
  alarm 0;
  return $signal;
}

sub listens {
  $SIG{ALRM} = sub { };
  $SIG{CHLD} = sub { $signal = POSIX::SIGCHLD };
  $SIG{USR1} = $SIG{USR2} = 'IGNORE';
}

sub ends {
  my ($status) = @_;
  $over = 1;
  my $first = '';
  POSIX::lseek($record, $SLOT, 0);
  return unless POSIX::read($record, $first, 1) && $first eq '~';
  my ($user, $system, $peak) = usage(-1);
  writes(1, 'ended', 'code=' . ($status >> 8), 'signal=' . ($status & 127), "user_us=$user", "sys_us=$system",
    "max_rss_kb=$peak", ($cgroup ne '' ? cgroup_figures() : ()), moment());
}

sub cgroup_figures {
  my @told;
  push @told, "cgroup_us=$1" if (slurps("$cgroup/cpu.stat") // '') =~ /^usage_usec (\d+)/m;
  push @told, "cgroup_peak=$1" if (slurps("$cgroup/memory.peak") // '') =~ /^(\d+)/;
  push @told, "oom_kills=$1" if (slurps("$cgroup/memory.events") // '') =~ /^oom_kill (\d+)/m;
  return @told;
}

# Our own children cannot be mistaken: nobody else gets their numbers until we have reaped them.
sub kills_children {
  my %spared = map { $_ => 1 } split ' ', slurps("$run/spare") // '';
  my @children = grep { !$spared{$_} } split ' ', slurps("/proc/self/task/$$/children") // children_by_scan();
  if ($cgroup ne '' && !%spared && defined(my $fd = POSIX::open("$cgroup/cgroup.kill", POSIX::O_WRONLY | $SAFE))) {
    POSIX::write($fd, '1', 1);
    POSIX::close($fd);
  }
  kill 'KILL', @children;
  return scalar @children;
}

sub children_by_scan {
  opendir my $folder, '/proc' or return '';
  return join ' ', grep { /^\d+$/ && (parts_of($_))[1] == $$ } readdir $folder;
}

# Cost grows with what is written: a quiet log is looked at once a second, a fast one each time an eighth of the cap came.
sub looks {
  $size = -s $path;
  return paces($wait * 2, 1000) unless defined $size && $size != $seen;
  my $grown = $size - $seen;
  $seen = $size;
  ($from, $to, $lost) = (0, 0, 0) if $size < $to;
  cuts() if $size - ($to - $from) > $cap;
  $grown > 0 ? paces($wait * $cap / 8 / $grown, 250) : paces($wait * 2, 1000);
}

sub paces {
  my ($ms, $most) = @_;
  $ms = $ms < 10 ? 10 : $ms > $most ? $most : int $ms;
  return if $ms == $wait;
  $wait = $ms;
  $pause = pack 'qq', int($ms / 1000), ($ms % 1000) * 1e6;
}

# Head and tail stay. The record tells of the cut before it is made, so that no reader takes the hole for output.
sub cuts {
  my $head = int($cap / 8) & ~4095;
  my $tail = ($size - int($cap / 2)) & ~4095;
  return if $tail <= $head + 4096 || $tail <= $to;
  my $old = $to > $head + 4096 ? $to : $head + 4096;
  my $gone = ($to == $head ? $lost : 0) + $size - $head;
  my $newest = '';
  tells_cut($head, $tail, $tail - $head);
  my $fd = POSIX::open($path, POSIX::O_WRONLY | $SAFE) // return;
  if (punches($fd, $old, $tail - $old)) { POSIX::lseek($fd, $head, 0) }
  else {
    POSIX::close($fd);
    # What is written in this very moment comes before it, or is gone: better than to lose the last words of all.
    $newest = slurps($path, $tail > $size - 1048576 ? $tail : $size - 1048576) // '';
    truncate $path, $head;
    tells_cut($head, $head, $gone - length $newest);
    $fd = POSIX::open($path, $APPEND) // return;
  }
  my $line = "\n[curfew: $lost bytes cut here]\n";
  POSIX::write($fd, $line . $newest, length($line) + length $newest);
  POSIX::close($fd);
}

sub tells_cut {
  ($from, $to, $lost) = @_;
  $cuts += 1;
  writes(2, 'cut', "n=$cuts", map({ sprintf '%s=%015d', @$_ } ['from', $from], ['to', $to], ['lost', $lost]), "n=$cuts");
}

sub punches {
  my ($fd, $at, $length) = @_;
  # A number that was once a text would be handed over as the address of that text.
  my ($file, $mode) = ($fd + 0, 3);
  return syscall($call->{punch}, $file, $mode, $at + 0, $length + 0) == 0 if $call;
  return 0 unless $^O eq 'darwin' && open my $handle, '+<&=', $fd;
  return fcntl $handle, 99, pack 'LLqq', 0, 0, $at, $length;
}

sub writes {
  my ($slot, @words) = @_;
  my $text = join ' ', @words, 'end';
  POSIX::lseek($record, $slot * $SLOT, 0);
  POSIX::write($record, $text . '~' x ($SLOT - 1 - length $text) . "\n", $SLOT);
}

sub reply {
  my $line = join(' ', @_) . "\n";
  POSIX::write(1, $line, length $line);
}

sub slurps {
  my ($name, $at) = @_;
  my $fd = POSIX::open($name, $READ) // return undef;
  my ($all, $part) = ('', '');
  POSIX::lseek($fd, $at, 0) if $at;
  while ((POSIX::read($fd, $part, 65536) // 0) > 0) { $all .= $part }
  POSIX::close($fd);
  return $all;
}

# State, parent … of /proc/PID/stat, from behind the command, which may hold anything.
sub parts_of {
  my $line = slurps("/proc/$_[0]/stat") // return ('') x 20;
  return split ' ', substr $line, rindex($line, ')') + 2;
}

sub start_of { return (parts_of($_[0]))[19] }

# Microseconds of user and system time and the greatest KiB of one process: ours (0) or of the children we reaped (-1).
sub usage {
  my ($who) = @_;
  my $told = "\0" x 144;
  if ($call && syscall($call->{usage}, $who, $told) == 0) {
    my ($user, $user_us, $system, $system_us, $peak) = unpack 'q5', $told;
    return ($user * 1e6 + $user_us, $system * 1e6 + $system_us, $peak);
  }
  my @spent = times;
  return (map({ int(1e6 * $_) } @spent[$who ? (2, 3) : (0, 1)]), 0);
}

sub moment { return ('at=' . clock_ms(0), 'clock=' . clock_ms(1)) }

# Wall time (0) or time since some fixed moment (1), in milliseconds.
sub clock_ms {
  my ($which) = @_;
  return int 1000 * Time::HiRes::clock_gettime($which ? Time::HiRes::CLOCK_MONOTONIC() : 0) if $hires;
  return 1000 * time unless $call;
  my $now = "\0" x 16;
  syscall $call->{clock}, $which, $now;
  my ($s, $ns) = unpack 'qq', $now;
  return $s * 1000 + int($ns / 1e6);
}
`
