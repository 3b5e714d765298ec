import assert from 'node:assert/strict'
import { existsSync, mkdirSync } from 'node:fs'
import { test } from 'node:test'
import { SHAPES } from '../../src/formats/shapes.ts'
import { runCurfew, runJson, startCurfew } from '../support/cli.ts'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { heartbeatsIn, placeHeartbeat } from '../support/heartbeats.ts'
import { makeHouse } from '../support/house.ts'
import { configure } from '../support/night.ts'
import { shareDaemon } from '../support/shared-daemon.ts'
import { waitFor } from '../support/wait-for.ts'

const CALM = { CURFEW_SYSTEM_IDLE: 'false' }
const shared = shareDaemon({ env: CALM })

test('S4: what chores print fits its schema, and for people it is a line each', async () => {
  const { house } = shared.get()
  const { code, value } = await runJson(house, ['chores', '--json'])
  assert.equal(code, 0)
  const names = SHAPES.chores.parse(value).map(({ name }) => name)
  assert.deepEqual(names, ['retention', 'store', 'logs', 'sweep'])
  const { stdout } = await runCurfew(house, ['chores'])
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]),
    names,
  )
  const one = await runJson(house, ['chores', 'run', 'logs', '--json'])
  assert.deepEqual([one.code, SHAPES.chore.parse(one.value).name], [0, 'logs'])
  const again = await runCurfew(house, ['chores', 'reset', 'logs'])
  assert.deepEqual([again.code, again.stdout.startsWith('logs ')], [0, true])
})

for (const verb of ['run', 'reset']) {
  test(`S4: chores ${verb} of an unknown name is 4 and names the nearest`, async () => {
    const { house } = shared.get()
    const { code, stderr, stdout } = await runCurfew(house, ['chores', verb, 'stroe'])
    assert.deepEqual([code, stdout], [4, ''])
    assert.match(stderr, /there is no chore "stroe"; did you mean "store"\?/)
    const json = await runJson(house, ['chores', verb, 'stroe', '--json'])
    assert.deepEqual([json.code, SHAPES.error.parse(json.value).error.kind], [4, 'not_found'])
  })
}

test('wrong usage is 2 and starts nothing', async (t) => {
  const house = makeHouse(t)
  const wrong = [
    ['attend'],
    ['hold'],
    ['chores', 'run'],
    ['chores', 'rnu', 'store'],
    ['bedtime', 'now'],
    ['wake', '--force'],
    ['wrappers', '--jsno'],
  ]
  for (const args of wrong) {
    const { code, stderr } = await runCurfew(house, args)
    assert.equal(code, 2, args.join(' '))
    assert.match(stderr, /^curfew: .+/)
  }
  assert.equal(existsSync(house.home), false)
})

test('with autostart false, what needs a daemon is 3 and runs nothing; what reads is 0', async (t) => {
  const house = makeHouse(t)
  mkdirSync(house.home, { mode: 0o700 })
  configure(house, { autostart: false })
  const needing = [
    ['wake'],
    ['bedtime'],
    ['hold', '--', 'touch', 'ran'],
    ['chores', 'run', 'store'],
    ['chores', 'reset', 'store'],
  ]
  for (const args of needing) {
    const { code, stderr } = await runCurfew(house, args)
    assert.equal(code, 3, args.join(' '))
    assert.match(stderr, /no daemon runs/)
  }
  assert.equal(existsSync(`${house.folder}/ran`), false)
  for (const name of ['wrappers', 'chores'] as const) {
    const { code, value } = await runJson(house, [name, '--json'])
    assert.equal(code, 0, name)
    SHAPES[name].parse(value)
  }
  const attend = await runCurfew(house, ['attend', '--', 'sh', '-c', 'exit 9'])
  assert.equal(attend.code, 9, 'a wrapper does without a daemon')
  assert.equal(existsSync(house.paths.marker), false)
})

