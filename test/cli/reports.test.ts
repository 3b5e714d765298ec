import assert from 'node:assert/strict'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { renderReport, renderReports } from '../../src/cli/render-reports.ts'
import type { ReportView } from '../../src/contract/reports.ts'
import { SHAPES } from '../../src/formats/shapes.ts'
import { lookAt } from '../../src/host/identity.ts'
import { runCurfew, runJson, startCurfew } from '../support/cli.ts'
import { CURFEW, type House, makeHouse } from '../support/house.ts'
import { needsCommand } from '../support/needs.ts'
import { startCommand } from '../support/program.ts'
import { putReport } from '../support/reports.ts'
import { waitFor } from '../support/wait-for.ts'

const NOW_MS = Date.parse('2026-11-20T12:00:00.000Z')
const HOSTILE = 'clear\u001B[2J title\u001B]0;x\u0007 line'

function ownStart(): string {
  const look = lookAt(process.pid)
  return look.state === 'alive' ? look.processStart : ''
}

function houseWithReports(t: Parameters<typeof makeHouse>[0]): House {
  const house = makeHouse(t)
  mkdirSync(house.paths.reports, { recursive: true, mode: 0o700 })
  return house
}

/** Ids of all reports, the newest first. */
async function listed(house: House): Promise<string[]> {
  const { value } = await runJson(house, ['reports', '--json'])
  return SHAPES.reports.parse(value).map(({ task_id }) => task_id)
}

test('R5: with no daemon all is read from the files, nothing is started, and the shapes are kept', async (t) => {
  const house = houseWithReports(t)
  const run = ['report', 'run', '--tool', 'made', '--', 'sh', '-c', 'echo a; echo b >&2; exit 7']
  assert.equal((await runCurfew(house, run)).code, 7)
  const [id = ''] = await listed(house)
  const shown = SHAPES.report.parse((await runJson(house, ['report', 'show', id, '--json'])).value)
  assert.partialDeepStrictEqual(shown, { task_id: id, state: 'failed', exit_code: 7 })
  const tail = (await runJson(house, ['report', 'tail', id, '-n', '1', '--json'])).value
  assert.equal(SHAPES['report-tail'].parse(tail).text, '[stderr] b\n')
  assert.equal((await runCurfew(house, ['report', 'tail', id])).stdout, '[stdout] a\n[stderr] b\n')
  for (const more of [[], ['-n', '1'], ['-n', '0']]) {
    const plainly = await runCurfew(house, ['report', 'tail', id, ...more])
    const parsed = await runCurfew(house, ['report', 'tail', id, ...more, '--home', house.home])
    assert.deepEqual({ ...plainly, tookMs: 0 }, { ...parsed, tookMs: 0 }, more.join(' '))
  }
  const status = SHAPES.status.parse((await runJson(house, ['status', '--json'])).value)
  assert.deepEqual(status.reports, { running: 0, wedged: 0, orphaned: 0 })
  const pruned = (await runJson(house, ['report', 'prune', '--keep', '0', '--json'])).value
  assert.deepEqual(pruned, { removed: [id] })
  assert.deepEqual([await listed(house), existsSync(house.paths.socket)], [[], false])
  assert.equal((await runCurfew(house, ['report', 'show', id])).code, 4)
})

test('R5: an unreadable file is listed with its reason, and doctor names it', async (t) => {
  const house = houseWithReports(t)
  putReport(house.paths.reports, 'good', { process_start: ownStart() })
  writeFileSync(join(house.paths.reports, 'bad.json'), '{"pid": ')
  const { stdout } = await runCurfew(house, ['reports'])
  assert.match(stdout, /^bad +unreadable .* the file is not JSON$/m)
  assert.match(stdout, /^good +running /m)
  const doctor = await runCurfew(house, ['doctor'])
  assert.match(doctor.stdout, /reports .*bad\.json is not JSON/)
})

test('R4: -f goes on until the report ends, and says how', async (t) => {
  const house = houseWithReports(t)
  const script = 'echo one; read x; echo "$x"; exit 3'
  const args = ['report', 'run', '--tool', 'slow', '--', 'sh', '-c', script]
  const slow = startCurfew(t, house, args)
  await slow.line('one')
  const [id = ''] = await listed(house)
  const tail = startCurfew(t, house, ['report', 'tail', id, '-f'])
  await tail.line('[stdout] one')
  slow.send('two')
  assert.deepEqual(await tail.ended, { code: 0, signal: null })
  assert.equal(tail.stdout(), '[stdout] one\n[stdout] two\n')
  assert.equal(tail.stderr(), `curfew: report ${id}: failed (3)\n`)
})

test('R4: -f ends when the process is killed, and when the files are removed', async (t) => {
  const house = houseWithReports(t)
  for (const how of ['orphaned', 'removed']) {
    const program = startCommand(t, 'sh', ['-c', 'echo up; read x'])
    await program.line('up')
    const path = putReport(house.paths.reports, how, { pid: program.pid })
    const log = join(house.paths.reports, `${how}.log`)
    writeFileSync(log, 'here\n')
    const tail = startCurfew(t, house, ['report', 'tail', how, '-f'])
    await tail.line('here')
    if (how === 'orphaned') await program.kill()
    else for (const each of [log, path]) rmSync(each)
    assert.deepEqual(await tail.ended, { code: 0, signal: null }, how)
    assert.equal(tail.stderr(), `curfew: report ${how}: ${how}\n`)
  }
})

