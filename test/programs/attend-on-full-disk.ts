/** Attends on a full disk, makes room, and says how the heartbeat came back. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { attend } from '../../src/wrapper/attend.ts'
import { fillDisk } from '../support/fill-disk.ts'
import { waitFor } from '../support/wait-for.ts'

const [disk = ''] = process.argv.slice(2)
mkdirSync(join(disk, 'wrappers'))
const ballast = fillDisk(disk)
const wrapper = attend({ home: disk, refreshMs: 20 })
process.stdout.write(`${wrapper.problem()}\n`)
rmSync(ballast)
await waitFor(() => existsSync(wrapper.path) && statSync(wrapper.path).size > 0, { what: 'a mend' })
const names = readdirSync(join(disk, 'wrappers'))
process.stdout.write(
  names.length === 1 && wrapper.problem() === undefined ? 'mended\n' : `${names.join()}\n`,
)
