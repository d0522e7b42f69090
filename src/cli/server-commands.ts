/** The commands about the server. */
import type { CommandSpec } from './options.ts'

export const SERVER_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'serve',
    summary: 'answer requests over HTTP on this machine',
    operands: '',
    options: [
      {
        name: 'policy',
        value: 'P',
        help: 'a policy or an artifact; with installed layers it only tightens',
      },
      { name: 'verify', value: 'KEY', help: 'artifacts may be signed with this public key' },
      { name: 'host', value: 'H', help: 'the address to listen on (127.0.0.1)' },
      { name: 'port', value: 'N', help: 'the port (8711); 0 takes any that is free' },
      { name: 'socket', value: 'PATH', help: 'a Unix socket instead, in a folder of yours alone' },
      {
        name: 'tls-cert',
        value: 'FILE',
        help: 'certificate; needed for addresses that others reach',
      },
      { name: 'tls-key', value: 'FILE', help: 'its key' },
      { name: 'behind-proxy', help: 'a proxy in front speaks TLS' },
      {
        name: 'trusted-host',
        value: 'HOST',
        isMany: true,
        help: 'another name of this server in Host headers',
      },
      {
        name: 'proxy',
        value: 'ADDRESS',
        isMany: true,
        help: 'a proxy whose X-Forwarded-For counts',
      },
    ],
    examples: ['oa serve', 'oa serve --policy team.oat --port 8711'],
    load: () => import('./commands/serve.ts'),
  },
  {
    name: 'token',
    summary: 'make, list and remove tokens of the server',
    operands: 'add NAME | list | remove NAME',
    options: [
      { name: 'role', value: 'R', help: 'user, runner, approver or admin' },
      { name: 'expires', value: 'TIME', help: 'a date, or from now: 12h, 30d' },
      { name: 'json', help: 'print JSON' },
    ],
    examples: ['oa token add ci --role user --expires 30d', 'oa token list'],
    load: () => import('./commands/token.ts'),
  },
  {
    name: 'approve',
    summary: 'show and answer runs that wait for a person',
    operands: 'list | show ID | grant ID | refuse ID',
    options: [
      { name: 'reason', value: 'TEXT', help: 'why not; whoever asked reads it' },
      { name: 'stop-session', help: 'with refuse: nothing more of this session for an hour' },
      { name: 'token-file', value: 'FILE', help: "answer with an approver's token" },
      { name: 'seen', value: 'DIGEST', help: 'with a token: what was shown, `bound to`' },
      { name: 'json', help: 'print JSON' },
    ],
    examples: ['oa approve list', "oa approve refuse ID --reason 'use the staging cluster'"],
    load: () => import('./commands/approve.ts'),
  },
]
