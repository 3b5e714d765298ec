/**
 * Perl, first half: the launcher, which forks a waiter for each request on stdin, and what a waiter's child
 * does until it has become the job. It and the waiter touch as little memory as they can, hence the globals and the
 * bare system calls: a page that either writes to is no longer shared, and there may be a thousand waiters.
 */
export const LAUNCHING_PERL = String.raw`
use strict;
use POSIX ();
use Fcntl ();

our $SLOT = 512;
our $BLANK = '~' x ($SLOT - 1) . "\n";
$BLANK = $BLANK x 3;
our %GENERIC = (prctl => 167, hear => 137, clock => 113, usage => 165, punch => 47, react => 134, setsid => 157);
our %CALLS = (
  x86_64 => { prctl => 157, hear => 128, clock => 228, usage => 98, punch => 285, react => 13, setsid => 112 },
  aarch64 => \%GENERIC,
  riscv64 => \%GENERIC,
);
our ($jobs, $mode) = @ARGV;
our $call = $mode ne 'plain' && $^O eq 'linux' && length(pack 'p', '') == 8 && $CALLS{(POSIX::uname())[4]};
our ($ZERO, $ONE, $TWO, $EIGHT, $NOHANG) = (0, 1, 2, 8, POSIX::WNOHANG);
our ($AT_ONCE, $NOTHING, $DEFAULT) = ("\0" x 16, "\0" x 8, "\0" x 32);
our ($CHILD, $BE_REAPER) = (POSIX::SIGCHLD, 36);
our $SAFE = Fcntl::O_NOFOLLOW | ($^O eq 'linux' ? 0x80000 : $^O eq 'darwin' ? 0x1000000 : 0);
our $READ = POSIX::O_RDONLY | $SAFE;
our $BOTH = POSIX::O_RDWR | $SAFE;
our $MAKE = POSIX::O_RDWR | POSIX::O_CREAT | $SAFE;
our $FIRST = POSIX::O_WRONLY | POSIX::O_CREAT | POSIX::O_EXCL | $SAFE;
our $APPEND = POSIX::O_WRONLY | POSIX::O_CREAT | POSIX::O_APPEND | $SAFE;
our @DEAF = qw(HUP INT QUIT TERM PIPE TSTP TTIN TTOU);
our $heard = POSIX::SigSet->new(POSIX::SIGCHLD, POSIX::SIGUSR1, POSIX::SIGUSR2, POSIX::SIGALRM);
our $silence = POSIX::SigSet->new;
our $bits = pack 'Q', (1 << POSIX::SIGCHLD - 1) | (1 << POSIX::SIGUSR1 - 1) | (1 << POSIX::SIGUSR2 - 1);
our ($header, $request, $run, $cgroup, $cap, $path) = ('', ' ' x 8192, ' ' x 512, ' ' x 512, '', ' ' x 512);
our ($alive, $record, $fence, $waiter, $job, $got, $signal, $wait, $timeout, $pause, $size);
our ($over, $holds, $kills, $tries, $seen, $from, $to, $lost, $cuts) = (0) x 9;

close_inherited();
chdir '/';
umask 077;
eval { $0 = "curfew-waiter $jobs" };
$SIG{$_} = 'IGNORE' for 'CHLD', @DEAF;
POSIX::sigprocmask(POSIX::SIG_BLOCK, $heard);
$call = undef if $call && !(syscall($call->{hear}, $NOTHING, $ZERO, $AT_ONCE, $EIGHT) < 0 && $! == POSIX::EAGAIN);
our $hires = !$call && eval { require Time::HiRes; 1 };
our $reaps = $call && becomes_subreaper();
reply('ready', $reaps ? 'subreaper' : 'scan');

for (;;) {
  $header = $request = '';
  while (length $header < 8) { sysread STDIN, $header, 8 - length $header, length $header or POSIX::_exit(0) }
  while (length $request < $header) {
    sysread STDIN, $request, $header - length $request, length $request or POSIX::_exit(0);
  }
  ($run, $cgroup, $cap) = split /\0/, $request, 4;
  launches() or next;
  attends();
  POSIX::_exit(0);
}

# True in the waiter only. The fence is made by the one that will wait, while it holds the FIFO: whoever sees the
# fence can trust the FIFO, and a launcher that is killed half way leaves no fence behind that nobody stands for.
sub launches {
  $path = "$run/alive";
  POSIX::mkfifo($path, 0600) || $! == POSIX::EEXIST or return refuses('alive');
  $alive = POSIX::open($path, $BOTH) // return refuses('alive');
  $path = "$run/exit";
  $record = POSIX::open($path, $MAKE, 0600) // return refuses('exit', $alive);
  $path = "$run/started";
  $waiter = fork;
  return refuses('fork', $alive, $record) unless defined $waiter;
  if ($waiter) {
    POSIX::close($alive);
    POSIX::close($record);
    undef $request if length $request > 65536;
    return 0;
  }
  $fence = POSIX::open($path, $FIRST, 0600);
  if (!defined $fence) {
    refuses('started');
    POSIX::_exit(0);
  }
  POSIX::close($fence);
  if ($call) {
    syscall $call->{react}, $CHILD, $DEFAULT, $ZERO, $EIGHT;
    syscall $call->{setsid};
    syscall $call->{prctl}, $BE_REAPER, $ONE, $ZERO, $ZERO, $ZERO;
  }
  else {
    $SIG{CHLD} = 'DEFAULT';
    POSIX::setsid();
  }
  $job = fork;
  if (defined $job && !$job) {
    eval { becomes_job() };
    gives_up('waiter');
  }
  stays_alone() unless $job;
  POSIX::close($ZERO);
  POSIX::close($ONE);
  POSIX::close($TWO);
  undef $request if length $request > 65536;
  return 1;
}

sub refuses {
  my ($what, @open) = @_;
  my $errno = $! + 0;
  my $seq = (split /\0/, $request, 5)[3];
  POSIX::close($_) for @open;
  $what eq 'started' && $errno == POSIX::EEXIST ? reply($seq, 'taken') : reply($seq, 'failed', $what, $errno);
  return 0;
}

sub becomes_job {
  my (undef, undef, undef, $seq, $environment, $cwd, $mask, @argv) = split /\0/, $request, -1;
  fills() or takes_back($seq);
  POSIX::setsid();
  $cgroup = '' unless $cgroup eq '' || joins($cgroup);
  my @reach = $cgroup ne '' ? ('reach=cgroup', "cgroup=$cgroup") : 'reach=' . ($reaps ? 'subreaper' : 'scan');
  my ($us, $it) = map { "$_:" . start_of($_) } getppid, $$;
  writes(0, 'began', "waiter=$us", "job=$it", moment(), 'floor_kb=' . (usage(0))[2], @reach);
  reply($seq, 'running');
  my $log = POSIX::open("$run/output.log", $APPEND, 0600) // gives_up('log');
  my $null = POSIX::open('/dev/null', $READ) // gives_up('log');
  -f $environment or do { $! = POSIX::EINVAL if -e _; gives_up('env') };
  my $values = slurps($environment) // gives_up('env');
  chdir $cwd or gives_up('cwd');
  POSIX::dup2($null, 0);
  POSIX::dup2($log, $_) for 1, 2;
  umask oct $mask;
  %ENV = map { my $at = index $_, '='; $at < 1 ? () : (substr($_, 0, $at), substr($_, $at + 1)) } split /\0/, $values;
  $SIG{$_} = 'DEFAULT' for 'CHLD', @DEAF;
  POSIX::sigprocmask(POSIX::SIG_SETMASK, $silence);
  exec { $argv[0] } @argv;
  gives_up('exec');
}

sub stays_alone {
  my $errno = $! + 0;
  reply((split /\0/, $request, 5)[3], 'running');
  fills();
  $! = $errno;
  gives_up('fork');
}

# No room for the record: nothing has run, and it may be tried again.
sub takes_back {
  my ($seq) = @_;
  my $errno = $! + 0;
  unlink "$run/started";
  reply($seq, 'failed', 'exit', $errno);
  POSIX::_exit(127);
}

sub gives_up {
  my ($stage) = @_;
  my $errno = $! + 0;
  writes(1, 'unstartable', "stage=$stage", "errno=$errno", moment());
  POSIX::_exit(127);
}

sub joins {
  my ($folder) = @_;
  mkdir $folder, 0700 or $! == POSIX::EEXIST or return 0;
  my $procs = POSIX::open("$folder/cgroup.procs", POSIX::O_WRONLY | $SAFE) // return 0;
  my $joined = POSIX::write($procs, '0', 1);
  POSIX::close($procs);
  return $joined;
}

sub fills {
  return 1 if POSIX::lseek($record, 0, 2) >= 3 * $SLOT;
  POSIX::lseek($record, 0, 0);
  return (POSIX::write($record, $BLANK, 3 * $SLOT) // 0) == 3 * $SLOT;
}

sub becomes_subreaper {
  my ($get, $is) = (37, pack 'i', 0);
  return syscall($call->{prctl}, $BE_REAPER, $ONE, $ZERO, $ZERO, $ZERO) == 0
    && syscall($call->{prctl}, $get, $is, $ZERO, $ZERO, $ZERO) == 0 && unpack('i', $is) == 1;
}

# What the daemon inherited (from systemd, say) is not for jobs.
sub close_inherited {
  opendir my $folder, '/dev/fd' or return;
  my @open = grep { /^\d+$/ && $_ > 2 } readdir $folder;
  closedir $folder;
  POSIX::close($_) for @open;
}
`
