import { type Config, configProblem, DEFAULTS, loadConfig } from '../config.ts'
import type { HelloView, StatusView } from '../contract/shapes.ts'
import { FOLLOW_UP_PRESETS } from '../domain/follow-up-command.ts'
import { ProblemError } from '../domain/problem.ts'
import { readConfigFile } from '../host/config-file.ts'
import { fileSystemOf, freeBytes } from '../host/disk.ts'
import { isProgram } from '../host/find-program.ts'
import { checkHome, isOwnHome } from '../host/home.ts'
import { homeExists, looseModes, makePrivate } from '../host/home-modes.ts'
import type { Paths } from '../host/paths.ts'
import { storeFileExists } from '../host/store-files.ts'
import { watchLimits } from '../host/watch-limits.ts'
import { openStoreReadOnly } from '../store/open-store.ts'
import { VERSION } from '../version.ts'
import { lookAtHolder } from './holder.ts'
import { unreadable } from './read-store.ts'
import { offlineReportCensus } from './reports.ts'

export interface DoctorDeps {
  readonly paths: Paths
  readonly environment: NodeJS.ProcessEnv
  /** What the daemon says of itself; null when none answers. */
  readonly hello: () => Promise<HelloView | null>
  readonly status: () => Promise<StatusView | null>
}

export interface Finding {
  readonly status: 'ok' | 'warn' | 'fail'
  readonly why: string
  readonly mend?: string | undefined
  /** Mends it without risk. */
  readonly fix?: () => void | Promise<void>
}

type Check = (deps: DoctorDeps) => Finding | Promise<Finding>

/** In the order a person would look. */
export const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['runtime', checkRuntime],
  ['home', checkHomeItself],
  ['modes', checkModes],
  ['file system', checkFileSystem],
  ['space', checkSpace],
  ['config', checkConfig],
  ['lock', checkLock],
  ['daemon', checkDaemon],
  ['store', checkStore],
  ['watcher', checkWatcher],
  ['follow-ups', checkFollowUps],
  ['reports', checkReports],
])

const LITTLE_SPACE_BYTES = 100 * 1024 * 1024

function ok(why: string): Finding {
  return { status: 'ok', why }
}

function checkRuntime(): Finding {
  return ok(
    `curfew ${VERSION} on Node ${process.versions.node}, ${process.platform} ${process.arch}`,
  )
}

function checkHomeItself({ paths }: DoctorDeps): Finding {
  try {
    checkHome(paths)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { message: why, hint: mend } = error.problem
    const bad = { status: 'fail', why, mend } as const
    return isOwnHome(paths.home) ? { ...bad, fix: () => makePrivate([paths.home]) } : bad
  }
  return ok(
    homeExists(paths) ? `${paths.home} is ours` : `${paths.home} will be made by the first start`,
  )
}

function checkModes({ paths }: DoctorDeps): Finding {
  const loose = looseModes(paths)
  const [first] = loose
  if (first === undefined) return ok('files and folders are private')
  return {
    status: 'warn',
    why: `${loose.length === 1 ? first : `${first} and ${loose.length - 1} more`} can be read by others`,
    mend: '`curfew doctor --fix` makes them private',
    fix: () => makePrivate(loose),
  }
}

function checkFileSystem({ paths }: DoctorDeps): Finding {
  const { name, isNetwork } = fileSystemOf(paths.home)
  if (!isNetwork) return ok(`the home lies on ${name}`)
  return {
    status: 'warn',
    why: `the home lies on a network file system (${name}), where locks and watching cannot be trusted`,
    mend: 'choose a home on a disk of this machine with CURFEW_HOME',
  }
}

function checkSpace({ paths }: DoctorDeps): Finding {
  const free = freeBytes(paths.home)
  const shown = `${Math.floor(free / 1024 / 1024)} MiB free`
  if (free >= LITTLE_SPACE_BYTES) return ok(shown)
  return {
    status: free === 0 ? 'fail' : 'warn',
    why: `only ${shown}`,
    mend: 'make room on that disk',
  }
}

async function checkConfig({ paths, environment, status }: DoctorDeps): Promise<Finding> {
  const result = await loadConfig(readConfigFile(paths.config), environment)
  if (!result.ok) {
    return {
      status: 'fail',
      why: configProblem(result.problems).message,
      mend: `edit ${paths.config}`,
    }
  }
  const refused = (await status())?.config.problem ?? null
  if (refused !== null)
    return { status: 'warn', why: `the daemon refused it: ${refused}`, mend: 'save it again' }
  const [warning] = result.loaded.warnings
  return warning === undefined
    ? ok('nothing wrong')
    : { status: 'warn', why: warning, mend: 'unset it' }
}

