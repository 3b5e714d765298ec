import type { ProcessRow } from './process-list.ts'

const TIME_LIMIT_MS = 5_000
const COLUMNS = ['pid', 'ppid', 'pgid', 'sess', 'stat', 'time', 'rss', 'lstart']
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'
const LINE =
  /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)\s+(\d+)\s+\w{3} +(\w{3}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})\s*$/

/** Every process there is, by what ps says. */
export function listWithPs(): ProcessRow[] {
  const lines = ps(['-ax', ...COLUMNS.flatMap((name) => ['-o', `${name}=`])])
  return lines.flatMap((line) => parseLine(line) ?? [])
}

/** A line for each process with its environment behind the arguments: ps shows it only of our own. */
export function environmentsByPs(): string[] {
  return ps(['-axEww', '-o', 'pid=', '-o', 'command='])
}

export function pidsWith(lines: readonly string[], entries: readonly string[]): Set<number> {
  const found = lines.filter((line) => entries.every((entry) => `${line} `.includes(` ${entry} `)))
  return new Set(found.map((line) => Number.parseInt(line, 10)))
}

/** There the session is an address, or nothing, for anybody who asks: the group has to do. */
export function parseLine(line: string): ProcessRow | undefined {
  const found = LINE.exec(line)
  if (found === null) return undefined
  const [
    ,
    pid,
    parent,
    group,
    ,
    state = '',
    days,
    hours,
    minutes,
    seconds,
    rss,
    month = '',
    day,
    time,
    year,
  ] = found
  const spent =
    ((Number(days ?? 0) * 24 + Number(hours ?? 0)) * 60 + Number(minutes)) * 60 + Number(seconds)
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    session: Number(group),
    isStopped: state.startsWith('T'),
    isRemains: state.startsWith('Z'),
    processStart: `${year}-${two(MONTHS.indexOf(month) / 3 + 1)}-${two(Number(day))}T${time}Z`,
    cpuMs: Math.round(spent * 1000),
    memoryBytes: Number(rss) * 1024,
  }
}

function ps(args: readonly string[]): string[] {
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const { stdout } = spawnSync('/bin/ps', args, {
    encoding: 'utf8',
    env: { LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: TIME_LIMIT_MS,
    maxBuffer: 64 * 1024 * 1024,
  })
  return (stdout ?? '').split('\n')
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
