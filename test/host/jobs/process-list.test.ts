import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { parseLine } from '../../../src/host/jobs/process-list-darwin.ts'
import {
  indexProcesses,
  parseRow,
  peakMemory,
  readProcess,
  withAllBelow,
} from '../../../src/host/jobs/process-list.ts'
import { lookAtProcesses } from '../../../src/host/jobs/process-table.ts'
import { startCommand } from '../../support/program.ts'
import { waitFor } from '../../support/wait-for.ts'

const needsLinux = process.platform === 'linux' ? false : 'skipped: needs Linux'

test('we find ourselves, our parent and our children', { skip: needsLinux }, async (t) => {
  const child = startCommand(t, 'sh', ['-c', 'sleep 60 & echo $!; wait'])
  const grandchild = Number(await child.nextLine())
  const index = indexProcesses()
  assert.equal(index.byPid.get(process.pid)?.parent, process.ppid)
  const below = withAllBelow([...(index.childrenOf.get(process.pid) ?? [])], index, () => false)
  assert.ok(below.has(child.pid) && below.has(grandchild))
  const barred = withAllBelow(
    [...(index.childrenOf.get(process.pid) ?? [])],
    index,
    (row) => row.pid === grandchild,
  )
  assert.ok(!barred.has(grandchild))
  process.kill(grandchild, 'SIGKILL')
})

test('J12: memory is in bytes and time in milliseconds', { skip: needsLinux }, () => {
  const row = readProcess(process.pid)
  const { rss } = process.memoryUsage()
  assert.ok(
    row && Math.abs(row.memoryBytes - rss) < rss / 2,
    `${row?.memoryBytes} is not about ${rss}`,
  )
  assert.ok(peakMemory(process.pid) >= rss / 2)
  const { user, system } = process.cpuUsage()
  assert.ok(row.cpuMs <= (user + system) / 1000 + 50)
})

test('a marker counts only as a whole entry', { skip: needsLinux }, async (t) => {
  const program = startCommand(t, 'sleep', ['60'], {
    env: { PATH: process.env.PATH, CURFEW_JOB: '12', CURFEW_HOME: '/é' },
  })
  await waitFor(() => readProcess(program.pid) !== undefined, { what: 'the program to start' })
  const holds = (...entries: string[]): boolean =>
    lookAtProcesses().withEnvironment(entries).has(program.pid)
  await waitFor(() => holds('CURFEW_JOB=12'), { what: 'its environment to be there' })
  assert.equal(holds('CURFEW_JOB=12', 'CURFEW_HOME=/é'), true)
  assert.equal(holds('CURFEW_JOB=1'), false)
  assert.equal(holds('FEW_JOB=12'), false)
  assert.equal(holds('CURFEW_JOB=12', 'CURFEW_HOME=/'), false)
})

test('parses /proc/PID/stat, whatever the command is called', () => {
  const text =
    '7 (x) Z (1 2) T 5 6 8 0 -1 4194560 2 0 0 0 11 12 13 14 20 0 1 0 184467 2535424 130 1844'
  assert.deepEqual(parseRow(7, text), {
    pid: 7,
    parent: 5,
    group: 6,
    session: 8,
    isStopped: true,
    isRemains: false,
    processStart: '184467',
    cpuMs: 500,
    memoryBytes: 130 * 4096,
  })
  assert.equal(parseRow(7, '7 (x) Z 1')?.pid, undefined)
  assert.equal(parseRow(7, ''), undefined)
})

test('parses what ps says on macOS', () => {
  const line = '  501   1   501      0 Ss     1:02.50   2048 Fri Nov 20 10:18:12 2026    '
  assert.deepEqual(parseLine(line), {
    pid: 501,
    parent: 1,
    group: 501,
    session: 501,
    isStopped: false,
    isRemains: false,
    processStart: '2026-11-20T10:18:12Z',
    cpuMs: 62_500,
    memoryBytes: 2048 * 1024,
  })
  assert.equal(parseLine('12 1 12 0 T 1-02:03:04.00 1 Sun Mar  1 00:00:00 2026')?.cpuMs, 93_784_000)
  assert.equal(parseLine('12 1 12 0 Z 0:00.00 0 Sun Mar  1 00:00:00 2026')?.isRemains, true)
  for (const bad of ['', 'PID PPID', '12 1 12 0 S x 1 Sun Mar  1 00:00:00 2026'])
    assert.equal(parseLine(bad), undefined)
})

test('the same start is told as by the identity of a process', { skip: needsLinux }, () => {
  const { stdout } = spawnSync('cut', ['-d ', '-f22', `/proc/${process.pid}/stat`], {
    encoding: 'utf8',
  })
  assert.equal(readProcess(process.pid)?.processStart, stdout.trim())
})