test(
  'R4: on a terminal what could steer it is shown as text, unless --raw',
  { skip: needsCommand('script') },
  async (t) => {
    const house = houseWithReports(t)
    putReport(house.paths.reports, 'r', { state: 'succeeded' })
    writeFileSync(join(house.paths.reports, 'r.log'), `[stdout] ${HOSTILE}\n`)
    const show = async (...more: string[]): Promise<string> => {
      const [node = '', ...entry] = CURFEW
      const line = [node, ...entry, 'report', 'tail', 'r', ...more].join(' ')
      const typed = startCommand(t, 'script', ['-qec', line, '/dev/null'], { env: house.env })
      await typed.ended
      return typed.stdout()
    }
    assert.equal((await show()).trim(), '[stdout] clear\\x1b[2J title\\x1b]0;x\\x07 line')
    assert.ok((await show('--raw')).includes(HOSTILE))
    assert.ok(
      (await runCurfew(house, ['report', 'tail', 'r'])).stdout.includes(HOSTILE),
      'in a pipe',
    )
  },
)

test('reports: pages, states and tools; what is not there is told', async (t) => {
  const house = houseWithReports(t)
  for (let count = 0; count < 5; count += 1) {
    const started_at = new Date(NOW_MS + count * 1_000).toISOString()
    const state = count % 2 === 0 ? 'failed' : 'cancelled'
    putReport(house.paths.reports, `r${count}`, { started_at, state, tool: `t${count}` })
  }
  const ids = async (...args: string[]): Promise<string> => {
    const { value } = await runJson(house, ['reports', '--json', ...args])
    return SHAPES.reports
      .parse(value)
      .map(({ task_id }) => task_id)
      .join(' ')
  }
  assert.equal(await ids(), 'r4 r3 r2 r1 r0')
  assert.equal(await ids('-n', '2', '--before', 'r3'), 'r2 r1')
  assert.equal(await ids('--state', 'cancelled'), 'r3 r1')
  assert.equal(await ids('--tool', 't2'), 'r2')
  const { code, stderr } = await runCurfew(house, ['reports', '--before', 'gone'])
  assert.deepEqual(
    [code, stderr],
    [4, 'curfew: there is no report gone; `curfew reports` lists them\n'],
  )
  const typo = await runCurfew(house, ['reports', '--state', 'canceled'])
  assert.match(typo.stderr, /did you mean "cancelled"\?/)
})

const VIEW: ReportView = {
  task_id: 'r1',
  tool: 'build',
  argv: ['make', 'all of it'],
  pid: 4711,
  state: 'running',
  is_alive: true,
  orphaned: false,
  activity: 'active',
  started_at: '2026-11-20T11:00:00.000Z',
  updated_at: '2026-11-20T11:59:50.000Z',
  last_line_at: '2026-11-20T11:30:00.000Z',
  elapsed_seconds: 3_590,
  units_completed: 3,
  units_total: 10,
  last_unit: 'vpc',
  last_message: null,
  tail: ['one', HOSTILE],
  exit_code: null,
  error: null,
  degraded: null,
  hostname: 'here',
  process_start: '77',
  boot_id: 'b',
  path: '/h/reports/r1.json',
  log_path: '/h/reports/r1.log',
  problem: null,
}

test('R5: the list says in words how each stands', () => {
  const said = (changes: Partial<ReportView>): string =>
    renderReports([{ ...VIEW, ...changes }], NOW_MS, 200).split('\n')[1] ?? ''
  assert.match(said({}), /^r1 +running +1 h ago +1 h +build, 3\/10 \(vpc\), clear\\x1b\[2J title/)
  assert.match(said({ activity: 'quiet' }), / quiet for 30 m /)
  assert.match(said({ activity: 'wedged' }), / wedged for 10 s /)
  assert.match(said({ activity: null, is_alive: false, orphaned: true }), / orphaned /)
  assert.match(said({ activity: null, state: 'failed', exit_code: 3 }), / failed \(3\) /)
  const unreadable = { activity: null, tool: null, state: 'unknown', problem: 'is empty' } as const
  assert.match(said(unreadable), / unreadable +.* the file is empty/)
  for (const line of renderReports([VIEW, VIEW], NOW_MS, 60).split('\n'))
    assert.ok(line.length <= 60)
})

test('R4: show tells all, and nothing of it can steer the terminal', () => {
  const text = renderReport({ ...VIEW, activity: 'wedged', degraded: HOSTILE }, NOW_MS)
  assert.match(
    text,
    /^report r1 running, wedged for 10 s: the process is there, but does not refresh its report\n/,
  )
  assert.match(text, /\n {2}command +make 'all of it'\n/)
  assert.match(text, /\n {2}last line +2026-11-20T11:30:00.000Z, 30 m ago\n/)
  assert.match(text, /\n {2}tail +one\n {12}clear\\x1b\[2J title/)
  assert.doesNotMatch(text, /(?!\n)\p{Cc}/u)
})

test('R5: -f waits for the log of a report that has none yet', async (t) => {
  const house = houseWithReports(t)
  const path = putReport(house.paths.reports, 'r', { process_start: ownStart() })
  const tail = startCurfew(t, house, ['report', 'tail', 'r', '-f'])
  const log = join(house.paths.reports, 'r.log')
  writeFileSync(log, 'late\n')
  await tail.line('late')
  putReport(house.paths.reports, 'r', { state: 'succeeded' })
  await waitFor(() => tail.child.exitCode !== null, { what: 'the end' })
  assert.equal(tail.stdout(), 'late\n')
  assert.ok(existsSync(path))
})
