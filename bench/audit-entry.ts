/** A record as `oa exec` writes them: about as long, with facts, and no two alike. */
import type { AuditEntry } from '../src/audit/record.ts'

const WORDS = ['status', 'log --oneline', 'diff HEAD~1', 'fetch origin', 'show --stat'] as const

export function benchEntry(number: number): AuditEntry {
  const line = `git ${WORDS[number % WORDS.length]} -- src/module-${number % 997}.ts`
  const place = { path: '/usr/bin/git', isAccountWritable: false }
  return {
    kind: 'decide',
    policy: `sha256:${'ab'.repeat(32)}`,
    user: 'alice',
    agent: 'claude-code',
    session: `s-${number % 31}`,
    cwd: '/home/alice/project',
    line,
    normal: line,
    decision: {
      decision: number % 7 === 0 ? 'ask' : 'allow',
      risk: 'low',
      digest: `sha256:${'ab'.repeat(32)}`,
      rules: [`team.oa:${3 + (number % 40)}`],
      actions: [{ action: 'run', resource: line, decision: 'allow', start: 0, end: line.length }],
      reason: 'every action is allowed',
    },
    facts: {
      line,
      normal: line,
      cwd: '/home/alice/project',
      home: '/home/alice',
      workspace: '/home/alice/project',
      refused: null,
      actions: [
        {
          kind: 'run',
          id: 0,
          parent: null,
          operand: null,
          program: { name: 'git', base: 'git', path: place.path, places: [place], isKnown: true },
          subcommands: [WORDS[number % WORDS.length] ?? ''],
          options: [],
          operands: [
            { word: { kind: 'known', text: `src/module-${number % 997}.ts` }, path: null },
          ],
          risks: [],
          via: 'command',
          start: 0,
          end: line.length,
        },
      ],
      flows: [],
      unknowns: [],
      facts: { roles: [], user: 'alice', agent: 'claude-code', nowMs: 1_795_000_000_000 + number },
    },
    durationNs: 200_000 + (number % 1000) * 900,
  }
}
