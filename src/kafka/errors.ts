import { BrokkrError } from '../errors.ts';
import { protocolError } from './protocol.ts';

/** No broker could be talked to, or the connection to one was lost. */
export class KafkaUnreachable extends BrokkrError {}

/** A broker answered that it cannot do what was asked. */
export class KafkaRefusal extends BrokkrError {
  /** As Kafka numbers them: 36 is TOPIC_ALREADY_EXISTS. */
  readonly code: number;
  /** True when the same request may succeed a little later. */
  readonly retriable: boolean;

  constructor(what: string, code: number, detail?: string | null) {
    const { type, message, retriable } = protocolError(code);
    super(`${what}: ${detail || message} (${type})`);
    this.code = code;
    this.retriable = retriable;
  }
}
