import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { didYouMean, nearest } from '../../src/domain/nearest.ts'

const COMMANDS = [
  'status',
  'start',
  'stop',
  'restart',
  'doctor',
  'events',
  'daemon',
  'force-unlock',
]

for (const [typed, meant] of [
  ['statsu', 'status'],
  ['STATUS', 'status'],
  ['sttop', 'stop'],
  ['evnets', 'events'],
  ['deamon', 'daemon'],
  ['forceunlock', 'force-unlock'],
  ['docter', 'doctor'],
] as const) {
  test(`"${typed}" most likely meant "${meant}"`, () => {
    assert.equal(nearest(typed, COMMANDS), meant)
  })
}

test('what is like nothing known gets no guess', () => {
  for (const typed of ['frobnicate', 'xyz', '', 'q'])
    assert.equal(nearest(typed, COMMANDS), undefined)
  assert.equal(nearest('status', []), undefined)
  assert.equal(didYouMean('frobnicate', COMMANDS), '')
})

test('the guess ends the sentence', () => {
  assert.equal(didYouMean('tikc', ['tick', 'log']), '; did you mean "tick"?')
})

test('among several the nearest is named, the first of equals', () => {
  assert.equal(nearest('stat', ['status', 'start', 'state']), 'start')
  assert.equal(nearest('cat', ['bat', 'rat']), 'bat')
})

test('a known name is its own nearest, and one slip of a long name is always seen', () => {
  const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), {
    minLength: 1,
    selector: (name) => name.toLowerCase(),
  })
  fc.assert(
    fc.property(names, fc.nat(), (known, pick) => {
      const name = known[pick % known.length] ?? ''
      assert.equal(nearest(name, known), name)
    }),
  )
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{5,12}$/), fc.nat(), (name, at) => {
      const slip = name.slice(0, at % name.length) + name.slice((at % name.length) + 1)
      assert.equal(nearest(slip, [name]), name)
    }),
  )
})
