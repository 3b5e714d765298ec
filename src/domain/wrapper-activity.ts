import type { Census, CensusFile, Counted } from './census.ts'
import type { ClockWatch } from './clock-watch.ts'
import type { ClockSample } from './clocks.ts'
import type { Act, WrapperFacts } from './lifecycle-facts.ts'

export interface WrapperMemory {
  readonly sample: ClockSample
  readonly seen: readonly Wrapper[]
  /** The newest act that any of them told, on the boot clock. */
  readonly lastActMs: number
}

export interface WrapperTurn {
  readonly memory: WrapperMemory
  readonly facts: WrapperFacts
  /** What one of them did since the last look. */
  readonly act: Act | null
}

type Wrapper = Counted<CensusFile>

interface Look {
  readonly before: WrapperMemory | null
  readonly sample: ClockSample
  readonly undisturbedMs: number
  readonly staleAfterMs: number
}

/** What the wrappers mean for the house: who is there, who acted, who has not yet been heard. */
export function noteWrappers(
  before: WrapperMemory | null,
  { wrappers, counts }: Census<CensusFile>,
  { sample, disturbedMs }: ClockWatch,
  staleAfterMs: number,
): WrapperTurn {
  const look = { before, sample, undisturbedMs: sample.monotonicMs - disturbedMs, staleAfterMs }
  const recall = memoryOf(before?.seen ?? [])
  let [present, telling, unheard] = [0, 0, 0]
  let act: Act | null = null
  for (const [at, wrapper] of wrappers.entries()) {
    if (mayYetSpeak(wrapper, look)) unheard += 1
    if (wrapper.verdict.status !== 'fresh') continue
    if (isTelling(wrapper)) telling += 1
    else if (isPresent(wrapper, look)) present += 1
    const atMs = actedAt(wrapper, recall(wrapper.file.path, at), look)
    if (atMs > (act?.atMs ?? -Infinity)) act = { atMs, by: nameOf(wrapper) }
  }
  const lastActMs = Math.max(before?.lastActMs ?? -Infinity, act?.atMs ?? -Infinity)
  return {
    memory: { sample, seen: wrappers, lastActMs },
    facts: { fresh: counts.fresh, present, unheard, lastActMs: telling > 0 ? lastActMs : null },
    act,
  }
}

/** Whoever lives, as far as is known, has a full time to refresh after every disturbance. */
function mayYetSpeak({ file, verdict }: Wrapper, { undisturbedMs, staleAfterMs }: Look): boolean {
  if (verdict.watched.pid === null || file.look.state === 'gone') return false
  return undisturbedMs < staleAfterMs && verdict.ageMs >= undisturbedMs
}

function isTelling({ verdict }: Wrapper): boolean {
  return verdict.watched.lastActivityMs !== null
}

/** Who is fresh by grace only may be there, but nothing shows it. */
function isPresent({ verdict }: Wrapper, { staleAfterMs }: Look): boolean {
  return verdict.ageMs <= staleAfterMs
}

/** When it did something that was not known before, on the boot clock; long ago if it did nothing. */
function actedAt(wrapper: Wrapper, known: Wrapper | undefined, look: Look): number {
  const { before, sample } = look
  if (isTelling(wrapper)) return toldAt(wrapper, known, look)
  // Its being there is told by `present`; its coming is an act, unless it is us who came.
  const isNew = before !== null && known === undefined && isPresent(wrapper, look)
  return isNew ? sample.bootMs : -Infinity
}

function toldAt({ file, verdict }: Wrapper, known: Wrapper | undefined, look: Look): number {
  const { lastActivityMs, activeMs } = verdict.watched
  if (known?.verdict.watched.lastActivityMs === lastActivityMs) return -Infinity
  const actedMs = Math.min(activeMs, look.sample.monotonicMs)
  const seenMs = onBootClock(actedMs, look)
  return known === undefined
    ? seenMs
    : Math.max(seenMs, asWritten(file, verdict.ageMs, look.sample))
}

/** As late as the act must have been by what was seen of the file. */
function onBootClock(actedMs: number, { before, sample }: Look): number {
  const isOld = before !== null && actedMs <= before.sample.monotonicMs
  const { bootMs, monotonicMs } = isOld ? before.sample : sample
  return bootMs - (monotonicMs - actedMs)
}

/** As its writer tells it, whose clock, unlike the monotonic one, goes on while the machine sleeps. */
function asWritten({ content }: CensusFile, ageMs: number, { bootMs }: ClockSample): number {
  if (content.kind !== 'heartbeat') return -Infinity
  const { lastRefreshMs, lastActivityMs } = content
  const restMs = (lastRefreshMs ?? 0) - (lastActivityMs ?? lastRefreshMs ?? 0)
  return bootMs - ageMs - Math.max(0, restMs)
}

/** As long as nobody comes or goes, everybody stands where they stood, and no index is needed. */
function memoryOf(seen: readonly Wrapper[]): (path: string, at: number) => Wrapper | undefined {
  let index: Map<string, Wrapper> | undefined
  return (path, at) => {
    const guess = seen[at]
    if (guess?.file.path === path) return guess
    index ??= new Map(seen.map((wrapper) => [wrapper.file.path, wrapper]))
    return index.get(path)
  }
}

function nameOf({ file: { content } }: Wrapper): string {
  if (content.kind === 'hostile') return 'a wrapper'
  const label = content.kind === 'heartbeat' ? content.label : undefined
  return label === undefined ? `wrapper ${content.pid}` : `wrapper "${label}"`
}
