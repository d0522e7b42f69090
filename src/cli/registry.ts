/**
 * Every command of `oa`: help, parsing and the docs are made from this list; the code is loaded when it is called.
 */
import { AUDIT_COMMANDS } from './audit-commands.ts'
import type { CommandSpec, OptionSpec } from './options.ts'
import { SERVER_COMMANDS } from './server-commands.ts'

const JSON_OPTION: OptionSpec = { name: 'json', help: 'print JSON' }
const POLICY_OPTION: OptionSpec = {
  name: 'policy',
  value: 'P',
  help: 'a policy or an artifact; with installed layers it only tightens',
}
/** Artifacts in places that somebody may write count only with a signature. */
const VERIFY_OPTION: OptionSpec = {
  name: 'verify',
  value: 'KEY',
  help: 'artifacts may be signed with this public key; an unsigned one counts where nobody may replace it',
}
const CWD_OPTION: OptionSpec = { name: 'cwd', value: 'D', help: 'decide as if in this folder' }
const LINE_OPTION: OptionSpec = { name: 'command', short: 'c', value: 'LINE', help: 'a shell line' }

const WHO_OPTIONS: readonly OptionSpec[] = [
  CWD_OPTION,
  { name: 'workspace', value: 'W', help: 'what relative paths of the policy are anchored at' },
  { name: 'user', value: 'U', help: 'decide for this user' },
  { name: 'role', value: 'R', isMany: true, help: 'with this role (repeatable)' },
  { name: 'agent', value: 'A', help: 'for this agent' },
  { name: 'session', value: 'S', help: 'in this session' },
]

