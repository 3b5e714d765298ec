import { join } from 'node:path'
import { resolvePaths } from '../../src/host/paths.ts'
import type { Cleaning } from './cleaning.ts'
import { type House, makeHouse } from './house.ts'
import { startCommand } from './program.ts'

/** A house on a small disk of its own, which only those who are put in front of it see. */
export interface DiskHouse extends House {
  /** What to run a command under, so that it sees the disk. */
  readonly under: readonly string[]
  /** Runs a shell line there. */
  run(line: string): Promise<void>
}

/** Needs root. The disk goes with the process that holds it, however the test ends. */
export async function makeDisk(t: Cleaning, sizeKib: number): Promise<DiskHouse> {
  const house = makeHouse(t)
  const mount = `mount -t tmpfs -o size=${sizeKib}k,mode=700 tmpfs "$1" && echo mounted && exec cat`
  const holder = startCommand(t, 'unshare', ['-m', 'sh', '-c', mount, 'sh', house.folder], {
    cwd: '/',
  })
  await holder.line('mounted')
  const under = ['nsenter', `--mount=/proc/${holder.pid}/ns/mnt`, '--']
  const outside = resolvePaths(join(`/proc/${holder.pid}/root`, house.home), {})
  return {
    ...house,
    // The same files, as one sees them from here.
    paths: outside,
    env: { ...house.env, TMPDIR: '/tmp' },
    under,
    run: async (line) => {
      const shell = startCommand(t, 'nsenter', [...under.slice(1), 'sh', '-c', line], {
        env: house.env,
        cwd: '/',
      })
      const { code } = await shell.ended
      if (code !== 0) throw new Error(`${line}: ${shell.stderr()}`)
    },
  }
}
