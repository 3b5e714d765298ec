import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Config, type ConfigResult, DEFAULTS } from '../../src/config.ts'
import { configKeys, environmentName, readConfig } from '../../src/formats/config.ts'
import { KEYS } from '../support/config-keys.ts'
import { rounds } from '../support/rounds.ts'

test('every key that exists is tried here', () => {
  assert.deepEqual(KEYS.map(([key]) => key).toSorted(), configKeys().toSorted())
})

for (const [key, good, read, bad, allowed] of KEYS) {
  const variable = environmentName(key)

  test(`${key} from the file`, () => {
    const { config, sources } = loaded(fromFile(nest(key, good)))
    assert.deepEqual(valueOf(config, key), read)
    assert.deepEqual(sources, { [key]: 'file' })
  })

  test(`${key} from ${variable}, which wins over the file`, () => {
    const raw = typeof good === 'string' ? good : JSON.stringify(good)
    if (key !== 'on.drowsy')
      assert.deepEqual(valueOf(loaded(fromEnvironment({ [variable]: raw })).config, key), read)
    const both = readConfig(DEFAULTS, text(nest(key, valueInFile(key))), [[variable, raw]])
    assert.deepEqual(loaded(both).sources, { [key]: 'environment' })
    assert.deepEqual(valueOf(loaded(both).config, key), read)
  })

  test(`a bad ${key} is refused with key, value and what is allowed`, () => {
    assert.deepEqual(problems(fromFile(nest(key, bad))), [
      `/c.json: ${key}: ${allowed}, got ${JSON.stringify(bad)}`,
    ])
    const raw = typeof bad === 'string' ? bad : JSON.stringify(bad)
    const [said = '', ...more] = problems(fromEnvironment({ [variable]: raw }))
    assert.ok(said.startsWith(`${variable}: expected `), said)
    assert.ok(said.includes(', got '), said)
    assert.deepEqual(more, [])
  })
}

for (const [file, said] of [
  [{ tikc: 1 }, 'tikc: unknown key; did you mean "tick"?'],
  [{ frobnicate: 1 }, 'frobnicate: unknown key'],
  [{ jobs: { killgrace: 1 } }, 'jobs.killgrace: unknown key; did you mean "killGrace"?'],
  [{ followUp: { webhok: null } }, 'followUp.webhok: unknown key; did you mean "webhook"?'],
  [{ log: { lvel: 'info' } }, 'log.lvel: unknown key; did you mean "level"?'],
  [
    { chores: [{ name: 'a', comand: ['b'], command: ['b'] }] },
    'chores.0.comand: unknown key; did you mean "command"?',
  ],
  [
    { jobs: { groups: { gpu: { slot: 1, slots: 1 } } } },
    'jobs.groups.gpu.slot: unknown key; did you mean "slots"?',
  ],
  [{ on: { wakeup: ['x'] } }, 'on.wakeup: unknown key; did you mean "wake"?'],
  [{ '\u001b[2J': 1 }, '\\x1b[2J: unknown key'],
] as const) {
  test(`an unknown key is named with its place: ${said}`, () => {
    assert.deepEqual(problems(fromFile(file)), [`/c.json: ${said}`])
  })
}

for (const [groups, said] of [
  ['{"a\\nb":{"slots":1}}', 'expected text without control characters, got "a\\nb"'],
  ['{"":{"slots":1}}', 'expected text that is not empty, got ""'],
] as const) {
  test(`a group that no job could name is refused: ${said}`, () => {
    const file = { kind: 'text', path: '/c.json', text: `{"jobs":{"groups":${groups}}}` } as const
    assert.deepEqual(problems(readConfig(DEFAULTS, file, [])), [`/c.json: jobs.groups: ${said}`])
  })
}

test('a name that cannot be kept is refused, not dropped', () => {
  const said = '__proto__: expected another name than "__proto__"'
  const groups = '{"a":{"slots":1},"__proto__":{"slots":2}}'
  const file = { kind: 'text', path: '/c.json', text: `{"jobs":{"groups":${groups}}}` } as const
  assert.deepEqual(problems(readConfig(DEFAULTS, file, [])), [`/c.json: jobs.groups.${said}`])
  assert.deepEqual(problems(fromEnvironment({ CURFEW_JOBS_GROUPS: groups })), [
    `CURFEW_JOBS_GROUPS.${said}`,
  ])
})

for (const [file, said] of [
  [{ drowsyAfter: '1h' }, 'drowsyAfter: expected at most bedtimeAfter (1800 s), got 3600 s'],
  [{ bedtimeAfter: '3h' }, 'bedtimeAfter: expected at most asleepAfter (7200 s), got 10800 s'],
  [
    { followUp: { from: '1h' } },
    'followUp.from: expected at most followUp.to (1800 s), got 3600 s',
  ],
] as const) {
  test(`settings that contradict each other are refused: ${said}`, () => {
    assert.deepEqual(problems(fromFile(file)), [said])
  })
}

test('0 means none: what never comes is not compared', () => {
  const { config } = loaded(fromFile({ bedtimeAfter: 0, asleepAfter: 0, followUp: { to: 0 } }))
  assert.deepEqual([config.bedtimeAfter, config.asleepAfter, config.followUp.to], [0, 0, 0])
})

test('contradictions are looked for in what file and environment say together', () => {
  const file = text({ drowsyAfter: '20m' })
  assert.ok(readConfig(DEFAULTS, file, []).ok)
  assert.ok(!readConfig(DEFAULTS, file, [['CURFEW_BEDTIME_AFTER', '10m']]).ok)
})

