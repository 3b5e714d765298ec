import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { FollowUpView } from '../../src/contract/follow-ups.ts'
import { SHAPES } from '../../src/formats/shapes.ts'
import { runCurfew, runJson, startCurfew } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import { submit, untilEnds } from '../support/daemon-jobs.ts'
import { makeHouse } from '../support/house.ts'

test('F2: wait --session returns when a job of it ends, prints it, and says that it was heard', async (t) => {
  const { house } = await startDaemon(t)
  const waiting = startCurfew(t, house, ['wait', '--session', 'me'])
  await submit(house, 'true', { session: 'somebody else' })
  await submit(house, 'echo well done', { session: 'me' })
  assert.equal((await waiting.ended).code, 0, waiting.stderr())
  assert.match(
    waiting.stdout(),
    /^follow-up \d+, job 2, session me: pending\nBackground job 2 has ended: succeeded/,
  )
  assert.match(waiting.stdout(), /\n> well done\n$/)
  const left = await runJson(house, ['followups', '--json'])
  assert.deepEqual(
    (left.value as FollowUpView[]).map(({ job }) => job),
    [1],
  )
})

test('F2: wait --session ends with 124 when the time is over, with 2 when nobody is named', async (t) => {
  const { house } = await startDaemon(t)
  const late = await runCurfew(house, ['wait', '--session', 'me', '--timeout', '50ms'])
  assert.deepEqual([late.code, late.stdout], [124, ''])
  assert.match(late.stderr, /the time is over, and session \S+ is owed nothing/)
  const nobody = await runCurfew(house, ['wait'])
  assert.deepEqual(
    [nobody.code, nobody.stderr],
    [2, 'curfew: expected the ids of jobs, or a session; give --session, or set CURFEW_SESSION\n'],
  )
  const both = await runCurfew(house, ['wait', '3', '--session', 'me'])
  assert.equal(both.code, 2)
})

test('F2: what is owed is listed, acknowledged and read with no daemon; CURFEW_SESSION is the default', async (t) => {
  const daemon = await startDaemon(t)
  const { house } = daemon
  const id = await submit(house, 'exit 4', { session: 'me' })
  await untilEnds(house, id)
  const mine = { ...house, env: { ...house.env, CURFEW_SESSION: 'me' } }
  const listed = await runJson(mine, ['followups', '--json'])
  assert.deepEqual(SHAPES.followups.parse(listed.value), listed.value)
  await daemon.stop()
  const offline = await runJson(mine, ['followups', '--json'])
  assert.deepEqual(offline.value, listed.value)
  const status = await runJson(house, ['status', '--json'])
  assert.partialDeepStrictEqual(status.value, { followups: { pending: 1, given_up: 0 } })
  const others = { ...house, env: { ...house.env, CURFEW_SESSION: 'other' } }
  assert.deepEqual((await runJson(others, ['followups', '--json'])).value, [])
  assert.equal(
    ((await runJson(others, ['followups', '--all-sessions', '--json'])).value as unknown[]).length,
    1,
  )
  assert.equal((await runCurfew(house, ['ack', String(id)])).code, 0)
  assert.deepEqual((await runJson(mine, ['followups', '--json'])).value, [])
  const unknown = await runCurfew(house, ['ack', '4711'])
  assert.deepEqual(
    [unknown.code, unknown.stderr],
    [4, 'curfew: nobody is owed a word about 4711; `curfew followups` lists what is owed\n'],
  )
})

test('F3: followups retry and session end; doctor tells what was given up', async (t) => {
  const env = {
    CURFEW_FOLLOW_UP_COMMAND: '["false"]',
    CURFEW_FOLLOW_UP_TRIES: '1',
    CURFEW_FOLLOW_UP_FROM: '1s',
    CURFEW_FOLLOW_UP_TO: '1s',
  }
  const daemon = await startDaemon(t, { env })
  const { house } = daemon
  const id = await submit(house, 'true', { session: 'me' })
  await daemon.event('follow_up_given_up')
  const doctor = await runCurfew(house, ['doctor'])
  assert.equal(doctor.code, 1)
  assert.match(doctor.stdout, /^warn +follow-ups +1 could not be told/m)
  assert.equal((await runCurfew(house, ['followups', 'retry', String(id)])).code, 0)
  const ended = await runJson(house, ['session', 'end', 'me', '--json'])
  assert.partialDeepStrictEqual(ended.value, { session: 'me' })
  assert.equal((await runCurfew(house, ['doctor'])).code, 0)
  const nobody = { env: { CURFEW_FOLLOW_UP_COMMAND: '["teller"]' } }
  const missing = await runCurfew(house, ['doctor'], nobody)
  assert.equal(missing.code, 1)
  assert.match(
    missing.stdout,
    /^warn +follow-ups +sessions are to be told by "teller", and there is/m,
  )
})

test('F2: followups test prints the argv of each preset and runs nothing', async (t) => {
  const house = makeHouse(t)
  const agent = join(house.folder, 'claude')
  writeFileSync(agent, `#!/bin/sh\ntouch "${agent}.ran"\n`, { mode: 0o755 })
  house.env.PATH = `${house.folder}:${house.env.PATH}`
  const argvOf = async (...args: string[]): Promise<string[]> => {
    const { stdout, code, stderr } = await runCurfew(house, ['followups', 'test', ...args])
    assert.equal(code, 0, stderr)
    return JSON.parse(stdout) as string[]
  }
  const heads = await Promise.all(
    ['claude', 'codex', 'opencode'].map(async (preset) =>
      (await argvOf('--preset', preset, '--session', 'S-1')).slice(0, -1),
    ),
  )
  assert.deepEqual(heads, [
    ['claude', '-p', '--resume', 'S-1'],
    ['codex', 'exec', 'resume', 'S-1'],
    ['opencode', 'run', '--session', 'S-1'],
  ])
  const complaint = async (...args: string[]): Promise<string> =>
    (await runCurfew(house, ['followups', 'test', '--session', 'S-1', ...args])).stderr
  assert.equal(await complaint('--preset', 'claude'), '')
  assert.equal(existsSync(`${agent}.ran`), false)
  assert.match(await complaint('--preset', 'codex'), /^curfew: "S-1" is no session of codex/)
  const own = {
    ...house,
    env: { ...house.env, CURFEW_FOLLOW_UP_COMMAND: '["tell","{ids}","{session}{text}"]' },
  }
  const { stdout, stderr } = await runCurfew(own, ['followups', 'test', '--session', '{text}'])
  assert.equal(stderr, 'curfew: there is no program "tell" on this PATH\n')
  assert.match(stdout, /^\["tell","2","\{text\}Background job 1/)
  const typo = await runCurfew(house, ['followups', 'test', '--preset', 'cladue', '--session', 'x'])
  assert.deepEqual(
    [typo.code, typo.stderr],
    [
      2,
      'curfew: there is no preset "cladue"; did you mean "claude"?; they are claude, codex, opencode\n',
    ],
  )
  for (const session of ['', '-x']) {
    const args = ['followups', 'test', '--preset', 'claude', '--session', session]
    const unusable = await runCurfew(house, args)
    assert.equal(unusable.code, 2, unusable.stdout)
    assert.match(unusable.stderr, /^curfew: session: expected .*, got "(?:|-x)"; /)
  }
  const none = await runCurfew(house, ['followups', 'test', '--session', 'x'])
  assert.equal(none.code, 6)
})