const FORMAT_OPTION: OptionSpec = {
  name: 'format',
  value: 'F',
  help: 'human, plain, json, sarif or github',
}

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'check',
    summary: 'check policies and show what is wrong with them',
    operands: 'FILE…',
    options: [
      FORMAT_OPTION,
      { name: 'strict', help: 'warnings are findings too' },
      { name: 'against-audit', help: 'name rules that had no part in what the log recorded' },
    ],
    examples: ['oa check policy.oa', 'oa check --format github policies/*.oa'],
    load: () => import('./commands/check.ts'),
  },
  {
    name: 'compile',
    summary: 'compile a policy to an artifact',
    operands: 'FILE [-o OUT]',
    options: [
      {
        name: 'output',
        short: 'o',
        value: 'OUT',
        help: 'where the artifact is written; without it only the cache is filled',
      },
      { name: 'sign', value: 'KEY', help: 'sign it with this private key, into OUT.sig' },
      { name: 'verify', value: 'KEY', help: 'FILE is an artifact: check its signature' },
      FORMAT_OPTION,
    ],
    examples: ['oa compile policy.oa -o policy.oat', 'oa compile --verify team.pub policy.oat'],
    load: () => import('./commands/compile.ts'),
  },
  {
    name: 'digest',
    summary: 'print the digest of a policy or artifact',
    operands: 'FILE…',
    options: [],
    examples: ['oa digest policy.oa policy.yaml'],
    load: () => import('./commands/digest.ts'),
  },
  {
    name: 'fmt',
    summary: 'print policies in their one layout',
    operands: 'FILE…',
    options: [
      { name: 'check', help: 'change nothing; exit 1 where a file is not formatted' },
      { name: 'stdout', help: 'print instead of writing the file' },
    ],
    examples: ['oa fmt policy.oa', 'oa fmt --check policies/*.oa'],
    load: () => import('./commands/fmt.ts'),
  },
  {
    name: 'test',
    summary: 'run the tests of a policy',
    operands: 'FILE…',
    options: [JSON_OPTION],
    examples: ['oa test policy.oa'],
    load: () => import('./commands/test.ts'),
  },
  {
    name: 'diff',
    summary: 'show which requests two policies decide differently',
    operands: 'BEFORE AFTER',
    options: [
      JSON_OPTION,
      { name: 'fail-on-new-access', help: 'exit 1 where a decision is weaker, or may be' },
      { name: 'all', help: 'show every class, not only some of each kind' },
    ],
    examples: ['oa diff before.oa after.oa', 'oa diff --fail-on-new-access old.oa new.oa'],
    load: () => import('./commands/diff.ts'),
  },
  {
    name: 'prove',
    summary: 'prove that a policy never lets a pattern through, or show a command that breaks it',
    operands: 'POLICY INVARIANT…',
    options: [JSON_OPTION],
    examples: ["oa prove policy.oa 'never curl | sh'", "oa prove policy.oa 'never ask rm -r /**'"],
    load: () => import('./commands/prove.ts'),
  },
  {
    name: 'overlap',
    summary: 'show rules that overlap with different decisions, and which wins',
    operands: 'POLICY',
    options: [JSON_OPTION],
    examples: ['oa overlap policy.oa'],
    load: () => import('./commands/overlap.ts'),
  },
  {
    name: 'decide',
    summary: 'decide a command without running it',
    operands: '(-c LINE | -- ARGV… | --batch)',
    options: [
      POLICY_OPTION,
      LINE_OPTION,
      JSON_OPTION,
      { name: 'batch', help: 'JSON lines in, JSON lines out, order kept' },
      ...WHO_OPTIONS,
    ],
    examples: [
      "oa decide -c 'git push --force'",
      'oa decide --json -- rm -rf build',
      'oa decide --policy team.oat --batch < requests.jsonl',
    ],
    load: () => import('./commands/decide.ts'),
  },
  {
    name: 'explain',
    summary: 'explain a decision: parts, actions, rules, reasons',
    operands: '(-c LINE | -- ARGV…)',
    options: [POLICY_OPTION, LINE_OPTION, JSON_OPTION, ...WHO_OPTIONS],
    examples: ["oa explain -c 'curl https://x.example | sh'"],
    load: () => import('./commands/explain.ts'),
  },
  {
    name: 'exec',
    summary: 'decide a command, record it and run it under the policy',
    operands: '(-c LINE | -- ARGV…)',
    options: [
      POLICY_OPTION,
      VERIFY_OPTION,
      LINE_OPTION,
      {
        name: 'wait-approval',
        value: 'TIME',
        isValueOptional: true,
        help: 'where the policy asks, wait until somebody answers elsewhere: `oa approve`, the console',
      },
      { name: 'why', value: 'TEXT', help: 'what to tell whoever answers' },
    ],
    examples: ["oa exec -c 'git status | head -3'", 'oa exec -- npm test'],
    load: () => import('./commands/exec.ts'),
  },
  {
    name: 'plan',
    summary: 'show what a command would be wrapped in, without running it',
    operands: '(-c LINE | -- ARGV…)',
    options: [
      POLICY_OPTION,
      VERIFY_OPTION,
      LINE_OPTION,
      JSON_OPTION,
      { name: 'render', help: 'also the argv of the backend' },
    ],
    examples: ["oa plan -c 'npm test'", 'oa plan --json --render -- git status'],
    load: () => import('./commands/plan.ts'),
  },
  {
    name: 'sandbox probe',
    summary: 'try to get out of the sandboxes of this machine and show what holds',
    operands: '',
    options: [
      { name: 'backend', value: 'B', help: 'only bwrap, firejail, unshare or container' },
      { name: 'image', value: 'I', help: 'a local image with bash and perl, for container' },
      JSON_OPTION,
    ],
    examples: ['oa sandbox probe', 'oa sandbox probe --backend container --image localhost/dev:1'],
    load: () => import('./commands/sandbox-probe.ts'),
  },
  {
    name: 'init',
    summary: 'write a policy for this project to start from',
    operands: '[DIR]',
    options: [{ name: 'preset', value: 'NAME', help: 'strict, standard (the default) or relaxed' }],
    examples: ['oa init', 'oa init --preset strict'],
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'policy',
    summary: 'set your own policy to a preset, or show what holds here',
    operands: 'strict|standard|relaxed|show',
    options: [JSON_OPTION],
    examples: ['oa policy strict', 'oa policy show'],
    load: () => import('./commands/policy.ts'),
  },
  {
    name: 'trust',
    summary: "trust a project's policy as it is now, and its folder as a workspace",
    operands: '[DIR]',
    options: [{ name: 'list', help: 'show what is trusted' }],
    examples: ['oa trust', 'oa trust --list'],
    load: () => import('./commands/trust.ts'),
  },
  ...AUDIT_COMMANDS,
  ...SERVER_COMMANDS,
]
