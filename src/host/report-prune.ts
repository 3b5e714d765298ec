import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isReportId } from '../domain/report-id.ts'
import { isOver, judgeReport, type ReportSighting } from '../domain/report.ts'
import { TEMP_NAME } from './atomic-write.ts'
import { systemClock } from './clock.ts'
import { lookAt } from './identity.ts'
import { momentOfReport } from './moment-of-report.ts'
import { readReport } from './report-file.ts'
import { isMissing } from './system-error.ts'

const DAY_MS = 86_400_000
const STATUS = '.json'
const LOG = '.log'

interface Ended {
  readonly id: string
  readonly endedMs: number
}

/**
 * Removes all but the newest `keep` reports of those that are over, by when they ended, and gives their ids. One that
 * runs is never touched. Left-overs of killed writers go when they are a day old. With 0, as in the config, all are kept.
 */
export function pruneReports(folder: string, keep: number | 'none'): string[] {
  const names = namesIn(folder)
  removeLeftOvers(folder, names)
  const ids = names.flatMap((name) => idsOf(name, STATUS))
  // Most of the time there are not even so many reports, and none has to be read.
  const most = keep === 'none' ? 0 : keep
  if (keep === 0 || ids.length <= most) return []
  const ended = ids.flatMap((id) => endedOf(folder, id))
  const surplus = ended.toSorted((a, b) => b.endedMs - a.endedMs || (a.id < b.id ? 1 : -1))
  return surplus.slice(most).map(({ id }) => {
    rmSync(join(folder, id + LOG), { force: true })
    rmSync(join(folder, id + STATUS), { force: true })
    return id
  })
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

function idsOf(name: string, ending: string): string[] {
  const id = name.slice(0, -ending.length)
  return name.endsWith(ending) && isReportId(id) ? [id] : []
}

function endedOf(folder: string, id: string): Ended[] {
  const read = readReport(join(folder, id + STATUS))
  if (read === undefined) return []
  const { content, mark } = read
  const { mtimeMs } = mark
  const ended = [{ id, endedMs: mtimeMs }]
  if (content.kind === 'torn') return isOld(mtimeMs) && isFile(folder, id) ? ended : []
  const sighting: ReportSighting = { content, stamp: 0, mtimeMs, look: lookAt(content.pid) }
  const verdict = judgeReport(undefined, sighting, momentOfReport(), DAY_MS)
  return isOver(sighting, verdict) ? ended : []
}

function removeLeftOvers(folder: string, names: readonly string[]): void {
  const known = new Set(names)
  for (const name of names) {
    const isTemp = TEMP_NAME.test(name)
    const isLone = idsOf(name, LOG).some((id) => !known.has(id + STATUS))
    if (!isTemp && !isLone) continue
    const stats = lstatSync(join(folder, name), { throwIfNoEntry: false })
    if (stats !== undefined && !stats.isDirectory() && isOld(stats.mtimeMs)) {
      rmSync(join(folder, name), { force: true })
    }
  }
}

/** Anything that is no plain file was put there by somebody who may want to find it again. */
function isFile(folder: string, id: string): boolean {
  return lstatSync(join(folder, id + STATUS), { throwIfNoEntry: false })?.isFile() === true
}

function isOld(mtimeMs: number): boolean {
  return systemClock.wallMs() - mtimeMs > DAY_MS
}