test('an unknown key inside a variable is named with its place too', () => {
  const result = fromEnvironment({ CURFEW_CHORES: '[{"nam":"a","name":"b","command":["c"]}]' })
  assert.deepEqual(problems(result), ['CURFEW_CHORES.0.nam: unknown key; did you mean "name"?'])
})

test('one group, chore or list from the environment replaces the whole one of the file', () => {
  const file = text({ jobs: { groups: { a: { slots: 1 } }, timeout: '5m' } })
  const { config } = loaded(
    readConfig(DEFAULTS, file, [['CURFEW_JOBS_GROUPS', '{"b":{"slots":2}}']]),
  )
  assert.deepEqual(config.jobs.groups, { b: { slots: 2 } })
  assert.equal(config.jobs.timeout, 300_000)
})

test('every problem of file and environment is told at once', () => {
  const said = problems(
    readConfig(DEFAULTS, text({ tick: 'x', log: { level: 1 } }), [['CURFEW_JOBS_KEEP_MOST', '-1']]),
  )
  assert.equal(said.length, 3)
})

test('an unknown CURFEW_ name is warned about, with the nearest', () => {
  const result = fromEnvironment({ CURFEW_TICKS: '1s', CURFEW_: 'x' })
  assert.ok(result.ok)
  assert.deepEqual(result.loaded.warnings, [
    'unknown environment variable CURFEW_TICKS; did you mean "CURFEW_TICK"?',
    'unknown environment variable CURFEW_',
  ])
})

for (const content of [
  '',
  ' ',
  '{',
  '{"tick": 1,}',
  '// no\n{}',
  '\0\u0001\u0002',
  'tick: 30s',
  '\ufffd\ufffd',
]) {
  test(`what is not JSON is refused in one line: ${JSON.stringify(content)}`, () => {
    const said = problems(
      readConfig(DEFAULTS, { kind: 'text', path: '/c.json', text: content }, []),
    )
    assert.equal(said.length, 1)
    assert.match(said[0] ?? '', /^\/c\.json: not JSON: /)
    assert.doesNotMatch(said[0] ?? '', /[\n\0]/)
  })
}

for (const whole of [null, [], 'tick', 7, true]) {
  test(`a config that is ${JSON.stringify(whole)} is refused as a whole`, () => {
    assert.deepEqual(problems(fromFile(whole)), [
      '/c.json: the whole: expected an object of settings',
    ])
  })
}

test('a byte order mark, as some editors write it, is no part of the config', () => {
  const result = readConfig(
    DEFAULTS,
    { kind: 'text', path: '/c.json', text: '\ufeff{"tick":"1s"}' },
    [],
  )
  assert.equal(loaded(result).config.tick, 1000)
})

test('check 7: names of JavaScript itself are unknown keys, and change nothing for others', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const file = {
      kind: 'text',
      path: '/c.json',
      text: `{${JSON.stringify(name)}: {"tick": 1}}`,
    } as const
    assert.match(problems(readConfig(DEFAULTS, file, []))[0] ?? '', /unknown key/)
  }
  assert.equal(Reflect.get({}, 'tick'), undefined)
})

test('a value nested without end is refused, not shown', () => {
  const deep = `{"chores": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`
  const said = problems(readConfig(DEFAULTS, { kind: 'text', path: '/c.json', text: deep }, []))
  assert.match(said[0] ?? '', /nested too deep/)
})

test('any JSON either loads or is refused with reasons; nothing is thrown', () => {
  const key = fc.constantFrom(...KEYS.map(([name]) => name))
  const any = fc.oneof(
    fc.jsonValue(),
    fc.tuple(key, fc.jsonValue()).map(([name, value]) => nest(name, value)),
  )
  fc.assert(
    fc.property(any, fc.option(fc.tuple(key, fc.string({ unit: 'binary' }))), (value, variable) => {
      const environment =
        variable === null ? [] : [[environmentName(variable[0]), variable[1]] as const]
      const result = readConfig(DEFAULTS, text(value), environment)
      if (!result.ok)
        assert.ok(
          result.problems.length > 0 && result.problems.every((line) => !line.includes('\n')),
        )
    }),
    { numRuns: rounds(300) },
  )
})

function text(value: unknown) {
  return { kind: 'text', path: '/c.json', text: JSON.stringify(value) } as const
}

function fromFile(value: unknown): ConfigResult {
  return readConfig(DEFAULTS, text(value), [])
}

function fromEnvironment(environment: Record<string, string>): ConfigResult {
  return readConfig(DEFAULTS, null, Object.entries(environment))
}

function loaded(result: ConfigResult) {
  assert.ok(result.ok, JSON.stringify(result))
  return result.loaded
}

function problems(result: ConfigResult): readonly string[] {
  assert.ok(!result.ok, 'it was taken')
  return result.problems
}

function nest(key: string, value: unknown): unknown {
  return key.split('.').reduceRight((inner, name) => ({ [name]: inner }), value)
}

function valueOf(config: Config, key: string): unknown {
  return key.split('.').reduce<unknown>((value, name) => Reflect.get(Object(value), name), config)
}

/** The default as a file could say it. */
function valueInFile(key: string): unknown {
  const value = valueOf(DEFAULTS, key)
  return typeof value === 'number' && !/Most|Kept|tries|busyLimit|Cap|Bytes/.test(key)
    ? `${value}ms`
    : value
}
