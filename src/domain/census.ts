import {
  type HeartbeatRules,
  type HeartbeatStatus,
  type HeartbeatVerdict,
  judge,
  type Moment,
  type Sighting,
} from './heartbeat.ts'

export type CensusFile = Sighting & { readonly path: string }

export interface Counted<File> {
  readonly file: File
  readonly verdict: HeartbeatVerdict
}

/** Everybody who was seen in one look, judged. The next census is told by it what is remembered. */
export interface Census<File> {
  readonly wrappers: readonly Counted<File>[]
  readonly counts: Readonly<Record<HeartbeatStatus, number>>
  /** How long ago the last of them acted; null when nobody is fresh. */
  readonly activeAgoMs: number | null
}

/** Judges every file, each by what was remembered of it. Who is not in it is forgotten. */
export function takeCensus<File extends CensusFile>(
  before: Census<File> | undefined,
  files: readonly File[],
  now: Moment,
  rules: HeartbeatRules,
): Census<File> {
  const recall = memoryOf(before?.wrappers ?? [])
  const counts = { fresh: 0, stale: 0, orphan: 0 }
  let activeAgoMs: number | null = null
  const wrappers = files.map((file, at) => {
    const verdict = judge(recall(file.path, at)?.watched, file, now, rules)
    counts[verdict.status] += 1
    const ago = verdict.activeAgoMs
    if (ago !== null && (activeAgoMs === null || ago < activeAgoMs)) activeAgoMs = ago
    return { file, verdict }
  })
  return { wrappers, counts, activeAgoMs }
}

type Recall = (path: string, at: number) => HeartbeatVerdict | undefined

/** As long as nobody comes or goes, everybody stands where they stood, and no index is needed. */
function memoryOf(wrappers: readonly Counted<CensusFile>[]): Recall {
  let index: Map<string, HeartbeatVerdict> | undefined
  return (path, at) => {
    const guess = wrappers[at]
    if (guess?.file.path === path) return guess.verdict
    index ??= new Map(wrappers.map(({ file, verdict }) => [file.path, verdict]))
    return index.get(path)
  }
}
