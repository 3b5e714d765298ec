import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Paths, resolvePaths } from '../../src/host/paths.ts'
import { type Cleaning, onEnd } from './cleaning.ts'
import { tempDir } from './temp-dir.ts'
import { waitFor } from './wait-for.ts'

/** A home of its own with the environment that leads to it, and room beside it. */
export interface House {
  readonly home: string
  /** The temp folder round the home; also the HOME of everything that runs here. */
  readonly folder: string
  readonly paths: Paths
  /** All that a program under test gets to see, unless a test adds to it. */
  readonly env: NodeJS.ProcessEnv
}

const root = resolve(import.meta.dirname, '../..')

/** The program and its script, by the same choice that bin/curfew makes: dist where it is fresh, else src. */
export const CURFEW: readonly string[] = [process.execPath, freshEntry()]

/** A house that nobody has entered: its home does not exist yet. Whoever still runs in it at the end is asked to leave. */
export function makeHouse(t: Cleaning, name = 'home'): House {
  const folder = tempDir(t)
  onEnd(t, () => leaveNobody(folder))
  const home = join(folder, name)
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    TMPDIR: tmpdir(),
    LANG: 'C.UTF-8',
    NODE_DISABLE_COMPILE_CACHE: '1',
    CURFEW_HOME: home,
  }
  return { home, folder, paths: resolvePaths(home, {}), env }
}

/** Processes that know this folder by their arguments, environment or working folder. Linux only; elsewhere none. */
export function processesOf(folder: string): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && pid !== process.pid && knows(pid, folder))
}

/** Waits until at most one process is left in the house: whoever lost a race is on its way out. */
export async function untilAlone(house: House): Promise<void> {
  await waitFor(() => processesOf(house.folder).length <= 1, {
    what: `all but one process of ${house.home} to leave`,
  })
}

/** Ends what a test left running, politely; a process that has to be killed is a failure. */
async function leaveNobody(folder: string): Promise<void> {
  for (const pid of processesOf(folder)) {
    signal(pid, 'SIGTERM')
    signal(pid, 'SIGCONT')
  }
  try {
    const what = `processes of ${folder} to leave`
    await waitFor(() => processesOf(folder).length === 0, {
      what,
      everyMs: 10,
    })
  } catch (error) {
    for (const pid of processesOf(folder)) signal(pid, 'SIGKILL')
    throw error
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function knows(pid: number, folder: string): boolean {
  return ['cmdline', 'environ', 'cwd'].some((part) => partOf(pid, part).includes(folder))
}

/** What /proc tells of a process; nothing once it is gone. */
function partOf(pid: number, part: string): string {
  const path = `/proc/${pid}/${part}`
  try {
    return part === 'cwd' ? readlinkSync(path) : readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function freshEntry(): string {
  const built = join(root, 'dist/main.cjs')
  const source = join(root, 'src/main.ts')
  const builtAt = statSync(built, { throwIfNoEntry: false })?.mtimeMs
  if (builtAt === undefined) return source
  const names = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  const inputs = ['package.json', 'src', ...names.map((name) => join('src', name))]
  const isNewer = (name: string): boolean =>
    (statSync(join(root, name), { throwIfNoEntry: false })?.mtimeMs ?? 0) > builtAt
  return inputs.some(isNewer) ? source : built
}
