import os from 'node:os'
import { configProblem, DEFAULTS, loadConfig } from '../config.ts'
import type { DaemonView, LifecycleFile, StatusView } from '../contract/shapes.ts'
import { ProblemError } from '../domain/problem.ts'
import { readConfigFile } from '../host/config-file.ts'
import type { Paths } from '../host/paths.ts'
import { lookAtHolder } from './holder.ts'
import { offlineFollowUpCounts } from './follow-ups.ts'
import { offlineJobCounts } from './jobs.ts'
import { readLifecycleFile } from './lifecycle.ts'
import { offlineReportCensus } from './reports.ts'
import { offlineCensus } from './wrappers.ts'

/** The house as its files tell it while nobody answers. */
export async function offlineStatus(
  paths: Paths,
  environment: NodeJS.ProcessEnv,
): Promise<StatusView> {
  const holder = await lookAtHolder(paths)
  const last = await readLifecycleFile(paths.lifecycle)
  const config = await loadConfig(readConfigFile(paths.config), environment)
  const values = config.ok ? config.loaded.config : DEFAULTS
  const { counts } = await offlineCensus(paths, values)
  const reports = await offlineReportCensus(paths, values)
  const daemon: DaemonView = {
    running: holder.alive,
    pid: holder.marker?.pid ?? null,
    host: holder.marker?.hostname ?? null,
    version: holder.marker?.version ?? null,
    started_at: holder.marker?.started_at ?? null,
  }
  const kept = await readKept(paths)
  return {
    state: last?.state ?? 'ASLEEP',
    since: last?.since ?? null,
    reason: reasonOf(holder, last),
    daemon: holder.alive ? daemon : NOBODY,
    wrappers: counts,
    jobs: kept.jobs,
    followups: kept.followups,
    reports: reports.counts,
    holds: [],
    next: null,
    last_activity: last?.last_activity ?? null,
    config: { ok: config.ok, problem: config.ok ? null : configProblem(config.problems).message },
    warnings: [...(config.ok ? config.loaded.warnings : config.warnings), ...kept.warnings],
  }
}

/** What the store knows; one that cannot be read is no reason to tell nothing. */
async function readKept(
  paths: Paths,
): Promise<Pick<StatusView, 'jobs' | 'followups' | 'warnings'>> {
  try {
    const jobs = await offlineJobCounts(paths)
    return { jobs, followups: await offlineFollowUpCounts(paths), warnings: [] }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return { jobs: {}, followups: { pending: 0, given_up: 0 }, warnings: [error.problem.message] }
  }
}

const NOBODY: DaemonView = {
  running: false,
  pid: null,
  host: null,
  version: null,
  started_at: null,
}

function reasonOf(
  holder: Awaited<ReturnType<typeof lookAtHolder>>,
  last: LifecycleFile | undefined,
): string {
  const { marker } = holder
  if (holder.alive && marker !== null) {
    return `process ${marker.pid} holds this home on ${os.hostname()} but does not answer`
  }
  if (last === undefined) return 'no daemon has run in this home yet'
  const ended = marker === null ? 'no daemon runs' : `the daemon (process ${marker.pid}) was killed`
  return last.state === 'ASLEEP' ? `asleep: ${last.reason}` : `${ended}; this is what was so before`
}
