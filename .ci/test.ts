/**
 * Runs the test files that match, then looks for what they left behind: a process that still knows this
 * run's temp folder, or a file in it, is a failure too. The last line says how many ran.
 *
 *   node .ci/test.ts [--lanes N] [--skip GLOB]… GLOB…
 *
 * Files are begun in the order of the globs: what takes longest first, so that no lane is left alone at the end.
 */
import {
  chmodSync,
  globSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { finished } from 'node:stream/promises'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'

interface Totals {
  passed: number
  failed: number
  skipped: number
}

const FILE_TIMEOUT_MS = 8 * 60_000
const LEAVING_TIMEOUT_MS = 3000
/** So many are named with their time, so that what makes all wait is seen. */
const SLOWEST = 25

const root = resolve(import.meta.dirname, '..')
const { values, positionals } = parseArgs({
  options: {
    skip: { type: 'string', multiple: true, default: [] },
    lanes: { type: 'string', default: String(availableParallelism()) },
  },
  allowPositionals: true,
})

await main()

async function main(): Promise<void> {
  const files = [
    ...new Set(
      positionals.flatMap((glob) => globSync(glob, { cwd: root, exclude: values.skip }).toSorted()),
    ),
  ]
  if (files.length === 0) throw new Error(`no test file matches ${positionals.join(' ')}`)
  const temp = makeTemp()
  const totals = await runFiles(files, temp)
  const leaks = await findLeaks(temp)
  for (const leak of leaks) say(`left behind by a test: ${leak}`)
  const failed = totals.failed + (leaks.length > 0 ? 1 : 0)
  say(`${totals.passed} passed, ${failed} failed, ${totals.skipped} skipped`)
  process.exitCode = failed > 0 ? 1 : 0
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** One folder for all that the tests write; other users may pass through it, as through the real one. */
function makeTemp(): string {
  const temp = mkdtempSync(join(realpathSync(tmpdir()), 'tests-'))
  chmodSync(temp, 0o711)
  return temp
}

async function runFiles(files: readonly string[], temp: string): Promise<Totals> {
  const totals: Totals = { passed: 0, failed: 0, skipped: 0 }
  const tests = run({
    cwd: root,
    files,
    concurrency: Number(values.lanes),
    timeout: FILE_TIMEOUT_MS,
    // What each test file and program loads is stripped of its types once, not in every process.
    env: { ...process.env, TMPDIR: temp, NODE_COMPILE_CACHE: join(root, '.cache/compiled') },
  })
  const times: [string, number][] = []
  tests.on('test:summary', ({ file, counts, duration_ms: tookMs }) => {
    if (file !== undefined) {
      times.push([relative(root, file), tookMs])
      return
    }
    totals.passed = counts.passed
    totals.skipped = counts.skipped + counts.todo
    totals.failed = counts.tests - totals.passed - totals.skipped
  })
  const report = new spec()
  tests.pipe(report).pipe(process.stdout, { end: false })
  await finished(report)
  for (const [file, tookMs] of times.toSorted((a, b) => b[1] - a[1]).slice(0, SLOWEST))
    say(`${(tookMs / 1000).toFixed(1).padStart(6)} s  ${file}`)
  return totals
}

/** Processes get a moment to leave, then they are named and ended; the folder is removed in any case. */
async function findLeaks(temp: string): Promise<string[]> {
  const deadline = performance.now() + LEAVING_TIMEOUT_MS
  let processes = processesThatKnow(temp)
  while (processes.length > 0 && performance.now() < deadline) {
    await delay(50)
    processes = processesThatKnow(temp)
  }
  const leaks = processes.map(({ pid, command }) => `process ${pid}: ${command}`)
  for (const { pid } of processes) process.kill(pid, 'SIGKILL')
  const files = readdirSync(temp).map((name) => {
    const path = join(temp, name)
    const inside = lstatSync(path).isDirectory() ? readdirSync(path, { recursive: true }) : []
    return `file ${path} ${inside.slice(0, 20).join(' ')}`
  })
  rmSync(temp, { recursive: true, force: true, maxRetries: 5 })
  return [...leaks, ...files]
}

interface Leaked {
  readonly pid: number
  readonly command: string
}

function processesThatKnow(temp: string): Leaked[] {
  if (process.platform !== 'linux') return []
  const pids = readdirSync('/proc').map(Number)
  return pids
    .filter((pid) => pid > 1 && pid !== process.pid)
    .flatMap((pid) => {
      const command = partOf(pid, 'cmdline')
      const known = `${command}\0${partOf(pid, 'environ')}\0${partOf(pid, 'cwd')}`
      return known.includes(temp) ? [{ pid, command: command.replaceAll('\0', ' ') }] : []
    })
}

/** What /proc tells of a process; nothing once it is gone. */
function partOf(pid: number, part: 'cmdline' | 'environ' | 'cwd'): string {
  const path = `/proc/${pid}/${part}`
  try {
    return part === 'cwd' ? readlinkSync(path) : readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
