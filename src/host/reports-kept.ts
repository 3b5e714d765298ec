import { parseJson } from '../domain/parse-json.ts'
import { readConfigFile } from './config-file.ts'

/** How many ended reports their writers keep: what `reportsKept` says, read without all that reads a config. 0 means no limit. */
export function reportsKept(
  configPath: string,
  environment: NodeJS.ProcessEnv,
  otherwise: number,
): number {
  const told = environment.CURFEW_REPORTS_KEPT ?? ''
  if (/^\d{1,9}$/.test(told)) return Number(told)
  const file = readConfigFile(configPath)
  // A config that cannot be read is told where configs are read.
  const said = file.kind === 'text' ? parseJson(file.text) : undefined
  const value: unknown = Reflect.get(Object(said), 'reportsKept')
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : otherwise
}
