import { describe, expect, it } from 'vitest';
import { JuteReader, JuteWriter } from '../../../src/zookeeper/jute.ts';

describe("what ZooKeeper's protocol is made of", () => {
  it('is read as it was written, after its length', () => {
    const packet = new JuteWriter()
      .int(-11)
      .long(2n ** 40n)
      .text('/ä')
      .bool(true)
      .packet();
    expect(packet.readInt32BE(0)).toBe(packet.length - 4);
    const reader = new JuteReader(packet.subarray(4));
    expect([reader.int(), reader.long(), reader.buffer().toString()]).toEqual([-11, 2n ** 40n, '/ä']);
  });

  it('refuses a packet that ends too early', () => {
    const packet = new JuteWriter().int(100).packet().subarray(4);
    expect(() => new JuteReader(packet).buffer()).toThrow(/too early/);
  });
});
