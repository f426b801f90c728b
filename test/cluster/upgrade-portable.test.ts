import { upgradeSuite } from './upgrade-suite.ts';

upgradeSuite('portable');
