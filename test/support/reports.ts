import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A report as it lies on disk. */
export type ReportFields = Readonly<Record<string, unknown>>

export function reportNames(home: string, ending = '.json'): string[] {
  const names = readdirSync(join(home, 'reports'))
  return names.filter((name) => name.endsWith(ending)).toSorted()
}

/** What a report says at the moment. */
export function readFields(path: string): ReportFields {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** The only report of a home. */
export function onlyReport(home: string): ReportFields {
  const names = reportNames(home)
  if (names.length !== 1) throw new Error(`expected one report, found ${names.join(', ')}`)
  return readFields(join(home, 'reports', names[0] ?? ''))
}

export function onlyLog(home: string): string {
  const [name = ''] = reportNames(home, '.log')
  return readFileSync(join(home, 'reports', name), 'utf8')
}

/** The text of a report that runs in this very process, unless the fields say otherwise. */
export function reportJson(fields: ReportFields = {}): string {
  const now = new Date().toISOString()
  return JSON.stringify({
    tool: 'build',
    argv: ['build', '--all'],
    pid: process.pid,
    started_at: now,
    updated_at: now,
    elapsed_seconds: 0,
    state: 'running',
    units_completed: 0,
    tail: [],
    ...fields,
  })
}

export function putReport(folder: string, id: string, fields: ReportFields = {}): string {
  const path = join(folder, `${id}.json`)
  writeFileSync(path, reportJson({ task_id: id, ...fields }), { mode: 0o600 })
  return path
}
