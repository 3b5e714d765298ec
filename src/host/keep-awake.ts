import { accessSync, constants } from 'node:fs'
import { letGo } from './let-go.ts'
import { reasonOf } from './system-error.ts'

export interface KeptAwake {
  /** The machine may sleep again. */
  close(): void
}

const LINUX = '/usr/bin/systemd-inhibit'
const DARWIN = '/usr/bin/caffeinate'
const MOST_SAID = 500

/**
 * Keeps the machine from falling asleep over idleness until it is closed or this process is gone, however it went.
 * Null where there is no tool for it. What goes wrong is told once: the work goes on, only the machine may sleep.
 * Everybody can read `why`.
 */
export function keepAwake(
  why: string,
  onProblem: (what: string) => void,
  command: readonly string[] | undefined = awakeCommand(process.platform, why, process.pid),
): KeptAwake | null {
  const [file, ...args] = command ?? []
  if (file === undefined) return tell('this system has no tool for it')
  const unusable = whyUnusable(file)
  if (unusable !== undefined) return tell(unusable)
  try {
    return hold(file, args, tell)
  } catch (error) {
    return tell(`${file}: ${reasonOf(error)}`)
  }

  function tell(problem: string): null {
    onProblem(`the machine may fall asleep: ${problem}`)
    return null
  }
}

/** What holds it awake: with a command that ends with our end of its stdin, or beside a process that it watches. */
export function awakeCommand(
  platform: NodeJS.Platform,
  why: string,
  pid: number,
): readonly string[] | undefined {
  if (platform === 'darwin') return [DARWIN, '-i', '-w', String(pid)]
  if (platform !== 'linux') return undefined
  const wishes = ['--what=idle:sleep', '--who=curfew', `--why=${why}`, '--mode=block']
  return [LINUX, ...wishes, '--', '/bin/cat']
}

function hold(file: string, args: readonly string[], tell: (problem: string) => void): KeptAwake {
  const { spawn } = process.getBuiltinModule('node:child_process')
  const child = spawn(file, args, {
    detached: true,
    cwd: '/',
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let isWanted = true
  let said = ''

  function end(why: string): void {
    if (isWanted) tell(`${file} ${why}`)
    isWanted = false
  }

  letGo(child)
  child.stdin.on('error', () => child.stdin.destroy())
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said = (said + chunk).slice(-MOST_SAID)
  })
  child.on('error', (error) => end(`cannot be run: ${reasonOf(error)}`))
  child.on('close', (code, signal) => end(`ended with ${signal ?? code} ${said}`.trim()))
  return {
    close: () => {
      isWanted = false
      child.stdin.destroy()
      child.kill('SIGTERM')
    },
  }
}

function whyUnusable(file: string): string | undefined {
  try {
    accessSync(file, constants.X_OK)
    return undefined
  } catch (error) {
    return `${file}: ${reasonOf(error)}`
  }
}
