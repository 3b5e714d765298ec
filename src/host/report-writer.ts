import { dirname, join } from 'node:path'
import { nextMoment, reportId, type ReportMoment } from '../domain/report-id.ts'
import { unusedSuffix, writeAtomically } from './atomic-write.ts'
import { systemClock } from './clock.ts'
import { makeFolder, writeInFolder } from './kept-file.ts'
import { makeLogFile, type ReportLog, reportLog } from './report-log.ts'
import { errorCode, isMissing, reasonOf } from './system-error.ts'

/** Both files of a report as its writer has them. Nothing here throws. */
export interface ReportFiles {
  readonly id: string
  readonly path: string
  readonly log: ReportLog
  /** Replaces the status; tells what went wrong, if anything. */
  writeStatus(text: string): string | undefined
}

const CHANCE_DIGITS = 6
const TRIES = 10

let last: ReportMoment | undefined

/** Makes the log of a new report under an id that nobody else has. */
export function makeReportFiles(folder: string): ReportFiles {
  let id = newId()
  let problem = tryToMake(folder, id)
  for (let tries = 1; problem === 'EEXIST' && tries < TRIES; tries += 1) {
    id = newId()
    problem = tryToMake(folder, id)
  }
  const path = join(folder, `${id}.json`)
  let isFirst = true
  return {
    id,
    path,
    log: reportLog(join(folder, `${id}.log`)),
    writeStatus: (text) => {
      try {
        writeInFolder(path, () => writeAtomically(path, text, { durable: false }), isFirst)
        isFirst = false
        return undefined
      } catch (error) {
        return `writing ${path}: ${reasonOf(error)}`
      }
    },
  }
}

function newId(): string {
  last = nextMoment(last, systemClock.wallMs())
  return reportId(last, process.pid, unusedSuffix().slice(0, CHANCE_DIGITS))
}

/** Whatever else fails shows again with the first write, where it is told. */
function tryToMake(folder: string, id: string): string | undefined {
  const path = join(folder, `${id}.log`)
  try {
    makeLogFile(path)
    return undefined
  } catch (error) {
    if (!isMissing(error)) return errorCode(error)
  }
  try {
    makeFolder(dirname(path), true)
    makeLogFile(path)
    return undefined
  } catch (error) {
    return errorCode(error)
  }
}
