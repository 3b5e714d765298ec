/**
 * Two hundred wrappers that come, hang, go on, are killed and come back under numbers that were used before,
 * with a scanner that sweeps. To be run as root in a process namespace of its own. Says what went wrong.
 *   wrapper-town.ts FOLDER SECONDS SEED
 * On a busy machine it goes on until enough has happened.
 */
import { spawn } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Census, takeCensus } from '../../src/domain/census.ts'
import { createHeartbeatScanner, type HeartbeatFile } from '../../src/host/heartbeat-dir.ts'
import { sweepFile } from '../../src/host/heartbeat-file.ts'
import { createDice } from '../simulation/dice.ts'
import { moment } from '../support/heartbeats.ts'

const INHABITANTS = 200
const TICK_MS = 250
const REFRESH_S = 0.5
const rules = { staleAfterMs: 6_000, sweepAfterMs: TICK_MS }
/** Until a refresh can be expected, on a busy machine. */
const SETTLED_MS = 3_000
const LATE_MS = 1_500

const WRAPPER = String.raw`
  my ($folder, $uuid, $every, $full) = @ARGV;
  sub now { my @t = gmtime; sprintf '%04d-%02d-%02dT%02d:%02d:%02dZ', $t[5] + 1900, $t[4] + 1, @t[3, 2, 1, 0] }
  my ($more, $start) = ('', now());
  if ($full) {
    open my $stat, '<', "/proc/$$/stat"; my $line = <$stat>; $line =~ s/.*\) //;
    open my $boot, '<', '/proc/sys/kernel/random/boot_id'; chomp(my $id = <$boot>);
    $more = sprintf ',"process_start":"%s","boot_id":"%s"', (split ' ', $line)[19], $id;
  }
  my ($file, $temp) = ("$folder/heartbeat-$$-$uuid.json", "$folder/.tmp-$$-0123456789ab");
  while (1) {
    open my $out, '>', $temp or die;
    printf $out '{"pid":%d,"uuid":"%s","started_at":"%s","last_refresh":"%s","wrapper_version":"perl","schema_version":1%s}',
      $$, $uuid, $start, now(), $more;
    close $out; rename $temp, $file; select undef, undef, undef, $every;
  }`

interface Inhabitant {
  readonly uuid: string
  readonly pid: number
  /** Its heartbeat names its process by more than a number. */
  readonly isFull: boolean
  readonly kill: (signal: NodeJS.Signals) => void
  state: 'running' | 'stopped' | 'dying' | 'dead'
  sinceMs: number
}

const [folder = '', seconds = '', seed = ''] = process.argv.slice(2)
const dice = createDice(Number(seed))
const town = new Map<string, Inhabitant>()
const did = { scans: 0, judged: 0, reused: 0, swept: 0, stopped: 0, killed: 0 }
const wrong: string[] = []
const scanner = createHeartbeatScanner()
let census: Census<HeartbeatFile> | undefined
let [lastScanMs, graceUntilMs, born] = [performance.now(), 0, 0]

for (let count = 0; count < INHABITANTS; count += 1) settle()
const untilMs = performance.now() + Number(seconds) * 1_000
while (performance.now() < untilMs || !hasSeenEnough()) {
  for (let count = 0; count < 4; count += 1) meddle()
  await scan()
  await delay(TICK_MS)
}
for (const each of town.values()) end(each)
for (let count = 0; count < 60 && readdirSync(folder).length > 0; count += 1) {
  await scan()
  await delay(TICK_MS)
}
process.stdout.write(`${JSON.stringify({ ...did, left: readdirSync(folder), wrong })}\n`, () =>
  process.exit(),
)

function hasSeenEnough(): boolean {
  return did.reused >= 20 && did.stopped >= 20 && did.killed >= 40
}

function settle(number?: number): void {
  if (number !== undefined) writeFileSync('/proc/sys/kernel/ns_last_pid', String(number - 1))
  const uuid = `u${(born += 1)}`
  const isFull = born % 2 === 0
  const args = ['-e', WRAPPER, folder, uuid, String(REFRESH_S), isFull ? 'full' : '']
  const child = spawn('perl', args, { stdio: 'ignore' })
  const { pid = 0 } = child
  if (pid === number) did.reused += 1
  const kill = (signal: NodeJS.Signals): unknown => child.kill(signal)
  const now = { state: 'running', sinceMs: performance.now() } as const
  const each: Inhabitant = { uuid, pid, isFull, kill, ...now }
  town.set(uuid, each)
  child.once('exit', () => become(each, 'dead'))
}

