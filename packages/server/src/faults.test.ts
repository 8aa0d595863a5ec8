import { describe } from 'vitest'
import { testFaults } from './faults.testing.js'

describe('faults', () => testFaults())
