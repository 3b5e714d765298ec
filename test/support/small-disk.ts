import { mkdirSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Cleaning } from './cleaning.ts'
import { needs, needsLinux } from './needs.ts'
import { type Program, programPath, startCommand } from './program.ts'
import { tempDir } from './temp-dir.ts'

const FLAGS = process.getuid?.() === 0 ? '-m' : '-Urm'

/** Why no small disk can be had here, as node:test's `skip`. */
export function needsSmallDisk(): string | false {
  if (needs(needsLinux()) !== false) return needsLinux()
  const tried = spawnSync('unshare', [FLAGS, 'mount', '-t', 'tmpfs', 'none', '/mnt'])
  return tried.status === 0 ? false : 'needs root, or a user that may have a mount namespace'
}

/** Runs a program of test/programs with a disk of its own; the disk is gone with it. Its first argument is the disk. */
export function startOnSmallDisk(
  t: Cleaning,
  kib: number,
  script: string,
  { inodes = 1000 } = {},
): Program {
  const disk = join(tempDir(t), 'disk')
  mkdirSync(disk)
  const mounted = `mount -t tmpfs -o size=${kib}k,nr_inodes=${inodes},mode=700 none "$1" && exec "$2" "$3" "$1"`
  return startCommand(t, 'unshare', [
    FLAGS,
    'sh',
    '-c',
    mounted,
    'sh',
    disk,
    process.execPath,
    programPath(script),
  ])
}