/** Somebody else who happens to get the number, and stays a while. */
function squat(number: number): void {
  writeFileSync('/proc/sys/kernel/ns_last_pid', String(number - 1))
  const child = spawn('sleep', ['5'], { stdio: 'ignore' })
  if (child.pid === number) did.reused += 1
}

function become(each: Inhabitant, state: Inhabitant['state']): void {
  Object.assign(each, { state, sinceMs: performance.now() })
}

function end(each: Inhabitant): void {
  if (each.state === 'dying' || each.state === 'dead') return
  become(each, 'dying')
  each.kill('SIGKILL')
}

/** Something happens to somebody who has lived here for a while. */
function meddle(): void {
  const candidates = [...town.values()].filter(
    ({ state, sinceMs }) =>
      state !== 'dying' && state !== 'dead' && performance.now() - sinceMs > SETTLED_MS,
  )
  if (candidates.length === 0) return
  const each = dice.pick(candidates)
  const fate = dice.below(10)
  if (each.state === 'stopped') {
    if (fate < 7) return
    each.kill('SIGCONT')
    become(each, 'running')
  } else if (fate < 3) {
    did.stopped += 1
    each.kill('SIGSTOP')
    become(each, 'stopped')
  } else {
    did.killed += 1
    end(each)
    const after = fate < 6 ? () => settle(each.pid) : fate < 9 ? () => squat(each.pid) : settle
    void goneFor(each).then(() => after())
  }
}

async function goneFor(each: Inhabitant): Promise<void> {
  while (each.state !== 'dead') await delay(1)
}

async function scan(): Promise<void> {
  const beganMs = performance.now()
  if (beganMs - lastScanMs > LATE_MS) graceUntilMs = beganMs + rules.staleAfterMs
  lastScanMs = beganMs
  const { files, temps, problems } = await scanner.scan([{ path: folder, sweep: true }])
  wrong.push(...problems)
  census = takeCensus(census, files, moment({ graceUntilMs }), rules)
  did.scans += 1
  const seen = new Set<string>()
  for (const { file, verdict } of census.wrappers) {
    const each = town.get(/-(u\d+)\.json$/.exec(basename(file.path))?.[1] ?? '')
    if (each === undefined) continue
    seen.add(each.uuid)
    did.judged += 1
    const mistake = findMistake(each, verdict.status, beganMs)
    if (mistake !== undefined) wrong.push(`${mistake}: ${verdict.reason} (${each.uuid})`)
    if (verdict.sweepable && sweepFile(file.path, file.mark).kind === 'swept') {
      did.swept += 1
      if (hasBeen(each, 'running', beganMs, SETTLED_MS))
        wrong.push(`swept ${each.uuid}, which runs`)
    }
  }
  for (const each of town.values()) {
    const isMissing = hasBeen(each, 'running', beganMs, SETTLED_MS) && !seen.has(each.uuid)
    if (isMissing) wrong.push(`${each.uuid} runs and is not seen`)
  }
  for (const { path, look, mark } of temps) if (look.state === 'gone') sweepFile(path, mark)
}

function findMistake(each: Inhabitant, status: string, beganMs: number): string | undefined {
  if (hasBeen(each, 'running', beganMs, SETTLED_MS) && status !== 'fresh')
    return `runs, called ${status}`
  // Who was met while the machine was too busy to be trusted may be taken for whoever has the number now.
  const isKnown = each.isFull || graceUntilMs === 0
  if (isKnown && hasBeen(each, 'dead', beganMs, 0) && status === 'fresh')
    return 'dead, called fresh'
  if (hasBeen(each, 'stopped', beganMs, 0) && status === 'orphan') return 'hangs, called an orphan'
  const longMs = rules.staleAfterMs + SETTLED_MS
  const isLate = hasBeen(each, 'stopped', beganMs, longMs) && beganMs > graceUntilMs
  return isLate && status === 'fresh' ? 'hangs for long, called fresh' : undefined
}

function hasBeen(each: Inhabitant, state: string, atMs: number, forMs: number): boolean {
  return each.state === state && atMs - each.sinceMs >= forMs
}
