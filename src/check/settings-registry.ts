/**
 * The one table of blocks and their keys: what a policy may set. The checker reads it, the reference pages and the
 * schema of the YAML form are printed from it.
 */

/** What words a key takes. */
export type KeyValue =
  /** None: the key alone says it. */
  | { readonly kind: 'flag' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'duration' | 'size' | 'count' | 'rate' | 'text' | 'role' }
  /** One or more names or globs of environment variables, hosts, roles. */
  | { readonly kind: 'names' }

export interface KeySpec {
  readonly value: KeyValue
  /** Field of `Settings` in the block's section; absent for what is checked but not kept. */
  readonly field?: string
  /** What a flag or choice stores, where that is not its own text. */
  readonly stored?: Readonly<Record<string, boolean | string>>
  /** Seconds rather than milliseconds. */
  readonly isSeconds?: true
  readonly doc: string
}

export interface BlockSpec {
  /** Section of `Settings`; absent: checked and not enforced by this version. */
  readonly section?: 'sandbox' | 'limits' | 'env' | 'approval' | 'audit'
  readonly keys: Readonly<Record<string, KeySpec>>
  /** May stand at the top of a file, after `with`, or both. */
  readonly isTop: boolean
  readonly isObligation: boolean
  readonly doc: string
}

const flag = (field: string, stored: boolean, doc: string): KeySpec => ({
  value: { kind: 'flag' },
  field,
  stored: { '': stored },
  doc,
})

const key =
  (kind: 'duration' | 'size' | 'count' | 'text' | 'role' | 'names' | 'rate') =>
  (field: string, doc: string): KeySpec => ({ value: { kind }, field, doc })

const choice = (field: string, choices: readonly string[], doc: string): KeySpec => ({
  value: { kind: 'choice', choices },
  field,
  doc,
})

const NETWORK_CHOICES = ['off', 'open', 'rules'] as const
const networkFlag = (name: string, doc: string): KeySpec => ({
  value: { kind: 'flag' },
  field: 'network',
  stored: { '': name },
  doc,
})

/** Checked for form, kept nowhere. */
const unkept = (value: KeyValue, doc: string): KeySpec => ({ value, doc })

export const BLOCKS: Readonly<Record<string, BlockSpec>> = {
  sandbox: {
    section: 'sandbox',
    isTop: true,
    isObligation: true,
    doc: 'what a run is wrapped in',
    keys: {
      required: flag('isRequired', true, 'without a working backend the answer is deny'),
      on: flag('isOn', true, 'runs are wrapped where a backend works'),
      off: flag('isOn', false, 'runs are not wrapped'),
      strict: flag('isStrict', true, 'no shell is started; what needs one is refused'),
      backend: choice(
        'backend',
        ['auto', 'bwrap', 'firejail', 'unshare', 'container'],
        'auto tries bwrap, firejail and unshare by running one',
      ),
      image: key('text')('image', 'image of the container backend'),
      network: choice('network', NETWORK_CHOICES, 'rules: what the connect rules allow'),
    },
  },
  network: {
    section: 'sandbox',
    isTop: true,
    isObligation: true,
    doc: 'the same as `sandbox { network … }`',
    keys: {
      off: networkFlag('off', 'no network'),
      open: networkFlag('open', 'the network as it is'),
      rules: networkFlag('rules', 'what the connect rules allow'),
    },
  },
  limits: {
    section: 'limits',
    isTop: true,
    isObligation: true,
    doc: 'what one run may use',
    keys: {
      cpu: { ...key('duration')('cpuSeconds', 'processor time'), isSeconds: true },
      memory: key('size')('memoryBytes', 'address space of each process'),
      file: key('size')('fileBytes', 'largest file that may be written'),
      'open-files': key('count')('openFiles', 'open files of each process'),
      processes: key('count')('processes', 'processes and threads'),
      time: key('duration')('timeMs', 'wall time of the run'),
      output: key('size')('outputBytes', 'bytes of standard output and error together'),
    },
  },
  env: {
    section: 'env',
    isTop: true,
    isObligation: false,
    doc: 'which environment variables reach a program',
    keys: {
      keep: key('names')('keep', 'names or globs that reach it'),
      secret: key('names')('secret', 'names or globs that never reach it and are redacted'),
    },
  },
  approval: {
    section: 'approval',
    isTop: true,
    isObligation: true,
    doc: 'how an ask is answered',
    keys: {
      'approve-within': key('duration')('approveWithinMs', 'an unanswered ask is a deny after it'),
      'run-within': key('duration')('runWithinMs', 'an approval that is not used is void after it'),
      persons: key('count')('persons', 'how many different persons must say yes'),
      by: key('role')('byRole', 'the role that may answer'),
      notify: key('text')('notify', 'command or URL that is told of a waiting ask'),
    },
  },
  audit: {
    section: 'audit',
    isTop: true,
    isObligation: false,
    doc: 'where decisions are recorded',
    keys: {
      directory: key('text')('directory', 'folder of the log'),
      segment: key('size')('segmentBytes', 'size at which a new file is begun'),
      quota: key('count')('quotaPerHour', 'requests of one agent or session in an hour'),
    },
  },
  approvers: {
    isTop: true,
    isObligation: false,
    doc: 'who may answer',
    keys: { roles: unkept({ kind: 'names' }, 'roles'), users: unkept({ kind: 'names' }, 'users') },
  },
  notify: {
    isTop: true,
    isObligation: false,
    doc: 'who is told of what',
    keys: {
      ask: unkept({ kind: 'text' }, 'of a waiting ask'),
      deny: unkept({ kind: 'text' }, 'of a deny'),
    },
  },
  server: {
    isTop: true,
    isObligation: false,
    doc: 'the HTTP server',
    keys: {
      listen: unkept({ kind: 'text' }, 'host:port'),
      auth: unkept({ kind: 'choice', choices: ['on', 'off'] }, 'bearer tokens are needed'),
      rate: unkept({ kind: 'rate' }, 'requests of one token: 60/m'),
      'trusted-hosts': unkept({ kind: 'names' }, 'values of the Host header'),
      body: unkept({ kind: 'size' }, 'largest request body'),
    },
  },
  model: {
    isTop: true,
    isObligation: false,
    doc: 'how models are loaded',
    keys: {
      'local-only': unkept({ kind: 'flag' }, 'no remote models'),
      quantize: unkept({ kind: 'choice', choices: ['none', '8bit', '4bit'] }, 'weights'),
      precache: unkept({ kind: 'flag' }, 'load at maintenance time'),
      memory: unkept({ kind: 'size' }, 'memory that a model may take'),
    },
  },
}
