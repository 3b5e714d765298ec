import { existsSync } from 'node:fs'

const BASH = ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash']

/** What runs a line of shell: bash, or the plain shell where there is none. */
export function shellCommand(line: string): readonly string[] {
  return [BASH.find((path) => existsSync(path)) ?? '/bin/sh', '-c', line]
}
