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
  const value = file.kind === 'text' ? keptIn(file.text) : undefined
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : otherwise
}

/** A config that cannot be read is told where configs are read. */
function keptIn(text: string): unknown {
  try {
    return Reflect.get(Object(JSON.parse(text)), 'reportsKept')
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
