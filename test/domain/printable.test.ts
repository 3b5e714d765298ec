import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  printable,
  printableBlock,
  printableJson,
  printableLine,
} from '../../src/domain/printable.ts'
import { rounds } from '../support/rounds.ts'

/** What a hostile program could say to a terminal, or to whoever reads it there. */
const PAYLOADS: readonly [string, string][] = [
  ['bell', '\u0007'],
  ['backspace over what was said', 'rm -rf /\b\b\b\b\b\b\b\bls'],
  ['carriage return over what was said', 'bad\rgood'],
  ['a line of its own', 'ok\nerror: all is lost'],
  ['tab', 'a\tb'],
  ['vertical tab and form feed', 'a\u000b\u000cb'],
  ['NUL', 'a\0b'],
  ['DEL', 'a\u007fb'],
  ['shift out to another character set', '\u000eabc\u000f'],
  ['CSI colour', '\u001b[31mred\u001b[0m'],
  ['CSI clear screen', '\u001b[2J\u001b[H'],
  ['CSI cursor up and erase', '\u001b[1A\u001b[2K'],
  ['CSI device status, which types an answer', '\u001b[6n'],
  ['OSC title', '\u001b]0;owned\u0007'],
  ['OSC hyperlink', '\u001b]8;;http://evil\u001b\\click\u001b]8;;\u001b\\'],
  ['OSC 52 clipboard', '\u001b]52;c;cm0gLXJmIC8=\u0007'],
  ['DCS', '\u001bP+q544e\u001b\\'],
  ['APC and PM', '\u001b_x\u001b\\\u001b^y\u001b\\'],
  ['reset', '\u001bc'],
  ['C1 CSI', '\u009b31mred'],
  ['C1 OSC', '\u009d0;owned\u009c'],
  ['C1 NEL', 'a\u0085b'],
  ['bidi override', 'user\u202etxt.exe'],
  ['bidi isolate', '\u2066admin\u2069'],
  ['bidi mark', 'a\u200fb\u200eb\u061cc'],
  ['line and paragraph separator', 'a\u2028b\u2029c'],
  ['zero width', 'pay\u200bpal\u200c\u200d\u2060\ufeff'],
  ['soft hyphen', 'pass\u00adword'],
  ['tags', 'hi\u{e0041}\u{e0042}\u{e007f}'],
  ['variation selectors that carry bytes', 'x\ufe0f\u{e0100}\u{e01ef}'],
  ['fillers that look like nothing', 'a\u115f\u1160\u3164\uffa0b'],
  ['private use and not a character', '\ue000\u{f0000}\uffff'],
  ['half a surrogate pair', 'a\ud800b\udc00'],
  ['spaces that are none', 'a\u00a0b\u2003c\u3000d'],
]

const ALLOWED = /^[ \p{L}\p{M}\p{N}\p{P}\p{S}]*$/u
const HIDDEN = /\p{Default_Ignorable_Code_Point}/u

for (const [name, payload] of PAYLOADS) {
  test(`check 8: nothing is left raw of: ${name}`, () => {
    assertHarmless(printable(payload))
    assertHarmless(printableLine(`before ${payload} after`))
    assertHarmless(printableJson(JSON.stringify(payload)))
    assert.notEqual(printable(payload), payload)
  })
}

test('check 8: whatever the text, only what can be seen comes out', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    }),
  )
  fc.assert(
    fc.property(anything, (text) => {
      assertHarmless(printable(text))
      assertHarmless(printableLine(text, 20))
      assertHarmless(printableBlock(text).replaceAll(/[\n\t]/g, ''))
      assertHarmless(printableJson(JSON.stringify(text)))
    }),
    { numRuns: rounds(500) },
  )
})

test('text that people write stays as it is', () => {
  for (const text of [
    'Grüße, Jürgen!',
    'naïve café',
    '東京 タワー',
    'Ελλάδα',
    'a = b[0] <> {c} "d"',
    '€ 5 → 7 ½',
    '🏠',
  ]) {
    assert.equal(printable(text), text)
    assert.equal(printableJson(text), text)
  }
})

test('escapes say what was there', () => {
  assert.equal(printable('a\nb\rc\td'), 'a\\nb\\rc\\td')
  assert.equal(printable('\u001b[0m\u009b'), '\\x1b[0m\\x9b')
  assert.equal(printable('\u202e\u{e0041}\ud800'), '\\u{202e}\\u{e0041}\\u{d800}')
})

test('a line is cut where it is told, and says so', () => {
  assert.equal(printableLine('x'.repeat(200)), 'x'.repeat(200))
  assert.equal(printableLine('x'.repeat(201)), `${'x'.repeat(200)}…`)
  assert.equal(printableLine('abcdef', 3), 'abc…')
})

test('JSON made harmless means the same as before', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
      const line = JSON.stringify({ value, text })
      assert.deepEqual(JSON.parse(printableJson(line)), JSON.parse(line))
    }),
  )
})

function assertHarmless(text: string): void {
  assert.match(text, ALLOWED)
  assert.doesNotMatch(text, HIDDEN)
}
