import type { DaemonView, StatusView } from '../contract/shapes.ts'
import { printableLine } from '../domain/printable.ts'
import { paint } from './style.ts'

/** The status as a person reads it. */
export function renderStatus(status: StatusView): string {
  const { wrappers, jobs, followups, next } = status
  const rows: [string, string][] = [
    ['daemon', describeDaemon(status.daemon)],
    ['wrappers', counted({ ...wrappers })],
    ['jobs', counted(jobs)],
    ['untold', counted({ ...followups })],
    ['reports', counted({ ...status.reports })],
    ...status.holds.map(({ what, why }): [string, string] => [
      'held by',
      printableLine(`${what}: ${why}`),
    ]),
    ['next', next === null ? 'nothing is due' : `${next.state} at ${localTime(next.at)}`],
    ...(status.config.problem === null
      ? []
      : [['config', printableLine(status.config.problem)] as [string, string]]),
    ...status.warnings.map((warning): [string, string] => ['warning', printableLine(warning)]),
  ]
  const since = status.since === null ? '' : ` since ${localTime(status.since)}`
  const head = `${paint('bold', status.state)}${since}: ${printableLine(status.reason)}`
  const body = rows.map(([name, text]) => `  ${paint('dim', name.padEnd(9))} ${text}`)
  return `${[head, ...body].join('\n')}\n`
}

function describeDaemon({ running, pid, host, version, started_at }: DaemonView): string {
  if (!running) return 'none runs'
  const since = started_at === null ? '' : `, since ${localTime(started_at)}`
  return `process ${pid} on ${printableLine(host ?? 'an unknown host')}, version ${printableLine(version ?? '?')}${since}`
}

function counted(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0)
  return some.length === 0 ? 'none' : some.map(([name, count]) => `${count} ${name}`).join(', ')
}

function localTime(iso: string): string {
  return iso.replace(/\.\d+Z$/, 'Z')
}
