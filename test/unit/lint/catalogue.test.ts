import { describe, expect, it } from 'vitest';
import { loadKafkaCatalogue } from '../../../src/kafka/settings/catalogue.ts';

const catalogue = await loadKafkaCatalogue();

describe('the catalogue of settings', () => {
  it('knows type, default, range and what is dynamic', () => {
    expect(catalogue.setting('min.insync.replicas', '2.8.1')).toMatchObject({
      type: 'int',
      default: '1',
      min: 1,
      dynamic: 'cluster-wide',
    });
    expect(catalogue.setting('ssl.keystore.location', '4.1.1')).toMatchObject({ dynamic: 'per-broker' });
  });

  it('knows in which versions a setting is', () => {
    expect(catalogue.versionsOf('host.name')).toEqual(['2.8.1']);
    expect(catalogue.versionsOf('zookeeper.connect')).toEqual(['2.8.1', '3.9.1']);
    expect(catalogue.versionsOf('toString')).toEqual([]);
  });

  it('takes the nearest version that is not newer', () => {
    expect(catalogue.standIn('3.9.2')).toBe('3.9.1');
    expect(catalogue.standIn('3.4.0')).toBe('2.8.1');
    expect(catalogue.standIn('1.0.0')).toBe('2.8.1');
    expect(catalogue.standIn('4.4.0')).toBe('4.1.1');
  });
});
