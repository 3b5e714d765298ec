import { execFile } from 'node:child_process'

/** Runs apart, so it can import nothing of ours. */
const SCRIPT = `
const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
const database = new DatabaseSync(process.argv[1], { readOnly: true, timeout: 5000 })
const rows = database.prepare('pragma quick_check(1)').all()
process.exitCode = rows.length === 1 && rows[0].quick_check === 'ok' ? 0 : 1
`
const CHECKER = [
  '--disable-warning=ExperimentalWarning',
  '--max-old-space-size=64',
  '--eval',
  SCRIPT,
]

/**
 * Checks a store in a process of its own, because that takes seconds for some hundred megabytes; `unsure`
 * is for somebody else to find out. Reads only, and dies at once with the signal.
 */
export function checkStoreApart(path: string, stop: AbortSignal): Promise<'sound' | 'unsure'> {
  return new Promise((resolve, reject) => {
    const options = { signal: stop, killSignal: 'SIGKILL', env: {} } as const
    execFile(process.execPath, [...CHECKER, path], options, (error) => {
      if (stop.aborted) reject(new Error('it was told to stop'))
      else resolve(error === null ? 'sound' : 'unsure')
    })
  })
}
