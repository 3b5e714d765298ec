/** Logs on a disk that takes no more files, then on one that does; says which lines are left as one line of JSON. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openLogFile } from '../../src/host/log-file.ts'

const [disk = ''] = process.argv.slice(2)
const log = openLogFile(disk, 'a.log', { maxBytes: 1000, keep: 3 })
for (const letter of ['a', 'b']) log.write(`${letter.repeat(900)}\n`)
const ballast = takeAllInodes()
for (const letter of ['e', 'f', 'g', 'h', 'i', 'j']) log.write(`${letter.repeat(900)}\n`)
const problem = log.problem() ?? null
for (const path of ballast) rmSync(path)
log.followName()
log.write('z\n')
const solved = log.problem() ?? null
log.close()
const names = ['a.log.3', 'a.log.2', 'a.log.1', 'a.log'].map((name) => join(disk, name))
const kept = names
  .filter((path) => existsSync(path))
  .map((path) => readFileSync(path, 'utf8').charAt(0))
process.stdout.write(`${JSON.stringify({ problem, solved, kept })}\n`)

function takeAllInodes(): string[] {
  const taken: string[] = []
  for (let number = 0; ; number++) {
    const path = join(disk, `ballast-${number}`)
    try {
      writeFileSync(path, '')
      taken.push(path)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return taken
      throw error
    }
  }
}
