/** Hosts: one normal form for all spellings that programs take for the same. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { addressClasses } from '../../src/analysis/address-classes.ts'
import { addressBits, addressOf, normalHost, rangeBits } from '../../src/base/host.ts'
import { hostOf } from '../../src/command/hosts.ts'

const test = suite('hosts')

const SAME: Readonly<Record<string, readonly string[]>> = {
  '127.0.0.1': [
    ...['127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7F.1', '127.0.0.1.'],
    ...['::ffff:127.0.0.1', '[::FFFF:7f00:1]', '0:0:0:0:0:ffff:127.0.0.1'],
  ],
  '::1': ['::1', '[::1]', '0:0:0:0:0:0:0:1', '::0001'],
  'fe80::1': ['fe80::1', '[fe80::1%eth0]', 'FE80:0:0::1'],
  'a.example': ['a.example', 'A.Example.', 'a.exampl%65'],
}

test('the same host, however it is written', () => {
  for (const [host, spellings] of Object.entries(SAME)) {
    for (const each of spellings) assert.is(normalHost(each), host, each)
  }
})

test('what programs read differently, and what is no host, is unknown', () => {
  for (const text of [
    '010.0.0.1',
    '1.2.3.08',
    '0177.1',
    '',
    '1.2.3.4.5',
    '256.1.1.1',
    ':::',
    'ä.example',
    'a b',
  ]) {
    assert.is(normalHost(text), null, text)
  }
})

test('in words and URLs', () => {
  assert.equal(hostOf('http://2852039166/latest'), { host: '169.254.169.254', port: 80 })
  assert.equal(hostOf('http://[::ffff:a9fe:a9fe]:8080/'), { host: '169.254.169.254', port: 8080 })
  assert.equal(hostOf('user@0x7f.1:dir'), { host: '127.0.0.1', port: 22 })
  assert.is(hostOf('http://010.0.0.1/'), null)
})

test('bits of addresses and ranges', () => {
  assert.is(addressBits('10.0.0.1'), `4${'00001010'}${'0'.repeat(23)}1`)
  assert.is(addressBits('::1'), `6${'0'.repeat(127)}1`)
  assert.is(addressBits('1:2::'), `6${'0'.repeat(15)}1${'0'.repeat(14)}10${'0'.repeat(96)}`)
  assert.is(addressBits('a.example'), null)
  assert.is(rangeBits('10.0.0.0/8'), '400001010')
  assert.is(rangeBits('::/0'), '6')
})

test('the first address of each class, and the first behind it', () => {
  assert.equal(addressClasses(['a.example', '10.0.0.1']), [])
  const found = addressClasses(['10.0.0.0/8', '10.1.0.0/16', '10.0.0.1', '255.0.0.0/8', '::1'])
  for (const each of [
    '0.0.0.0',
    '10.0.0.0',
    '11.0.0.0',
    '10.1.0.0',
    '10.2.0.0',
    '10.0.0.1',
    '10.0.0.2',
  ]) {
    assert.ok(found.includes(each), each)
  }
  for (const each of ['255.0.0.0', '::', '::1', '::2', '::1:0:0:0'])
    assert.ok(found.includes(each), each)
  assert.is(addressOf(addressBits('2001:db8::7') ?? ''), '2001:db8::7')
})

test.run()
