import { makeNetworkDocument } from '../sample-document.ts';
import { describeCrashes } from './crashes.ts';

describeCrashes({ name: 'how a worker is reached', make: makeNetworkDocument, versions: ['0.28.7', '0.28.8'] });