async function checkLock({ paths, hello }: DoctorDeps): Promise<Finding> {
  const holder = await lookAtHolder(paths)
  if (holder.seen.kind === 'none') {
    if ((await hello()) === null) return ok('free')
    return {
      status: 'warn',
      why: 'a daemon answers but its marker is gone',
      mend: 'it stops within one tick',
    }
  }
  if (holder.alive) return ok(`held by process ${holder.marker?.pid}`)
  return ok(`a left-over marker: ${holder.reason}; the next start takes over`)
}

async function checkDaemon({ paths, hello, status }: DoctorDeps): Promise<Finding> {
  const answer = await hello()
  if (answer === null) {
    const { alive, marker } = await lookAtHolder(paths)
    if (!alive) return ok('none runs')
    return {
      status: 'fail',
      why: `process ${marker?.pid} holds the home but does not answer`,
      mend: `\`kill -CONT ${marker?.pid}\` if it was stopped, else \`kill -9 ${marker?.pid}\``,
    }
  }
  if (answer.version !== VERSION) {
    return {
      status: 'warn',
      why: `it is version ${answer.version}, this is ${VERSION}`,
      mend: '`curfew restart`',
    }
  }
  const [warning] = (await status())?.warnings ?? []
  if (warning !== undefined)
    return { status: 'warn', why: warning, mend: '`curfew events` tells more' }
  return ok(`process ${answer.pid} answers`)
}

const SET_ASIDE = '`curfew start`, then `curfew chores run store`, sets a damaged one aside'

async function checkStore({ paths }: DoctorDeps): Promise<Finding> {
  try {
    if (!storeFileExists(paths.store)) return ok('there is none yet')
    const store = openStoreReadOnly(paths.store)
    try {
      const [problem] = await store.integrity()
      if (problem === undefined) return ok('sound')
      return { status: 'fail', why: `damaged: ${problem}`, mend: SET_ASIDE }
    } finally {
      await store.close()
    }
  } catch (error) {
    const { message: why, hint: mend } = unreadable(paths.store, error).problem
    return { status: 'fail', why, mend }
  }
}

async function checkFollowUps(deps: DoctorDeps): Promise<Finding> {
  const { environment, paths, status } = deps
  const { command, preset } = (await configOf(deps)).followUp
  const [program] = command ?? (preset === null ? [] : FOLLOW_UP_PRESETS[preset].command)
  // A relative one is looked for in the folder of each job.
  const isElsewhere = program === undefined || /^[^/]+\//.test(program)
  if (!isElsewhere && !isProgram(program, paths.home, environment.PATH)) {
    return {
      status: 'warn',
      why: `sessions are to be told by "${program}", and there is no such program on this PATH`,
      mend: 'put it on the PATH that the daemon is started with, then `curfew restart`',
    }
  }
  const owed = (await status())?.followups
  if (owed === undefined) return ok('nobody hands them over while no daemon runs')
  if (owed.given_up === 0) return ok(`${owed.pending} wait to be heard`)
  return {
    status: 'warn',
    why: `${owed.given_up} could not be told to their sessions, and were given up`,
    mend: '`curfew followups --all-sessions --state given_up`, then `curfew followups retry ID` or `curfew ack ID`',
  }
}

/** One that cannot be used is said by a check of its own. */
async function configOf({ paths, environment }: DoctorDeps): Promise<Config> {
  const result = await loadConfig(readConfigFile(paths.config), environment)
  return result.ok ? result.loaded.config : DEFAULTS
}

async function checkReports(deps: DoctorDeps): Promise<Finding> {
  const { reports } = await offlineReportCensus(deps.paths, await configOf(deps))
  const bad = reports.flatMap(({ file: { content, path } }) =>
    content.kind === 'torn' ? [`${path} ${content.reason}`] : [],
  )
  const [first, ...more] = bad
  if (first === undefined) return ok(`all ${reports.length} can be read`)
  return {
    status: 'warn',
    why: more.length === 0 ? first : `${first} (and ${more.length} more)`,
    mend: 'remove what is no report from that folder',
  }
}

function checkWatcher(): Finding {
  const limits = watchLimits()
  if (limits === undefined) return ok('this system sets no limit on watches')
  if (limits.instances >= 16)
    return ok(`${limits.watches} watches and ${limits.instances} watchers are allowed`)
  return {
    status: 'warn',
    why: `only ${limits.instances} watchers are allowed for all programs of a user`,
    mend: 'sysctl fs.inotify.max_user_instances=128; without a watcher every tick looks for itself',
  }
}
