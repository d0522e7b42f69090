/** Who is above: agents and other runs, by variables and by programs. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { AGENTS, type Ancestor, ancestorsOf, watcherOf } from '../../src/run/agents.ts'

const test = suite('run-agents')

const above = (
  words: readonly string[],
  variables: readonly string[] | null = [],
): readonly Ancestor[] => [{ pid: 7, words, variables }]

test('nobody is above a plain shell', () => {
  assert.is(watcherOf({ PATH: '/bin', TERM: 'xterm', EDITOR: 'vi' }, above(['-bash'])), null)
  assert.is(watcherOf({}, []), null)
})

test('each variable of each agent tells, an empty one does not', () => {
  for (const { agent, variables } of AGENTS) {
    for (const glob of variables) {
      const name = glob.replace('*', 'X')
      assert.is(watcherOf({ [name]: '1' }, [])?.agent, agent, name)
      assert.is(watcherOf({ [name]: '' }, []), null, name)
      assert.is(watcherOf({}, above(['sh'], [name]))?.agent, agent, name)
    }
  }
})

test('another run of oa is no agent, but somebody', () => {
  assert.is(watcherOf({ OPENAGENT_RUN: 'x' }, [])?.agent, null)
  assert.ok(watcherOf({ OPENAGENT_RUN: 'x' }, [])?.sign.includes('OPENAGENT_RUN'))
})

test('programs tell by their name, behind an interpreter too', () => {
  assert.is(watcherOf({}, above(['/usr/local/bin/claude']))?.agent, 'claude-code')
  assert.is(watcherOf({}, above(['node', '/opt/x/codex.js', 'exec']))?.agent, 'codex')
  assert.is(watcherOf({}, above(['python3.11', '/usr/bin/aider']))?.agent, 'aider')
  assert.is(watcherOf({}, above(['vi', 'claude'])), null)
  assert.is(watcherOf({}, above(['/bin/claudette'])), null)
})

test('the ancestors of this process end at the first one', () => {
  const found = ancestorsOf(process.pid)
  assert.is(found[0]?.pid, process.pid)
  assert.ok(found.every((each) => each.pid > 1))
  assert.equal(ancestorsOf(1), [])
})

test.run()
