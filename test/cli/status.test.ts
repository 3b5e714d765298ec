import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SHAPES } from '../../src/formats/shapes.ts'
import { runCurfew, runJson, startCurfew } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import { CURFEW, makeHouse } from '../support/house.ts'
import { needs, needsCommand, needsLinux } from '../support/needs.ts'
import { startCommand } from '../support/program.ts'
import { waitFor } from '../support/wait-for.ts'

test('status: who runs, since when, what is due, for people and as JSON', async (t) => {
  const daemon = await startDaemon(t)
  const { code, stdout, stderr } = await runCurfew(daemon.house, ['status'])
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(stdout, /^WAKE since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: /)
  assert.match(
    stdout,
    new RegExp(`^ {2}daemon +process ${daemon.pid} on \\S+, version \\S+, since `, 'm'),
  )
  const { value } = await runJson(daemon.house, ['status', '--json'])
  assert.partialDeepStrictEqual(SHAPES.status.parse(value), {
    state: 'WAKE',
    daemon: { running: true, pid: daemon.pid },
    config: { ok: true, problem: null },
    warnings: [],
  })
})

test('status: an unknown CURFEW_ name is warned about, with the nearest known one', async (t) => {
  const daemon = await startDaemon(t, { env: { CURFEW_TIKC: '5s', CURFEW_JOBS_KEEP_MSOT: '3' } })
  const { stdout } = await runCurfew(daemon.house, ['status'])
  assert.match(
    stdout,
    /^ {2}warning +unknown environment variable CURFEW_TIKC; did you mean "CURFEW_TICK"\?$/m,
  )
  assert.match(stdout, /CURFEW_JOBS_KEEP_MSOT; did you mean "CURFEW_JOBS_KEEP_MOST"\?$/m)
  const { code, stdout: found } = await runCurfew(daemon.house, ['doctor'], {
    env: { CURFEW_TIKC: '5s' },
  })
  assert.equal(code, 1)
  assert.match(found, /^warn +config +unknown environment variable CURFEW_TIKC/m)
})

test('status is reading: it is no activity', async (t) => {
  const daemon = await startDaemon(t)
  const look = async (): Promise<void> => {
    for (const args of [['status'], ['events'], ['doctor']]) await runCurfew(daemon.house, args)
  }
  await look()
  const before = new Date().toISOString()
  await look()
  assert.ok(((await daemon.status()).last_activity ?? '') < before)
})

test(
  'status --watch shows it again and again, on a terminal from the top, and notices that the daemon went',
  {
    skip: needs(needsLinux(), needsCommand('script')),
  },
  async (t) => {
    const daemon = await startDaemon(t)
    const terminal = startCommand(
      t,
      'script',
      ['-qec', `${CURFEW.join(' ')} status --watch`, '/dev/null'],
      {
        env: { ...daemon.house.env, TERM: 'xterm', NO_COLOR: '1' },
      },
    )
    await waitFor(() => terminal.stdout().split('\u001b[H\u001b[2J').length > 2, {
      what: 'two screens',
    })
    await daemon.stop()
    await waitFor(() => terminal.stdout().includes('none runs'), {
      what: 'a screen without a daemon',
    })
    const lines = startCurfew(t, daemon.house, ['status', '--watch', '--json'])
    await waitFor(() => lines.lines().length >= 2, { what: 'two lines' })
    for (const line of lines.lines()) SHAPES.status.parse(JSON.parse(line))
  },
)

test('status beside an old marker of another host says who that was', async (t) => {
  const house = makeHouse(t)
  const { code, value } = await runJson(house, ['status', '--json'])
  assert.partialDeepStrictEqual(
    { code, value },
    { code: 0, value: { state: 'ASLEEP', reason: 'no daemon has run in this home yet' } },
  )
})
