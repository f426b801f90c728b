import { conformanceSuite } from './suite.ts';

conformanceSuite('portable');
