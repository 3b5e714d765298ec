import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import { DEFAULTS } from '../../src/config.ts'
import { SHAPES } from '../../src/formats/shapes.ts'
import { runCurfew, runJson } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import { type House, makeHouse } from '../support/house.ts'

test('config: every key has its default, its value and where that came from', async (t) => {
  const house = houseWith(
    t,
    '{"tick": "5s", "jobs": {"keepMost": 7}, "chores": [{"name": "a", "command": ["true"]}]}',
  )
  const env = {
    CURFEW_TICK: '200ms',
    CURFEW_JOBS_KILL_GRACE: '1s',
    CURFEW_ON_WAKE: '["say", "hi"]',
    CURFEW_JOBS_LOG_CAP: '1MiB',
  }
  const { code, value } = await runJson(house, ['config', '--json'], { env })
  assert.equal(code, 0)
  const view = SHAPES.config.parse(value)
  const values = new Map(view.values.map((each) => [each.key, [each.value, each.source]]))
  assert.deepEqual(values.get('tick'), ['200ms', 'environment'])
  assert.deepEqual(values.get('jobs.keepMost'), [7, 'file'])
  assert.deepEqual(values.get('jobs.killGrace'), ['1s', 'environment'])
  assert.deepEqual(values.get('jobs.logCap'), ['1MiB', 'environment'])
  assert.deepEqual(values.get('on.wake'), [['say', 'hi'], 'environment'])
  assert.deepEqual(values.get('autostart'), [true, 'default'])
  assert.equal(values.get('chores')?.[1], 'file')
  for (const key of Object.keys(DEFAULTS)) {
    assert.ok(
      [...values.keys()].some((each) => each === key || each.startsWith(`${key}.`)),
      key,
    )
  }
  const { stdout } = await runCurfew(house, ['config'], { env })
  assert.match(stdout, /^tick +"200ms" +environment$/m)
  assert.match(stdout, /^staleAfter +"90s" +default$/m)
  assert.match(stdout, /^jobs\.keepBytes +"1GiB" +default$/m)
  assert.match(stdout, /^autostart +true +default$/m)
})

test('config: what --json prints can be pasted into the file and means the same', async (t) => {
  const house = houseWith(
    t,
    '{"tick": 1.5, "drowsyAfter": 0, "jobs": {"logCap": 1234, "groups": {"gpu": {"slots": 2}}}, "chores": [{"name": "a", "command": ["true"], "every": "90m"}]}',
  )
  const before = SHAPES.config.parse((await runJson(house, ['config', '--json'])).value)
  writeFileSync(house.paths.config, asFile(before.values))
  const after = SHAPES.config.parse((await runJson(house, ['config', '--json'])).value)
  const valuesOf = ({ values }: typeof after) => values.map(({ key, value }) => [key, value])
  assert.deepEqual(valuesOf(after), valuesOf(before))
  const values = new Map(after.values.map(({ key, value }) => [key, value]))
  assert.deepEqual(
    ['tick', 'drowsyAfter', 'jobs.logCap'].map((key) => values.get(key)),
    ['1500ms', 0, '1234B'],
  )
  assert.deepEqual(values.get('chores'), [
    { name: 'a', command: ['true'], timeout: '10m', every: '90m' },
  ])
})

test('config: with nothing set all is default, and no home is made', async (t) => {
  const house = makeHouse(t)
  const { value } = await runJson(house, ['config', '--json'])
  assert.deepEqual(
    new Set(SHAPES.config.parse(value).values.map(({ source }) => source)),
    new Set(['default']),
  )
  assert.equal((await runCurfew(house, ['config', 'check'])).code, 0)
  assert.equal(existsSync(house.home), false)
})

