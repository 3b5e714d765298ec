import { readdirSync, readlinkSync } from 'node:fs'
import type { ProcessLook } from '../domain/process-look.ts'
import { parsePs } from './identity-darwin.ts'
import { lookAt } from './identity.ts'
import { failedDoing, isMissing } from './system-error.ts'

/** Looks at many processes again and again. */
export interface ProcessTable {
  /** Begins a new round: what was seen in the last one may have changed. */
  begin(): Promise<void>
  /** Keep it as long as the number matters: finding it costs as much as a look that was saved. */
  find(pid: number): Tracked
  /** `closely` for a process that has to be told apart from one that had its number before. */
  look(tracked: Tracked, closely: boolean): ProcessLook
  /** Ends the round; forgets whom nobody looked at in it. */
  end(): void
}

/** A process number, and what is known of it. */
export interface Tracked {
  readonly pid: number
  readonly serial: number
  look: ProcessLook
  seenIn: number
  closelyIn: number
}

/** So many are looked at one by one in every round. From there on the names in /proc tell sooner who is not there. */
const CLOSE_LOOKS = 400
const GONE: ProcessLook = { state: 'gone' }
const PS_LIMITS = { timeout: 10_000, maxBuffer: 16 * 1024 * 1024 }

let lastSerial = 0

export function createProcessTable(): ProcessTable {
  return process.platform === 'darwin' ? tableOfPs() : tableOfProc()
}

/**
 * A few processes are looked at each time. With thousands of them the list of names in /proc tells who is
 * gone, and only every n-th is looked at closely in a round, so that also a number that was given away
 * is noticed in the end.
 */
function tableOfProc(): ProcessTable {
  const known = new Map<number, Tracked>()
  let round = 0
  let shards = 1
  let looks = 0
  let listed: ReadonlySet<number> | null | undefined

  function isListed(pid: number): boolean | undefined {
    if (shards === 1 && looks < CLOSE_LOOKS) return undefined
    if (listed === undefined) listed = listProc()
    return listed?.has(pid)
  }

  function lookClosely(tracked: Tracked): ProcessLook {
    const { pid } = tracked
    looks += 1
    tracked.closelyIn = round
    const look = isListed(pid) === false ? GONE : lookAt(pid)
    // The same object for the same process: whoever keeps it sees at a glance that nothing changed.
    if (!isSameLook(look, tracked.look)) tracked.look = look
    return tracked.look
  }

  function lookAgain(tracked: Tracked): ProcessLook {
    const isDue = tracked.serial % shards === round % shards || tracked.look.state === 'unknown'
    const isThere = isDue ? undefined : isListed(tracked.pid)
    const isAsBefore = isThere === (tracked.look.state === 'alive')
    return isAsBefore ? tracked.look : lookClosely(tracked)
  }

  return {
    begin: async () => {
      round += 1
      shards = Math.max(1, Math.ceil(known.size / CLOSE_LOOKS))
      looks = 0
      listed = undefined
    },
    find: (pid) => findOrTrack(known, pid),
    look: (tracked, closely) => {
      const isNew = tracked.seenIn !== round
      tracked.seenIn = round
      if (closely && tracked.closelyIn !== round) return lookClosely(tracked)
      return isNew ? lookAgain(tracked) : tracked.look
    },
    end: () => forget(known, round),
  }
}

function isSameLook(a: ProcessLook, b: ProcessLook): boolean {
  if (a.state !== 'alive' || b.state !== 'alive') return a.state === b.state
  return a.processStart === b.processStart && a.startedAtMs === b.startedAtMs
}

function findOrTrack(known: Map<number, Tracked>, pid: number): Tracked {
  const found = known.get(pid)
  if (found !== undefined) return found
  lastSerial += 1
  const made = { pid, serial: lastSerial, look: GONE, seenIn: 0, closelyIn: 0 }
  known.set(pid, made)
  return made
}

function forget(known: Map<number, Tracked>, round: number): void {
  for (const [pid, { seenIn }] of known) if (seenIn !== round) known.delete(pid)
}

/** Every process number in /proc; null where that does not show all of them by our numbers. */
function listProc(): ReadonlySet<number> | null {
  try {
    const names = new Set(readdirSync('/proc').map(Number))
    return names.has(1) && readlinkSync('/proc/self') === String(process.pid) ? names : null
  } catch (error) {
    if (isMissing(error)) return null
    throw failedDoing('listing /proc', error)
  }
}

/** One call of ps for all of them, because one costs as much as thousands of looks elsewhere. */
function tableOfPs(): ProcessTable {
  let lines: ReadonlyMap<string, string> | undefined
  return {
    begin: async () => {
      lines = await listWithPs()
    },
    find: (pid) => ({ pid, serial: 0, look: GONE, seenIn: 0, closelyIn: 0 }),
    look: ({ pid }) => {
      const line = lines?.get(String(pid))
      if (lines === undefined) return { state: 'unknown' }
      return line === undefined ? GONE : (parsePs(line) ?? { state: 'unknown' })
    },
    end: () => {
      lines = undefined
    },
  }
}

/** Lines of ps by process number; undefined when it cannot be asked. */
async function listWithPs(): Promise<Map<string, string> | undefined> {
  // Asked for here, so that Linux does not pay for loading it.
  const { execFile } = process.getBuiltinModule('node:child_process')
  const args = ['-axo', 'pid=,lstart=,stat=']
  const options = { ...PS_LIMITS, env: { LC_ALL: 'C', TZ: 'UTC' } }
  return new Promise((resolve) => {
    execFile('/bin/ps', args, options, (error, stdout) => {
      resolve(error === null ? parsePsList(stdout) : undefined)
    })
  })
}

/** `ps -o pid=,lstart=,stat=`: the rest of each line by its number. */
export function parsePsList(text: string): Map<string, string> {
  const lines = new Map<string, string>()
  for (const line of text.split('\n')) {
    const found = /^\s*(\d+)\s+(\S.*)$/.exec(line)
    if (found !== null) lines.set(found[1] ?? '', found[2] ?? '')
  }
  return lines
}
