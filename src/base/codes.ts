/**
 * The one table of diagnostic codes. A number is never reused; a retired code stays, marked so.
 *
 * OA1xxx reading · OA2xxx checking (25xx lints) · OA3xxx lowering, table, artifact, failed tests · OA4xxx requests ·
 * OA5xxx sandbox · OA6xxx audit · OA7xxx running · OA8xxx CLI use · OA9001 a bug in oa.
 */

export type Severity = 'error' | 'warning' | 'note'

interface CodeEntry {
  readonly name: string
  readonly severity: Severity
  readonly title: string
}

const code = (name: string, severity: Severity, title: string): CodeEntry => ({
  name,
  severity,
  title,
})

export const CODES = {
  OA1001: code('unreadable-file', 'error', 'the policy file cannot be read'),
  OA1002: code('not-text', 'error', 'the policy file is not UTF-8 text'),
  OA1003: code('file-too-large', 'error', 'the policy file is larger than oa reads'),
  OA1004: code('nesting-too-deep', 'error', 'the policy nests deeper than oa reads'),
  OA1005: code('empty-policy', 'error', 'the policy says nothing'),
  OA1010: code('syntax', 'error', 'the text is not a statement of the language'),
  OA1011: code('unknown-statement', 'error', 'no statement starts with this word'),
  OA1012: code('unclosed-string', 'error', 'a string has no closing quote'),
  OA1013: code('unclosed-brace', 'error', 'a brace is not closed'),
  OA1014: code('reserved-word', 'error', 'a reserved word or character needs quotes here'),
  OA1020: code('yaml-syntax', 'error', 'the text is not YAML'),
  OA1021: code('yaml-feature', 'error', 'a YAML feature that policies do not use'),
  OA1022: code('yaml-shape', 'error', 'the YAML has not the shape of a policy'),
  OA2001: code('unknown-key', 'error', 'no such key in this block'),
  OA2002: code('duplicate', 'error', 'something that may stand once stands twice'),
  OA2003: code('unknown-set', 'error', 'no set of this name'),
  OA2004: code('unknown-name', 'error', 'a name is not one of those possible here'),
  OA2005: code('bad-value', 'error', 'a value has the wrong form'),
  OA2006: code('bad-pattern', 'error', 'a pattern that cannot mean anything'),
  OA2007: code('allow-too-strong', 'error', 'a pattern that may not stand in `allow`'),
  OA2008: code('except-adds-option', 'error', 'an except that merely adds an option'),
  OA2009: code('bad-import', 'error', 'an import that cannot be followed'),
  OA2010: code('import-cycle', 'error', 'policies import each other'),
  OA2011: code('recursive-set', 'error', 'a set contains itself'),
  OA2012: code('unknown-condition', 'error', 'no such fact or value in a condition'),
  OA2013: code('bad-regex', 'error', 'a regular expression that cannot be used'),
  OA2014: code('bad-command', 'error', 'a command declaration that contradicts itself'),
  OA2015: code('language-version', 'error', 'a language version this oa does not know'),
  OA2016: code('path-outside-workspace', 'error', 'a relative path that leaves the workspace'),
  OA2017: code('too-many', 'error', 'more alternatives than oa expands'),
  OA2501: code('not-enforced', 'warning', 'checked and compiled, but not enforced by this version'),
  OA2502: code('unlisted-option', 'warning', 'an option that knowledge does not list'),
  OA2503: code('unknown-program', 'warning', 'a program that knowledge does not know'),
  OA2504: code('duplicate-rule', 'warning', 'the same rule stands twice'),
  OA2505: code('separate-value', 'warning', 'the value of an option stands apart in a pattern'),
  OA2506: code('dead-rule', 'warning', 'a rule that stricter rules leave nothing to decide'),
  OA2507: code('redundant-rule', 'warning', 'a rule without which everything is decided alike'),
  OA2508: code('never-matching', 'warning', 'a rule that matches nothing'),
  OA2509: code('never-fired', 'note', 'a rule that had no part in what the log recorded'),
  OA3001: code('failed-test', 'error', 'a test of the policy does not hold'),
  OA3002: code('failed-never', 'error', 'a never of the policy does not hold'),
  OA3003: code('bad-artifact', 'error', 'the artifact is damaged or not an artifact'),
  OA3004: code('artifact-version', 'error', 'the artifact has another format version'),
  // Retired: a never is proved, refuted (OA3002) or neither (OA3006).
  OA3005: code('never-tested', 'note', 'a never was tested on examples, not proved'),
  OA3006: code('never-unknown', 'warning', 'a never could be neither proved nor refuted'),
  OA3007: code(
    'bad-signature',
    'error',
    'the signature of an artifact, or its key, cannot be used',
  ),
  OA3008: code('unsigned-artifact', 'error', 'an unsigned artifact where it may be replaced'),
  OA4001: code('empty-line', 'error', 'the command line is empty'),
  OA4002: code('line-too-long', 'error', 'the command line is longer than oa reads'),
  OA4003: code('line-too-deep', 'error', 'the command line nests deeper than oa reads'),
  OA4004: code('line-characters', 'error', 'the command line holds characters it may not'),
  OA4005: code('line-syntax', 'error', 'bash would not accept the command line'),
  OA4006: code('bad-request', 'error', 'the request has not the shape of a request'),
  OA5001: code('no-sandbox', 'error', 'a sandbox is required and none works here'),
  OA5002: code('sandbox-cannot', 'error', 'the sandbox backend cannot express the plan'),
  OA5003: code('sandbox-setup', 'error', 'the sandbox could not be set up'),
  OA6001: code('audit-unwritable', 'error', 'the audit log cannot be written'),
  OA6002: code('audit-chain', 'error', 'the audit chain is broken'),
  OA6003: code('audit-torn', 'warning', 'an audit record was torn'),
  OA6004: code('audit-truncated', 'error', 'the audit log is shorter than its head says'),
  OA6005: code('audit-shape', 'error', 'an audit segment has not the shape of one'),
  OA6006: code('audit-checkpoint', 'error', 'a signed checkpoint does not fit the audit log'),
  OA6007: code('audit-anchor', 'error', 'an anchor kept elsewhere does not fit the audit log'),
  OA6008: code('audit-quota', 'error', 'an agent made more requests than it may'),
  OA7001: code('program-not-found', 'error', 'the program is not on the clean PATH'),
  OA7002: code('timed-out', 'error', 'the run took longer than its limit'),
  OA7003: code('output-limit', 'error', 'the run wrote more than its limit'),
  OA7004: code('strict-construct', 'error', 'strict mode does not run this construct'),
  OA7005: code('not-runnable', 'error', 'the line cannot be run as it was judged'),
  OA7006: code('nobody-to-ask', 'error', 'the policy asks and nobody can answer'),
  OA7007: code('changed-before-run', 'error', 'what was judged changed before it ran'),
  OA8001: code('usage', 'error', 'the command was used wrongly'),
  OA8002: code('not-trusted', 'error', 'the policy of this folder is not trusted'),
  OA8003: code('layer-broken', 'error', 'a policy layer cannot be used'),
  OA8004: code('cannot-write', 'error', 'a file cannot be written'),
  OA8005: code('for-people', 'error', 'a command for people was called below an agent'),
  OA8101: code('tokens', 'error', 'the tokens of the server cannot be used'),
  OA8102: code('not-known', 'error', 'the server does not know the caller'),
  OA8103: code('not-permitted', 'error', "the caller's role does not permit the request"),
  OA8104: code('foreign-site', 'error', 'the request comes from or is for another site'),
  OA8105: code('too-often', 'error', 'requests come faster than they may'),
  OA8106: code('bad-request', 'error', 'the request is not one that the server answers'),
  OA8107: code('cannot-serve', 'error', 'the server may not or cannot listen there'),
  OA8109: code('cannot-answer', 'error', 'the approval cannot be answered so'),
  OA9001: code('bug', 'error', 'a bug in oa'),
} as const satisfies Record<string, CodeEntry>

export type Code = keyof typeof CODES
