import { type Config, configProblem, loadConfig } from '../config.ts'
import type { ConfigValueView, ConfigView } from '../contract/shapes.ts'
import { ProblemError } from '../domain/problem.ts'
import { readConfigFile } from '../host/config-file.ts'
import type { Paths } from '../host/paths.ts'

/** Every setting with its source, or every problem. */
export async function readConfigView(
  paths: Paths,
  environment: NodeJS.ProcessEnv,
): Promise<ConfigView> {
  const result = await loadConfig(readConfigFile(paths.config), environment)
  if (!result.ok) {
    return {
      file: paths.config,
      ok: false,
      values: [],
      problems: result.problems,
      warnings: result.warnings,
    }
  }
  const { config, sources, warnings } = result.loaded
  const values = await listValues(config, sources)
  return { file: paths.config, ok: true, values, problems: [], warnings }
}

/** The same, where a config that cannot be used is the end of it. */
export async function requireConfigView(
  paths: Paths,
  environment: NodeJS.ProcessEnv,
): Promise<ConfigView> {
  const view = await readConfigView(paths, environment)
  if (!view.ok) throw new ProblemError(configProblem(view.problems))
  return view
}

/** The settings themselves. */
export async function requireConfig(paths: Paths, environment: NodeJS.ProcessEnv): Promise<Config> {
  const result = await loadConfig(readConfigFile(paths.config), environment)
  if (!result.ok) throw new ProblemError(configProblem(result.problems))
  return result.loaded.config
}

async function listValues(
  config: Config,
  sources: Readonly<Record<string, ConfigValueView['source']>>,
): Promise<ConfigValueView[]> {
  const { configKeys } = await import('../formats/config.ts')
  const { spellConfig } = await import('../formats/config-spelling.ts')
  const spelled = spellConfig(config)
  return configKeys().map((key) => ({
    key,
    value: valueAt(spelled, key),
    source: sources[key] ?? 'default',
  }))
}

function valueAt(config: unknown, key: string): unknown {
  return key.split('.').reduce<unknown>((value, part) => Reflect.get(Object(value), part), config)
}
