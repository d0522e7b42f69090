/** The commands about the log. */
import type { CommandSpec, OptionSpec } from './options.ts'

const JSON_OPTION: OptionSpec = { name: 'json', help: 'print JSON' }

/** The span of time alone. */
const TIME_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'since',
    value: 'TIME',
    help: 'records from then on: 2026-01-31, …T08:30Z, or 90m, 12h, 7d',
  },
  { name: 'until', value: 'TIME', help: 'records before then' },
]

const FILTER_OPTIONS: readonly OptionSpec[] = [
  ...TIME_OPTIONS,
  {
    name: 'kind',
    value: 'K',
    isMany: true,
    help: 'of this kind, `run` for `run.start` and `run.end`',
  },
  {
    name: 'decision',
    value: 'D',
    isMany: true,
    help: 'decided so: allow, warn, ask, deny, explain',
  },
  { name: 'rule', value: 'ID', isMany: true, help: 'decided by this rule' },
  { name: 'program', value: 'NAME', isMany: true, help: 'that run this program' },
  { name: 'user', value: 'U', isMany: true, help: 'of this user' },
  { name: 'agent', value: 'A', isMany: true, help: 'of this agent' },
  { name: 'session', value: 'S', isMany: true, help: 'of this session' },
]

const EVIDENCE_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'against',
    value: 'ANCHOR',
    isMany: true,
    help: 'tree heads kept elsewhere: a file, an https URL, `git`, `git:DIR` or `journald`',
  },
  {
    name: 'key',
    value: 'KEY',
    help: 'the first key, as `oa audit key` printed it, or a file with it',
  },
  { name: 'sealed', help: 'trust the digests of sealed segments that later records commit to' },
  {
    name: 'max-age',
    value: 'TIME',
    help: 'a finding when the newest checkpoint is older: 12h, 7d',
  },
]

export const AUDIT_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'audit verify',
    summary: 'verify the audit log',
    operands: '',
    options: [
      JSON_OPTION,
      { name: 'from', value: 'N', help: 'findings from this record or time on' },
      { name: 'to', value: 'N', help: 'findings up to this record or time' },
      ...EVIDENCE_OPTIONS,
    ],
    examples: [
      'oa audit verify',
      'oa audit verify --key log.key --against /mnt/other/anchors --json',
    ],
    load: () => import('./commands/audit-verify.ts'),
  },
  {
    name: 'audit tail',
    summary: 'show the last records of the audit log',
    operands: '',
    options: [
      JSON_OPTION,
      { name: 'lines', short: 'n', value: 'N', help: 'how many (10)' },
      { name: 'follow', short: 'f', help: 'go on as records come' },
      ...FILTER_OPTIONS,
    ],
    examples: ['oa audit tail -n 20', 'oa audit tail -f --decision deny'],
    load: () => import('./commands/audit-tail.ts'),
  },
  {
    name: 'audit show',
    summary: 'show all of a record, a run or an approval',
    operands: 'ID',
    options: [JSON_OPTION],
    examples: ['oa audit show 12'],
    load: () => import('./commands/audit-show.ts'),
  },
  {
    name: 'audit report',
    summary: 'count what happened: text, JSON, CSV or a page',
    operands: '',
    options: [
      { name: 'format', value: 'F', help: 'summary (the default), json, csv or html' },
      JSON_OPTION,
      { name: 'output', short: 'o', value: 'FILE', help: 'write to a file' },
      ...FILTER_OPTIONS,
      ...EVIDENCE_OPTIONS,
    ],
    examples: ['oa audit report --since 7d', 'oa audit report --format html -o report.html'],
    load: () => import('./commands/audit-report.ts'),
  },
  {
    name: 'audit anchor',
    summary: 'sign the log and keep its tree head elsewhere',
    operands: '',
    options: [
      {
        name: 'to',
        value: 'PLACE',
        isMany: true,
        help: 'a file, an https URL, `git`, `git:DIR` or `journald`',
      },
      JSON_OPTION,
    ],
    examples: ['oa audit anchor --to /mnt/other/anchors', 'oa audit anchor --to git'],
    load: () => import('./commands/audit-anchor.ts'),
  },
  {
    name: 'audit key',
    summary: "print the log's first key, to pin it elsewhere",
    operands: '',
    options: [],
    examples: ['oa audit key > log.key'],
    load: () => import('./commands/audit-key.ts'),
  },
  {
    name: 'audit prune',
    summary: 'remove whole old segments under a signed checkpoint',
    operands: '',
    options: [
      { name: 'before', value: 'TIME', help: 'segments that end before: 2026-01-31, 90d' },
      JSON_OPTION,
    ],
    examples: ['oa audit prune --before 90d'],
    load: () => import('./commands/audit-prune.ts'),
  },
  {
    name: 'audit replay',
    summary: 'decide again what was recorded: as then, or under another policy',
    operands: '',
    options: [
      {
        name: 'policy',
        value: 'NEW',
        help: 'the other policy; without it the tables that decided then',
      },
      { name: 'fail-on-new-access', help: 'exit 1 where it permits what was not permitted' },
      JSON_OPTION,
      ...FILTER_OPTIONS,
    ],
    examples: [
      'oa audit replay',
      'oa audit replay --policy new.oa --since 30d --fail-on-new-access',
    ],
    load: () => import('./commands/audit-replay.ts'),
  },
  {
    name: 'audit import',
    summary: "take over the original OpenAgent's monthly files, their chain checked",
    operands: 'FILE…',
    options: [{ name: 'dry-run', help: 'check the files and record nothing' }, JSON_OPTION],
    examples: ['oa audit import audit_202601.jsonl audit_202602.jsonl'],
    load: () => import('./commands/audit-import.ts'),
  },
  {
    name: 'learn',
    summary: 'propose rules from what was asked and approved; changes nothing',
    operands: '',
    options: [
      { name: 'policy', value: 'FILE', help: 'the policy to add to; without it your own' },
      { name: 'from-asked', help: 'also from what was asked and not approved' },
      JSON_OPTION,
      ...TIME_OPTIONS,
    ],
    examples: ['oa learn --since 30d', 'oa learn --since 30d > rules.patch'],
    load: () => import('./commands/learn.ts'),
  },
]
