import { configProblem, type ConfigResult, type LoadedConfig, loadConfig } from '../config.ts'
import type { EventBody } from '../domain/event.ts'
import { ProblemError } from '../domain/problem.ts'
import { configStamp, readConfigFile } from '../host/config-file.ts'
import type { CurrentConfig, ReloadOutcome } from '../operations/deps.ts'

export interface ConfigKeeper {
  now(): CurrentConfig
  /** Reads file and environment again; what cannot be used is refused and the old values stay. */
  reload(): Promise<ReloadOutcome>
  /** What the file looks like, once it is another than the one that was read last. */
  changedTo(): string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** Reads the config at start, where a bad one is fatal. */
export async function keepConfig(path: string, environment: Environment): Promise<ConfigKeeper> {
  let stamp = configStamp(path)
  const first = await read(path, environment)
  if (!first.ok) throw new ProblemError(configProblem(first.problems))
  let current: CurrentConfig = { ...first.loaded, problem: null }

  async function reload(): Promise<ReloadOutcome> {
    stamp = configStamp(path)
    const next = await read(path, environment)
    if (!next.ok) {
      const problem = configProblem(next.problems).message
      current = { ...current, problem }
      return { changed: [], problem }
    }
    const changed = changedKeys(current, next.loaded)
    current = { ...next.loaded, problem: null }
    return { changed, problem: null }
  }

  function changedTo(): string | undefined {
    const now = configStamp(path)
    return now === stamp ? undefined : now
  }

  return { now: () => current, reload, changedTo }
}

/** What a reload is told as. */
export function reloadEvent({ changed, problem }: ReloadOutcome): EventBody {
  if (problem !== null) return { type: 'config_refused', problem }
  return { type: 'config_reloaded', changed }
}

function read(path: string, environment: Environment): Promise<ConfigResult> {
  return loadConfig(readConfigFile(path), environment)
}

function changedKeys(before: LoadedConfig, after: LoadedConfig): string[] {
  const old = new Map(flatten(before.config))
  return flatten(after.config).flatMap(([key, value]) => (old.get(key) === value ? [] : [key]))
}

function flatten(tree: object, prefix = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]): [string, string][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? flatten(value, `${prefix}${key}.`)
      : [[prefix + key, JSON.stringify(value)]],
  )
}
