import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { runCurfew } from '../support/cli.ts'
import { makeHouse } from '../support/house.ts'

const NOT_HERE = new Set(['daemon', 'start', 'run', 'logs', 'report'])
const plain = [...COMMANDS].filter(
  ([name, entry]) => entry.plain !== undefined && !NOT_HERE.has(name),
)

for (const [name, { plain: action }] of plain) {
  test(`"${name}" says the same with the parser of command lines and without it`, async (t) => {
    const house = makeHouse(t)
    for (const args of [
      [name],
      ...(action?.read(['--json']) === undefined ? [] : [[name, '--json']]),
    ]) {
      const short = await runCurfew(house, args)
      const parsed = await runCurfew(house, [...args, '--home', house.home])
      const { tookMs: _short, ...said } = short
      const { tookMs: _parsed, ...alsoSaid } = parsed
      assert.deepEqual(said, alsoSaid)
      assert.equal(said.code, 0)
    }
  })
}

test('the version is the same with the parser and without it', async (t) => {
  const house = makeHouse(t)
  const said = await Promise.all(
    [['--version'], ['-V'], ['--home', house.home, '--version']].map((args) =>
      runCurfew(house, args),
    ),
  )
  for (const { stdout, stderr, code } of said) {
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
    assert.deepEqual({ stdout, stderr, code }, { stdout: said[0]?.stdout, stderr: '', code: 0 })
  }
})

test('a flag that a command does not have is refused, whether or not it could go without the parser', async (t) => {
  const house = makeHouse(t)
  for (const args of [
    ['daemon', '--json'],
    ['status', '--jso'],
    ['paths', '--json', '--nope'],
  ]) {
    const { code, stdout } = await runCurfew(house, args)
    assert.equal(code, 2, args.join(' '))
    assert.doesNotMatch(stdout, /"state"|"home"/)
  }
})
