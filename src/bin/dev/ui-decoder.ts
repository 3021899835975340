import { createPayloadCodec } from '../../codec/payload-codec';
import { startDecoder } from '../../codec/decoder-server';
import { createKeyring } from '../../crypto/keyring';
import type { EncryptionKey } from '../../config';
import type { Logger } from '../../logger';
import type { Shutdown } from '../wiring/shutdown';
import type { EmbeddedEngines } from './embedded-engines';

/** Lets the UI of the embedded server show clear text. Without it (its port was taken meanwhile) everything else works. */
export async function startUiDecoder(options: {
  readonly engines: Pick<EmbeddedEngines, 'temporalUiUrl' | 'uiDecoderPort'>;
  readonly keys: readonly EncryptionKey[];
  readonly encrypts: boolean;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
}): Promise<void> {
  const { engines, keys, encrypts, logger, shutdown } = options;
  const { temporalUiUrl, uiDecoderPort: port } = engines;
  if (port === undefined || temporalUiUrl === undefined) return;
  const { origin } = new URL(temporalUiUrl);
  const origins = [origin, origin.replace('//127.0.0.1', '//localhost')];
  const codec = createPayloadCodec({ keyring: createKeyring(keys), encrypts });
  try {
    shutdown.add('UI decoder', await startDecoder({ codec, port, origins, logger: logger.child({ part: 'ui-decoder' }) }));
  } catch (error) {
    logger.warn('the Temporal UI shows encrypted values: its decoder could not be started', { port, error: String(error) });
  }
}
