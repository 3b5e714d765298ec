import { configProblem, loadConfig } from '../config.ts'
import { ProblemError } from '../domain/problem.ts'
import { readConfigFile } from '../host/config-file.ts'
import type { Paths } from '../host/paths.ts'

/** Whether the config lets a client start the daemon. A config that cannot be read says so itself. */
export async function mayStartDaemon(
  paths: Paths,
  environment: NodeJS.ProcessEnv,
): Promise<boolean> {
  const result = await loadConfig(readConfigFile(paths.config), environment)
  if (!result.ok) throw new ProblemError(configProblem(result.problems))
  return result.loaded.config.autostart
}
