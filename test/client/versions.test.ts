import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { SHAPES } from '../../src/formats/shapes.ts'
import { type CliOptions, runCurfew, runJson, startCurfew } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import { untilAlone } from '../support/house.ts'
import { otherVersion } from '../support/other-version.ts'

const NEWER = { protocol: 2, version: '9.9.9' }
const OLDER = { protocol: 0, version: '0.0.1' }

function build(t: TestContext, which: typeof NEWER): CliOptions & { entry: string[] } {
  return { entry: otherVersion(t, which) }
}

test('a client that is newer than an idle daemon restarts it and gets its answer', async (t) => {
  const newer = build(t, NEWER)
  const daemon = await startDaemon(t)
  const { code, value } = await runJson(daemon.house, ['status', '--json'], newer)
  assert.partialDeepStrictEqual(
    { code, value },
    { code: 0, value: { daemon: { running: true, version: '9.9.9' } } },
  )
  assert.deepEqual(await daemon.program.ended, { code: 0, signal: null })
  const { value: events } = await runJson(daemon.house, ['events', '--json'], newer)
  assert.match(JSON.stringify(events), /daemon is leaving: a newer curfew takes over/)
})

test('start by a newer client leaves a daemon of its own version running', async (t) => {
  const newer = build(t, NEWER)
  const daemon = await startDaemon(t)
  const { code, value } = await runJson(daemon.house, ['start', '--json'], newer)
  assert.partialDeepStrictEqual(
    { code, value },
    { code: 0, value: { protocol: 2, version: '9.9.9' } },
  )
  assert.equal((await daemon.program.ended).code, 0)
})

test('D2: eight newer clients that meet an old daemon at once end with one new daemon', async (t) => {
  const newer = build(t, NEWER)
  const daemon = await startDaemon(t)
  const started = await Promise.all(
    Array.from({ length: 8 }, () => runJson(daemon.house, ['start', '--json'], newer)),
  )
  assert.equal((await daemon.program.ended).code, 0)
  for (const { code, value } of started) {
    assert.partialDeepStrictEqual({ code, value }, { code: 0, value: { version: '9.9.9' } })
  }
  await untilAlone(daemon.house)
})

test('a client that is older than the daemon says what to do in one line and changes nothing', async (t) => {
  const daemon = await startDaemon(t)
  const older = build(t, OLDER)
  for (const args of [['status'], ['events'], ['start']]) {
    const { code, stdout, stderr } = await runCurfew(daemon.house, args, older)
    assert.match(
      stderr,
      /^curfew: the daemon \(version \S+, protocol 1\) is newer than this curfew \(protocol 0\); upgrade [^\n]+\n$/,
    )
    assert.deepEqual([code, stdout], [5, ''], args.join())
  }
  const { code, value } = await runJson(daemon.house, ['status', '--json'], older)
  assert.deepEqual([code, SHAPES.error.parse(value).error.kind], [5, 'refused'])
  assert.equal((await daemon.status()).daemon.pid, daemon.pid, 'it goes on as it was')
})

for (const [name, which] of Object.entries({ newer: NEWER, older: OLDER })) {
  test(`stop works across versions: the ${name} client ends the daemon in order`, async (t) => {
    const daemon = await startDaemon(t)
    const other = build(t, which)
    assert.equal((await runCurfew(daemon.house, ['stop'], other)).code, 0)
    assert.deepEqual(await daemon.program.ended, { code: 0, signal: null })
  })

  test(`restart works across versions: the ${name} one takes the place of the other`, async (t) => {
    const daemon = await startDaemon(t)
    const other = build(t, which)
    const { code, value } = await runJson(daemon.house, ['restart', '--json'], other)
    assert.partialDeepStrictEqual({ code, value }, { code: 0, value: which })
    assert.equal((await daemon.program.ended).code, 0)
  })

  test(`doctor of the ${name} version says that the daemon is of another`, async (t) => {
    const daemon = await startDaemon(t)
    const { code, stdout } = await runCurfew(daemon.house, ['doctor'], build(t, which))
    assert.equal(code, 1)
    assert.match(stdout, /^warn +daemon .*version/m)
    assert.equal((await daemon.status()).daemon.pid, daemon.pid)
  })
}

test('events -f of another version says what to do', async (t) => {
  const daemon = await startDaemon(t)
  const follower = startCurfew(t, daemon.house, ['events', '-f'], build(t, OLDER))
  assert.equal((await follower.ended).code, 5)
  assert.match(follower.stderr(), /^curfew: the daemon .* is newer than this curfew [^\n]+\n$/)
})
