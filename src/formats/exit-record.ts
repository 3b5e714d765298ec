/** What a waiter wrote down, in three slots of one file that is overwritten in place and never grows. */
export interface ExitRecord {
  readonly began: RunBegan | null
  readonly end: RunEnd | null
  readonly cut: LogCut | null
}

export interface RunBegan {
  readonly waiter: PidAndStart
  /** The job's first process, which leads its session and its group. */
  readonly job: PidAndStart
  /** Null where the waiter has no clock at hand; then the time of the file tells. */
  readonly atMs: number | null
  /** On the clock that all processes of one boot share and that stands still while the machine sleeps. */
  readonly clockMs: number | null
  readonly reach: 'cgroup' | 'subreaper' | 'scan'
  readonly cgroup: string | null
  /** What the process weighed before it became the command: a peak no higher says nothing about the command. */
  readonly floorKb: number
}

export interface PidAndStart {
  readonly pid: number
  /** Empty where the waiter could not tell. */
  readonly processStart: string
}

export type RunEnd = RunEnded | RunUnstartable

export interface RunEnded {
  readonly kind: 'ended'
  readonly code: number
  /** 0: it ended by itself. */
  readonly signal: number
  readonly userUs: number
  readonly systemUs: number
  readonly maxRssKb: number
  readonly cgroupUs: number | null
  readonly cgroupPeakBytes: number | null
  readonly oomKills: number | null
  readonly atMs: number | null
  readonly clockMs: number | null
}

export interface RunUnstartable {
  readonly kind: 'unstartable'
  readonly stage: string
  readonly errno: number
  readonly atMs: number | null
}

export interface LogCut {
  /** Bytes from here up to `to` are a hole. */
  readonly from: number
  readonly to: number
  /** How many bytes are gone. */
  readonly lost: number
}

export const SLOT_BYTES = 512
export const RECORD_BYTES = 3 * SLOT_BYTES
const FILLER = '~'
const CUT = /^cut n=(\d+) from=(\d{15}) to=(\d{15}) lost=(\d{15}) n=\1 end[~ ]*$/

/** A record that says nothing yet, at its full size. */
export function blankRecord(): string {
  return `${FILLER.repeat(SLOT_BYTES - 1)}\n`.repeat(RECORD_BYTES / SLOT_BYTES)
}

/** A slot counts only when it is complete: what was read half old, half new has filler inside or no end mark. */
export function parseExitRecord(text: string): ExitRecord {
  const [began = '', end = '', cut = ''] = [0, 1, 2].map((slot) =>
    text.slice(slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES - 1),
  )
  return { began: parseBegan(began), end: parseEnd(end), cut: parseCut(cut) }
}

function parseBegan(slot: string): RunBegan | null {
  const fields = fieldsOf('began', slot)
  const waiter = identity(fields?.get('waiter'))
  const job = identity(fields?.get('job'))
  const reach = fields?.get('reach')
  if (!fields || !waiter || !job) return null
  if (reach !== 'cgroup' && reach !== 'subreaper' && reach !== 'scan') return null
  const cgroup = fields.get('cgroup') ?? null
  return { waiter, job, reach, cgroup, ...moment(fields), floorKb: count(fields, 'floor_kb') ?? 0 }
}

function parseEnd(slot: string): RunEnd | null {
  const failed = fieldsOf('unstartable', slot)
  if (failed) {
    const stage = failed.get('stage') ?? ''
    return {
      kind: 'unstartable',
      stage,
      errno: count(failed, 'errno') ?? 0,
      atMs: moment(failed).atMs,
    }
  }
  const fields = fieldsOf('ended', slot)
  const code = fields && count(fields, 'code')
  const signal = fields && count(fields, 'signal')
  if (!fields || typeof code !== 'number' || typeof signal !== 'number') return null
  return {
    kind: 'ended',
    code,
    signal,
    userUs: count(fields, 'user_us') ?? spent(fields.get('user')),
    systemUs: count(fields, 'sys_us') ?? spent(fields.get('sys')),
    maxRssKb: count(fields, 'max_rss_kb') ?? 0,
    cgroupUs: count(fields, 'cgroup_us'),
    cgroupPeakBytes: count(fields, 'cgroup_peak'),
    oomKills: count(fields, 'oom_kills'),
    ...moment(fields),
  }
}

function parseCut(slot: string): LogCut | null {
  const found = CUT.exec(slot)
  if (!found) return null
  const [, , from, to, lost] = found.map(Number)
  return { from: from ?? 0, to: to ?? 0, lost: lost ?? 0 }
}

function fieldsOf(kind: string, slot: string): Map<string, string> | null {
  const text = slot.replace(/[~ ]+$/, '')
  const words = text.split(' ')
  if (words[0] !== kind || words.at(-1) !== 'end' || text.includes(FILLER)) return null
  return new Map(
    words.slice(1, -1).map((word): [string, string] => {
      const at = word.indexOf('=')
      return [word.slice(0, at), word.slice(at + 1)]
    }),
  )
}

function moment(fields: ReadonlyMap<string, string>): {
  atMs: number | null
  clockMs: number | null
} {
  return { atMs: count(fields, 'at'), clockMs: count(fields, 'clock') }
}

/** Microseconds of what a shell says as 1m2.345s. */
function spent(text: string | undefined): number {
  const found = /^(\d+)m(\d+(?:[.,]\d+)?)s$/.exec(text ?? '')
  return found ? Math.round((Number(found[1]) * 60 + Number(found[2]?.replace(',', '.'))) * 1e6) : 0
}

function identity(text: string | undefined): PidAndStart | null {
  const found = /^([1-9]\d{0,9}):(.*)$/.exec(text ?? '')
  return found ? { pid: Number(found[1]), processStart: found[2] ?? '' } : null
}

function count(fields: ReadonlyMap<string, string>, name: string): number | null {
  const text = fields.get(name)
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null
}
