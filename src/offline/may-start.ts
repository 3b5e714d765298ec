import type { Paths } from '../host/paths.ts'
import { requireConfig } from './config.ts'

/** Whether the config lets a client start the daemon. A config that cannot be read says so itself. */
export async function mayStartDaemon(
  paths: Paths,
  environment: NodeJS.ProcessEnv,
): Promise<boolean> {
  const { autostart } = await requireConfig(paths, environment)
  return autostart
}
