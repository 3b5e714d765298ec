import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { errorCode } from '../../src/host/system-error.ts'
import { report } from '../../src/wrapper/report.ts'
import { needsLinux } from '../support/needs.ts'
import { onlyLog, onlyReport } from '../support/reports.ts'
import { needsSmallDisk, startOnSmallDisk } from '../support/small-disk.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

test('R1: a home that goes away is not made again; when it is back, the report is', async (t) => {
  const home = join(tempDir(t), 'home')
  const task = report({ tool: 'x', home })
  rmSync(home, { recursive: true })
  task.line('unheard')
  task.unit('one')
  assert.match(task.degraded ?? '', /ENOENT/)
  assert.equal(existsSync(home), false)
  mkdirSync(home, { mode: 0o700 })
  task.unit('two')
  task.line('heard')
  task.finish()
  const { state, units_completed, degraded } = onlyReport(home)
  assert.deepEqual([state, units_completed], ['succeeded', 2])
  assert.match(String(degraded), /of the log are lost: ENOENT/)
  assert.equal(onlyLog(home), '\n[curfew] output is missing here: ENOENT\n[stdout] heard\n')
})

test('R1: an end that could not be written is written as soon as it can be', async (t) => {
  const home = join(tempDir(t), 'home')
  const task = report({ tool: 'x', home })
  rmSync(home, { recursive: true })
  task.finish('failed', { exitCode: 3 })
  assert.match(task.degraded ?? '', /writing .*ENOENT/)
  mkdirSync(home)
  await waitFor(() => existsSync(task.path), { what: 'the end' })
  assert.equal(onlyReport(home).exit_code, 3)
  assert.equal(task.degraded, undefined)
})

test('R1: an ending that cannot be looked at is no concern of the program', (t) => {
  const home = tempDir(t)
  const ending = {
    get error() {
      return assert.fail('do not look')
    },
  }
  report({ tool: 'x', home }).finish('failed', ending)
  assert.equal(onlyReport(home).error, 'do not look')
})

test(
  'R1: no file is held open, so that a program may close whatever it finds',
  { skip: needsLinux() },
  (t) => {
    const home = tempDir(t)
    const task = report({ tool: 'x', home })
    task.line('one')
    task.unit('one')
    const isOurs = (fd: string): boolean => openAs(fd).startsWith(dirname(task.path))
    assert.deepEqual(readdirSync('/proc/self/fd').filter(isOurs), [])
    task.finish()
  },
)

test(
  'R1: a full disk harms nobody, shows, and is mended',
  { skip: needsSmallDisk() },
  async (t) => {
    const program = startOnSmallDisk(t, 256, 'report-on-full-disk.ts')
    const { inTrouble, degraded, log } = JSON.parse(await program.nextLine())
    assert.match(inTrouble, /writing .*ENOSPC/)
    assert.match(degraded, /^\d+ characters of the log are lost: ENOSPC$/)
    assert.match(log, /^\[stdout\] before\n/)
    assert.equal((await program.ended).code, 0)
  },
)

test(
  'R4: a log that cannot be cut for want of room does not grow, and is cut later',
  { skip: needsSmallDisk() },
  async (t) => {
    const mib = 1024 * 1024
    const program = startOnSmallDisk(t, 26 * 1024, 'fill-report-log.ts')
    const { fullSize, problem, tries } = JSON.parse(await program.nextLine())
    assert.ok(fullSize <= 16 * mib + 64 * 1024, `${fullSize} bytes`)
    assert.match(problem, /characters of the log are lost: ENOSPC/)
    assert.ok(tries < 20, `tried ${tries} times with 100 pieces`)
    assert.equal((await program.ended).code, 0)
  },
)

function openAs(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return ''
    throw error
  }
}
