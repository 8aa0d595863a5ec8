import { oktaRefusals } from 'pkjwt/profiles'
import { faultEndpoints, faultKinds } from '../rehearsal/faults.js'
import type { Operations } from './operation.js'
import { anyObject, object, ref, text } from './schema.js'

/** What orchestrators, those who watch, and tests call. */
export const otherOperations: Operations = {
  'GET /openapi.json': {
    id: 'readOpenapi',
    tag: 'Discovery',
    summary: 'This document',
    success: {
      status: 200,
      description: 'OpenAPI 3.1.',
      mediaType: 'application/json',
      schema: anyObject('The document.'),
      headers: ['access-control-allow-origin'],
    },
    needsNoStore: true,
  },
  'GET /': {
    id: 'readPage',
    tag: 'Operation',
    summary: 'The page that makes and checks keys and assertions',
    success: { status: 200, description: 'One HTML file.', mediaType: 'text/html', schema: { type: 'string' } },
    needsNoStore: true,
  },
  'GET /health/live': {
    id: 'readLiveness',
    tag: 'Operation',
    summary: 'Whether the process lives',
    success: { status: 200, description: 'It does.', mediaType: 'application/json', schema: ref('Health') },
    needsNoStore: true,
  },
  'GET /health/ready': {
    id: 'readReadiness',
    tag: 'Operation',
    summary: 'Whether it can give tokens now',
    success: { status: 200, description: 'It can.', mediaType: 'application/json', schema: ref('Health') },
    failure: { status: 503, description: 'It cannot, for the time being.', mediaType: 'application/json', schema: ref('Health') },
    needsNoStore: true,
  },
  'GET /metrics': {
    id: 'readMetrics',
    tag: 'Operation',
    summary: "Its counters in Prometheus' text format",
    success: {
      status: 200,
      description: 'The counters, which [metrics.md](metrics.md) explains.',
      mediaType: 'text/plain',
      schema: { type: 'string' },
    },
    needsNoStore: true,
  },
  'GET /_control/faults': {
    id: 'listFaults',
    tag: 'Control',
    summary: 'Lists what goes wrong next',
    success: { status: 200, description: 'The faults.', mediaType: 'application/json', schema: ref('Faults') },
    refusals: [oktaRefusals.notFound],
    needsNoStore: true,
  },
  'POST /_control/faults': {
    id: 'plantFault',
    tag: 'Control',
    summary: 'Makes something go wrong',
    body: {
      mediaType: 'application/json',
      schema: object(
        {
          kind: text('What goes wrong.', { enum: faultKinds }),
          endpoint: text('Where. Default `token`.', { enum: faultEndpoints }),
          clientId: text('Only for this app.'),
          times: { type: 'number', minimum: 0, default: 1, description: 'How often.' },
          milliseconds: { type: 'number', minimum: 0, default: 1000, description: 'How late a slow answer comes.' },
          retryAfterSeconds: { type: 'number', minimum: 0, default: 1, description: 'What `retry-after` says.' },
          isLate: {
            type: 'boolean',
            default: false,
            description: 'Whether the assertion is used up before it goes wrong.',
          },
        },
        { optional: ['endpoint', 'clientId', 'times', 'milliseconds', 'retryAfterSeconds', 'isLate'], isOpen: true },
      ),
      example: { kind: 'rate-limited', times: 2 },
    },
    success: { status: 201, description: 'Every fault that is planted.', mediaType: 'application/json', schema: ref('Faults') },
    refusals: [oktaRefusals.notFound, oktaRefusals.badRequest],
    needsNoStore: true,
  },
  'DELETE /_control/faults': {
    id: 'clearFaults',
    tag: 'Control',
    summary: 'Lets nothing go wrong any more',
    success: { status: 204, description: 'There is no fault left.' },
    refusals: [oktaRefusals.notFound],
    needsNoStore: true,
  },
  'GET /_control/requests': {
    id: 'listRequests',
    tag: 'Control',
    summary: 'Lists what was asked, oldest first',
    success: { status: 200, description: 'The requests.', mediaType: 'application/json', schema: ref('Requests') },
    refusals: [oktaRefusals.notFound],
    needsNoStore: true,
  },
  'DELETE /_control/requests': {
    id: 'clearRequests',
    tag: 'Control',
    summary: 'Forgets what was asked',
    success: { status: 204, description: 'The list is empty.' },
    refusals: [oktaRefusals.notFound],
    needsNoStore: true,
  },
}
