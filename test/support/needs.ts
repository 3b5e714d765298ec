import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

/** What a test cannot do without, as node:test's `skip`: false where it is there, else the reason. */
export type Skip = false | string

export function needsLinux(): Skip {
  return process.platform === 'linux' ? false : 'needs Linux'
}

export function needsRoot(): Skip {
  return process.getuid?.() === 0 ? needsLinux() : 'needs root'
}

export function needsCommand(name: string): Skip {
  const found = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name])
  return found.status === 0 ? false : `needs the command ${name}`
}

/** The first need that is not met. */
export function needs(...skips: Skip[]): Skip {
  return skips.find((skip) => skip !== false) ?? false
}

/** The library that sets another clock for one process; undefined where the package is not installed. */
export function faketimeLibrary(): string | undefined {
  return globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0]
}
