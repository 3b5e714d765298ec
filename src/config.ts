import type { FollowUpPresetName } from './domain/follow-up-command.ts'
import type { Problem } from './domain/problem.ts'

/** Durations in milliseconds, sizes in bytes; 0 means none. */
export interface Config {
  readonly tick: number
  readonly staleAfter: number
  readonly drowsyAfter: number
  readonly bedtimeAfter: number
  readonly asleepAfter: number
  readonly exitWhenAsleep: boolean
  readonly systemIdle: boolean
  readonly wrapperDirs: readonly WatchedFolder[]
  readonly reportDirs: readonly string[]
  readonly reportsKept: number
  readonly reportsHold: boolean
  readonly chores: readonly ChoreConfig[]
  readonly jobs: {
    readonly timeout: number
    readonly killGrace: number
    readonly logCap: number
    readonly keepFor: number
    readonly keepMost: number
    readonly keepBytes: number
    readonly groups: Readonly<Record<string, { readonly slots: number }>>
  }
  readonly followUp: {
    readonly command: readonly string[] | null
    readonly webhook: string | null
    readonly preset: FollowUpPresetName | null
    readonly tries: number
    readonly from: number
    readonly to: number
    readonly expire: number
    readonly commandTimeout: number
    readonly webhookTimeout: number
  }
  readonly on: {
    readonly wake: readonly string[] | null
    readonly drowsy: readonly string[] | null
    readonly bedtime: readonly string[] | null
    readonly asleep: readonly string[] | null
  }
  readonly board: {
    readonly lease: number
    readonly busyLimit: number
    readonly hooks: {
      readonly create: readonly string[] | null
      readonly complete: readonly string[] | null
      readonly timeout: number
    }
  }
  readonly autostart: boolean
  readonly log: { readonly level: LogLevel }
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export interface WatchedFolder {
  readonly path: string
  readonly sweep: boolean
}

export interface ChoreConfig {
  readonly name: string
  readonly command: readonly string[]
  readonly timeout: number
  readonly every: number | null
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const MIB = 1024 * 1024

export const DEFAULTS: Config = {
  tick: 30 * SECOND,
  staleAfter: 90 * SECOND,
  drowsyAfter: 5 * MINUTE,
  bedtimeAfter: 30 * MINUTE,
  asleepAfter: 2 * HOUR,
  exitWhenAsleep: true,
  systemIdle: true,
  wrapperDirs: [],
  reportDirs: [],
  reportsKept: 50,
  reportsHold: true,
  chores: [],
  jobs: {
    timeout: HOUR,
    killGrace: 10 * SECOND,
    logCap: 64 * MIB,
    keepFor: HOUR,
    keepMost: 1000,
    keepBytes: 1024 * MIB,
    groups: {},
  },
  followUp: {
    command: null,
    webhook: null,
    preset: null,
    tries: 12,
    from: 30 * SECOND,
    to: 30 * MINUTE,
    expire: 7 * 24 * HOUR,
    commandTimeout: 30 * MINUTE,
    webhookTimeout: 10 * SECOND,
  },
  on: { wake: null, drowsy: null, bedtime: null, asleep: null },
  board: {
    lease: 30 * MINUTE,
    busyLimit: 0,
    hooks: { create: null, complete: null, timeout: 10 * SECOND },
  },
  autostart: true,
  log: { level: 'info' },
}

export type ConfigSource = 'default' | 'file' | 'environment'

export interface LoadedConfig {
  readonly config: Config
  /** Where each value that is not a default came from, by its key (`jobs.killGrace`). */
  readonly sources: Readonly<Record<string, ConfigSource>>
  readonly warnings: readonly string[]
}

export type ConfigResult =
  | { readonly ok: true; readonly loaded: LoadedConfig }
  | {
      readonly ok: false
      readonly problems: readonly string[]
      readonly warnings: readonly string[]
    }

/** What the config file held: its text, or that there is none, or why it could not be read. */
export type ConfigFile =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly path: string; readonly text: string }
  | { readonly kind: 'unreadable'; readonly path: string; readonly reason: string }

type Environment = Readonly<Record<string, string | undefined>>

/** Names that are ours in the environment without being config. */
const OTHER_NAMES = new Set([
  'CURFEW_HOME',
  'CURFEW_SESSION',
  'CURFEW_AGENT',
  'CURFEW_WRAPPER',
  'CURFEW_JOB',
  'CURFEW_REPORTS',
  'CURFEW_READY_FD',
])

/** File and environment on top of the defaults. The schema is loaded only when one of them says something. */
export async function loadConfig(
  file: ConfigFile,
  environment: Environment,
): Promise<ConfigResult> {
  if (file.kind === 'unreadable') return refused(`config file ${file.path}: ${file.reason}`)
  const spoken = configNames(environment)
  if (file.kind === 'none' && spoken.length === 0) return defaultsOnly()
  const { readConfig } = await import('./formats/config.ts')
  return readConfig(DEFAULTS, file.kind === 'text' ? file : null, spoken)
}

/** One line for a config that cannot be used. */
export function configProblem(problems: readonly string[]): Problem {
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return {
    kind: 'unusable',
    message: `${problems[0] ?? 'the config cannot be used'}${more}`,
    hint: 'mend it, then check it with `curfew config check`',
  }
}

function configNames(environment: Environment): [string, string][] {
  return Object.entries(environment).flatMap(([name, value]): [string, string][] =>
    name.startsWith('CURFEW_') && !OTHER_NAMES.has(name) && value !== undefined
      ? [[name, value]]
      : [],
  )
}

function defaultsOnly(): ConfigResult {
  return { ok: true, loaded: { config: DEFAULTS, sources: {}, warnings: [] } }
}

function refused(problem: string): ConfigResult {
  return { ok: false, problems: [problem], warnings: [] }
}
