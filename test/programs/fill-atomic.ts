/** Replaces a file on a full disk, then once more when there is room; says what it saw as one line of JSON. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeAtomically } from '../../src/host/atomic-write.ts'
import { fillDisk } from '../support/fill-disk.ts'

const [disk = ''] = process.argv.slice(2)
const path = join(disk, 'a.json')
const next = 'x'.repeat(100_000)

writeFileSync(path, 'old')
const ballast = fillDisk(disk)
const error = attempt()
const [whileFull, names] = [readFileSync(path, 'utf8'), readdirSync(disk)]
rmSync(ballast)
attempt()
const after = readFileSync(path).length
process.stdout.write(`${JSON.stringify({ error, whileFull, names, after })}\n`)

function attempt(): string {
  try {
    writeAtomically(path, next, { durable: true })
    return ''
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown)
  }
}
