import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutLine, makeHarmless } from '../../src/cli/show-output.ts'
import { ESCAPE_PAYLOADS } from '../support/escape-payloads.ts'

const HARMFUL = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/u

test('J11: no escape sequence of a job reaches the terminal raw, however it is cut into pieces', () => {
  assert.equal(ESCAPE_PAYLOADS.size, 31)
  for (const [kind, payload] of ESCAPE_PAYLOADS) {
    const bytes = Buffer.from(`before${payload}after\n`)
    const whole = shown([bytes])
    assert.doesNotMatch(whole, HARMFUL, kind)
    assert.match(whole, /^before.*after\n$/s, kind)
    for (let at = 1; at < bytes.length; at += 1) {
      assert.equal(shown([bytes.subarray(0, at), bytes.subarray(at)]), whole, `${kind} at ${at}`)
    }
    assert.equal(shown(Array.from(bytes, (byte) => Buffer.from([byte]))), whole, kind)
  }
})

test('J11: what is plain stays as it is: letters of every script, tabs, line ends of both kinds', () => {
  for (const text of ['plain\ttext\n', 'Grüße, 日本語, e\u0301, 🙂, ½ ≤ “x”\n', 'кириллица\n\n']) {
    assert.equal(shown([Buffer.from(text)]), text)
  }
  assert.equal(shown([Buffer.from('one\r'), Buffer.from('\ntwo\r\n')]), 'one\ntwo\n')
})

test('J11: bytes that are no text, and a character that never came whole, are shown as replaced', () => {
  assert.equal(shown([Buffer.from([0x61, 0xff, 0x62])]), 'a\ufffdb')
  assert.equal(shown([Buffer.from([0x61, 0xe2, 0x82])]), 'a\ufffd')
  assert.equal(shown([Buffer.from([0xc2, 0x9b])]), '\\x9b')
  assert.equal(shown([Buffer.from('last\r')]), 'last\\r')
})

test('J7: a cut is one line that says how much is gone', () => {
  assert.equal(cutLine(1_234_567), '[… 1,234,567 bytes were cut out here …]')
  assert.equal(cutLine(999), '[… 999 bytes were cut out here …]')
  assert.equal(cutLine(1000), '[… 1,000 bytes were cut out here …]')
})

function shown(pieces: readonly Uint8Array[]): string {
  const harmless = makeHarmless()
  const texts = pieces.map((piece) => harmless.take(piece))
  return texts.join('') + harmless.rest()
}