test('wrappers: who is awake, with and without a daemon, as a line and as JSON', async (t) => {
  const daemon = await startDaemon(t, { env: CALM })
  const { house } = daemon
  const nobody = await runCurfew(house, ['wrappers'])
  assert.deepEqual([nobody.code, nobody.stdout, nobody.stderr], [0, '', 'nobody is awake\n'])
  const path = placeHeartbeat(house.paths.wrappers, { label: 'my\u001b[31m shell', session: 's1' })
  await waitFor(async () => (await daemon.status()).wrappers.fresh === 1, { what: 'the wrapper' })
  for (const running of [true, false]) {
    const { code, value } = await runJson(house, ['wrappers', '--json'])
    assert.equal(code, 0)
    const [seen, ...more] = SHAPES.wrappers.parse(value)
    assert.deepEqual(more, [])
    assert.partialDeepStrictEqual(seen, { path, pid: process.pid, status: 'fresh', session: 's1' })
    const { stdout } = await runCurfew(house, ['wrappers'])
    assert.match(stdout, new RegExp(`^fresh +${process.pid} my.* shell, session s1: .+\n$`))
    assert.ok(!stdout.includes('\u001b'), 'what others wrote is made harmless')
    if (running) await daemon.stop()
  }
})

test('S2: wake and bedtime print the state, as a word to people and as status in JSON', async (t) => {
  const { house } = await startDaemon(t, { env: CALM })
  const bed = await runCurfew(house, ['bedtime'])
  assert.deepEqual([bed.code, bed.stdout], [0, ''])
  assert.match(bed.stderr, /^BEDTIME: .*by hand/)
  const wake = await runJson(house, ['wake', '--json'])
  assert.deepEqual([wake.code, SHAPES.status.parse(wake.value).state], [0, 'WAKE'])
  const again = await runCurfew(house, ['wake'])
  assert.match(again.stderr, /^WAKE: /)
})

test('S2: wake with no daemon starts one, and the house is awake', async (t) => {
  const house = makeHouse(t)
  const { code, value } = await runJson(house, ['wake', '--json'], { env: CALM })
  const { daemon, state } = SHAPES.status.parse(value)
  assert.deepEqual([code, state, daemon.running], [0, 'WAKE', true])
  assert.equal((await runCurfew(house, ['stop'])).code, 0)
})

const CODES: readonly [string, number][] = [
  ['exit 0', 0],
  ['exit 7', 7],
  ['exit 255', 255],
  ['kill -TERM $$', 143],
]

for (const command of ['attend', 'hold']) {
  test(`W9, S3: ${command} passes exit codes, arguments and stdio through`, async () => {
    const { house } = shared.get()
    for (const [line, expected] of CODES) {
      const { code } = await runCurfew(house, [command, '--', 'sh', '-c', line])
      assert.equal(code, expected, line)
    }
    const line = 'for a; do echo "<$a>"; done; cat; echo error >&2; exit 4'
    const args = [command, '--', 'sh', '-c', line, 'sh', '--json', 'a  b', '', '*']
    const { code, stderr, stdout } = await runCurfew(house, args, { stdin: 'typed\n' })
    assert.deepEqual([code, stdout, stderr], [4, '<--json>\n<a  b>\n<>\n<*>\ntyped\n', 'error\n'])
    const missing = await runCurfew(house, [command, '--', 'no-such-command'])
    assert.equal(missing.code, 127)
    assert.match(missing.stderr, /no-such-command: command not found/)
  })

  test(`W9, S3: ${command} hands signals on and lets go when the command ends`, async (t) => {
    const { house } = shared.get()
    const line = 'trap "echo told; exit 5" TERM; echo begun; while :; do sleep 0.05; done'
    const program = startCurfew(t, house, [command, '--', 'sh', '-c', line])
    await program.line('begun')
    program.child.kill('SIGTERM')
    assert.deepEqual(await program.ended, { code: 5, signal: null })
    assert.equal(program.stdout(), 'begun\ntold\n')
    await waitFor(async () => (await askHouse(house, 'status', {})).holds.length === 0, {
      what: 'the hold to be gone',
    })
    await waitFor(() => heartbeatsIn(house.home).length === 0, { what: 'no heartbeat' })
  })
}

test('S3: status names a hold by its --why, cut and made harmless', async (t) => {
  const { house } = shared.get()
  const args = [
    'hold',
    '--why',
    `night\u001b[31m ${'x'.repeat(500)}`,
    '--',
    'sh',
    '-c',
    'echo begun; read x',
  ]
  const program = startCurfew(t, house, args)
  await program.line('begun')
  await waitFor(async () => (await askHouse(house, 'status', {})).holds.length === 1, {
    what: 'the hold',
  })
  const { code, stdout } = await runCurfew(house, ['status'])
  assert.equal(code, 0)
  assert.match(stdout, /night/)
  assert.ok(!stdout.includes('\u001b'))
  program.send('end')
  assert.equal((await program.ended).code, 0)
})