const BAD: Record<string, [string, RegExp]> = {
  'a typo in a key': [
    '{"drosyAfter": "5m"}',
    /: drosyAfter: unknown key; did you mean "drowsyAfter"\?$/m,
  ],
  'a typo in an inner key': [
    '{"jobs": {"keepmost": 5}}',
    /: jobs\.keepmost: unknown key; did you mean "keepMost"\?$/m,
  ],
  'a negative duration': [
    '{"staleAfter": "-5s"}',
    /: staleAfter: expected a duration .*, got "-5s"$/m,
  ],
  'a duration without a unit that we know': [
    '{"staleAfter": "5 fortnights"}',
    /: staleAfter: expected a duration .*, got "5 fortnights"$/m,
  ],
  'a wrong type': [
    '{"exitWhenAsleep": "yes"}',
    /: exitWhenAsleep: expected true or false, got "yes"$/m,
  ],
  'a tick too fast': ['{"tick": "1ms"}', /: tick: expected between "50ms" and "24h", got "1ms"$/m],
  'an object in place of a list': [
    '{"chores": {}}',
    /: chores: expected a list of chores, got \{\}$/m,
  ],
  'a command line in place of an argv': [
    '{"on": {"wake": "say hi"}}',
    /: on\.wake: expected a list: the program, then its arguments, got "say hi"$/m,
  ],
  'half a file': ['{"tick": "5s"', /: not JSON: /],
  'no object': ['"tick"', /: the whole: expected an object of settings$/m],
  'a prototype': [
    '{"__proto__": {"tick": 5}, "constructor": 1}',
    /: (__proto__|constructor): unknown key/,
  ],
  'a chore that has the name of another': [
    '{"chores": [{"name": "a", "command": ["x"]}, {"name": "a", "command": ["y"]}]}',
    /: chores\.1\.name: expected another name: chores\.0 has this one, got "a"$/m,
  ],
  'a chore that has the name of a built-in one': [
    '{"chores": [{"name": "store", "command": ["x"]}]}',
    /: chores\.0\.name: expected another name: this one is built in, got "store"$/m,
  ],
  'a contradiction': ['{"drowsyAfter": "3h"}', /drowsyAfter: expected at most bedtimeAfter/],
  'escape sequences': ['{"\\u001b[31mtick": 1}', /: \\x1b\[31mtick: unknown key/],
}

for (const [name, [text, says]] of Object.entries(BAD)) {
  test(`config: ${name} is said with key, value and what is allowed; exit 6`, async (t) => {
    const house = houseWith(t, text)
    const checked = await runCurfew(house, ['config', 'check'])
    assert.equal(checked.code, 6)
    assert.match(checked.stderr, says)
    assert.doesNotMatch(checked.stderr, /(?!\n)\p{Cc}/u)
    const { code, value } = await runJson(house, ['config', 'check', '--json'])
    assert.equal(code, 6)
    const { ok, problems } = SHAPES.config.parse(value)
    assert.deepEqual([ok, problems.length > 0], [false, true])
    const { code: shown, stderr } = await runCurfew(house, ['config'])
    assert.equal(shown, 6)
    assert.match(stderr, /^curfew: [^\n]+; mend it, then check it with `curfew config check`\n$/)
  })
}

test('config check: every problem has its line, those of the environment name the variable', async (t) => {
  const house = houseWith(t, '{"tick": 0, "board": {"lease": null}, "reportKept": 1}')
  const env = { CURFEW_STALE_AFTER: 'soon', CURFEW_CHORES: 'not json', CURFEW_AUTOSTRT: 'false' }
  const { code, stderr } = await runCurfew(house, ['config', 'check'], { env })
  assert.equal(code, 6)
  for (const says of [
    /^\S+config\.json: tick: /m,
    /^\S+config\.json: board\.lease: /m,
    /^\S+config\.json: reportKept: unknown key; did you mean "reportsKept"\?$/m,
    /^CURFEW_STALE_AFTER: expected a duration .*, got "soon"$/m,
    /^CURFEW_CHORES: expected a list of chores, got "not json"$/m,
    /CURFEW_AUTOSTRT; did you mean "CURFEW_AUTOSTART"\?$/m,
  ]) {
    assert.match(stderr, says)
  }
})

test('config: each key can come from the environment, and the daemon lives by it', async (t) => {
  const house = houseWith(t, '{}')
  const daemon = await startDaemon(t, {
    house,
    env: { CURFEW_TICK: '60ms', CURFEW_LOG_LEVEL: 'debug' },
  })
  const { rmSync } = await import('node:fs')
  rmSync(house.paths.lockDatabase)
  assert.equal((await daemon.program.ended).code, 0, 'only a tick could notice that so soon')
})

test('config: a byte order mark is no mistake, a link is followed: it is the user\u2019s own file', async (t) => {
  const house = houseWith(t, '\uFEFF{"reportsKept": 4}')
  assert.equal((await runCurfew(house, ['config', 'check'])).code, 0)
  const { renameSync, symlinkSync } = await import('node:fs')
  renameSync(house.paths.config, `${house.folder}/mine.json`)
  symlinkSync(`${house.folder}/mine.json`, house.paths.config)
  const { stdout } = await runCurfew(house, ['config'])
  assert.match(stdout, /^reportsKept +4 +file$/m)
})

/** A config file that says each of these. */
function asFile(values: readonly { readonly key: string; readonly value: unknown }[]): string {
  const file: Record<string, unknown> = {}
  for (const { key, value } of values) {
    const groups = key.split('.')
    const name = groups.pop() ?? ''
    let at = file
    for (const group of groups) {
      const inner: Record<string, unknown> = { ...Object(at[group]) }
      at[group] = inner
      at = inner
    }
    at[name] = value
  }
  return JSON.stringify(file)
}

function houseWith(t: TestContext, config: string): House {
  const house = makeHouse(t)
  mkdirSync(house.home, { mode: 0o700 })
  writeFileSync(house.paths.config, config)
  return house
}
