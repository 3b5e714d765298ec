import { dirname, isAbsolute, join, resolve } from 'node:path'
import envPaths from 'env-paths'
import { ProblemError } from '../domain/problem.ts'

/** Where everything lies that a daemon owns. */
export interface Paths {
  readonly home: string
  readonly config: string
  readonly log: string
  readonly socket: string
  readonly marker: string
  readonly lockDatabase: string
  readonly store: string
  readonly storeBackup: string
  readonly lifecycle: string
  readonly wake: string
  readonly wakeSignal: string
  readonly wrappers: string
  readonly reports: string
  readonly jobs: string
  /** Which ids boards have given, beside the store. */
  readonly boardIds: string
}

/** `--home`, else `CURFEW_HOME`, else the platform's own folders, where config and logs lie apart. */
export function resolvePaths(
  home: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Paths {
  if (home === '') throw new ProblemError(NO_HOME)
  const chosen = home ?? nonEmpty(environment.CURFEW_HOME)
  if (chosen !== undefined) {
    const root = resolve(chosen)
    return below(root, join(root, 'config.json'), join(root, 'log'))
  }
  const platform = envPaths('curfew', { suffix: '' })
  if (!isAbsolute(platform.data)) throw new ProblemError(RELATIVE_HOME)
  return below(platform.data, join(platform.config, 'config.json'), platform.log)
}

const RELATIVE_HOME = {
  kind: 'unusable',
  message: 'HOME or XDG_DATA_HOME is not an absolute path, so there is no place for a home',
  hint: 'set it, or choose a home with --home or CURFEW_HOME',
} as const

const NO_HOME = {
  kind: 'usage',
  message: 'the home is given as an empty name',
  hint: 'name a folder, or leave --home out',
} as const

function below(home: string, config: string, log: string): Paths {
  return {
    home,
    config,
    log,
    socket: join(home, 'curfew.sock'),
    marker: join(home, '.locked'),
    lockDatabase: join(home, '.lock.db'),
    store: join(home, 'curfew.db'),
    storeBackup: join(home, 'curfew.db.bak'),
    lifecycle: join(home, 'lifecycle.json'),
    wake: join(home, 'wake'),
    wakeSignal: join(home, 'wake.signal'),
    wrappers: join(home, 'wrappers'),
    reports: join(home, 'reports'),
    jobs: join(home, 'jobs'),
    boardIds: join(home, '.board-ids'),
  }
}

/** Folders inside the home, besides the home itself, that a daemon makes. */
export function innerFolders(paths: Paths): string[] {
  return [paths.wake, paths.wrappers, paths.reports, paths.jobs]
}

/** Folders that lie outside the home when the platform keeps config and logs apart. */
export function outerFolders(paths: Paths): string[] {
  return [dirname(paths.config), paths.log]
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
