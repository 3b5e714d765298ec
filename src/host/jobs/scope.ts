import { existsSync } from 'node:fs'
import { isExecutable } from '../is-executable.ts'
import type { Environment } from './job-environment.ts'

const SYSTEMD_RUN = '/usr/bin/systemd-run'

/**
 * A command that runs the launcher in a scope of its own of the user's service manager, delegated to us, so that
 * jobs survive the end of our service, and their groups may count. Undefined where there is no such manager.
 */
export function scopeCommand(environment: Environment): readonly string[] | undefined {
  const runtime = environment.XDG_RUNTIME_DIR
  if (runtime === undefined || !existsSync(`${runtime}/systemd/private`)) return undefined
  if (!isExecutable(SYSTEMD_RUN)) return undefined
  return [SYSTEMD_RUN, '--user', '--scope', '--quiet', '--collect', '--property=Delegate=yes', '--']
}
